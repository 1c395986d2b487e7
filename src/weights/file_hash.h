// The SHA-256 of a weights file, worked out when it is first asked for: that takes longer than
// loading the file, and few ask.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace impasto {

// Copies share the answer. Any thread.
class FileHash {
  public:
    FileHash() = default;  // of no file: ""
    explicit FileHash(std::string hex);
    // `bytes` stay there as long as `owner`, which is kept; null for those of the program itself.
    FileHash(std::span<const std::byte> bytes, std::shared_ptr<const void> owner);

    // Lower-case, 64 characters. Lives as long as the last copy.
    const std::string& hex() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace impasto
