#include "style/snapshot.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#include "base/sha256.h"

namespace impasto::style {

namespace {

constexpr std::array<char, 8> kMagic{'I', 'M', 'P', 'S', 'N', 'A', 'P', '\n'};
constexpr std::uint64_t kVersion = 2;
constexpr std::size_t kSumLength = 64;

Error damaged() {
    return {ErrorCode::kInvalidArgument, "the snapshot is damaged, or of another version"};
}

// Takes the first bytes of `rest`; false when there are not so many.
bool take(std::span<const std::byte>& rest, void* to, std::size_t size) {
    if (rest.size() < size) {
        return false;
    }
    std::memcpy(to, rest.data(), size);
    rest = rest.subspan(size);
    return true;
}

}  // namespace

SnapshotWriter::SnapshotWriter(const std::string& session) {
    const std::array<std::uint64_t, 2> numbers{kVersion, session.size()};
    append(std::as_bytes(std::span(kMagic)));
    append(std::as_bytes(std::span(numbers)));
    append(std::as_bytes(std::span(session)));
}

void SnapshotWriter::append(std::span<const std::byte> bytes) {
    bytes_.reserve(bytes_.size() + bytes.size());
    std::copy(bytes.begin(), bytes.end(), std::back_inserter(bytes_));
}

void SnapshotWriter::add(std::span<const std::byte> words) {
    const std::array<std::uint64_t, 1> count{words.size() / 4};
    append(std::as_bytes(std::span(count)));
    append(words);
}

std::vector<std::byte> SnapshotWriter::take() {
    const std::string sum = sha256_hex(bytes_);
    append(std::as_bytes(std::span(sum)));
    return std::move(bytes_);
}

Result<SnapshotReader> SnapshotReader::open(std::span<const std::byte> bytes,
                                            const std::string& session) {
    if (bytes.size() < kSumLength) {
        return damaged();
    }
    const auto sum = bytes.last(kSumLength);
    bytes = bytes.first(bytes.size() - kSumLength);
    if (std::memcmp(sha256_hex(bytes).data(), sum.data(), kSumLength) != 0) {
        return damaged();
    }
    std::array<char, 8> magic{};
    std::uint64_t version = 0;
    std::uint64_t length = 0;
    if (!take(bytes, magic.data(), magic.size()) || magic != kMagic ||
        !take(bytes, &version, sizeof version) || version != kVersion ||
        !take(bytes, &length, sizeof length) || length > bytes.size()) {
        return damaged();
    }
    std::string text(static_cast<std::size_t>(length), '\0');
    take(bytes, text.data(), text.size());
    if (text != session) {
        return Error{ErrorCode::kInvalidArgument, "the snapshot is of another session (" + text +
                                                      "), and this one is " + session};
    }
    return SnapshotReader(bytes);
}

Result<std::span<const std::byte>> SnapshotReader::item() {
    std::uint64_t count = 0;
    if (!take(rest_, &count, sizeof count) || count > rest_.size() / 4) {
        return damaged();
    }
    const auto found = rest_.first(static_cast<std::size_t>(4 * count));
    rest_ = rest_.subspan(found.size());
    return found;
}

Result<std::vector<std::uint32_t>> SnapshotReader::next() {
    const auto found = item();
    if (!found) {
        return found.error();
    }
    std::vector<std::uint32_t> words(found->size() / 4);
    std::copy(found->begin(), found->end(), std::as_writable_bytes(std::span(words)).begin());
    return words;
}

Status SnapshotReader::next(std::span<std::byte> words) {
    const auto found = item();
    if (!found) {
        return found.error();
    }
    if (found->size() != words.size()) {
        return damaged();
    }
    std::copy(found->begin(), found->end(), words.begin());
    return {};
}

}  // namespace impasto::style
