#include "weights/file_hash.h"

#include <mutex>
#include <utility>

#include "base/sha256.h"

namespace impasto {

struct FileHash::State {
    std::once_flag once;
    std::string hex;
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;
};

FileHash::FileHash(std::string hex) : state_(std::make_shared<State>()) {
    std::call_once(state_->once, [&] { state_->hex = std::move(hex); });
}

FileHash::FileHash(std::span<const std::byte> bytes, std::shared_ptr<const void> owner)
    : state_(std::make_shared<State>()) {
    state_->bytes = bytes;
    state_->owner = std::move(owner);
}

const std::string& FileHash::hex() const {
    static const std::string kNone;
    if (state_ == nullptr) {
        return kNone;
    }
    std::call_once(state_->once, [this] {
        state_->hex = sha256_hex(state_->bytes);
        state_->owner.reset();
    });
    return state_->hex;
}

}  // namespace impasto
