// A session's state as bytes, to go on from later: a heading of numbers, a text that says which
// session it is, and words of the device.
//
//     "IMPSNAP\n"  version  length of the text  the text
//     then items, each: count (8 bytes), count x 4 bytes
//     the SHA-256 of all that, 64 characters
//
// in this machine's byte order: a snapshot is for the same version of the library on the same kind
// of machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace impasto::style {

// The whole session, or all but its optimiser, whose history is what is large.
enum class SnapshotKind : std::uint8_t { kWhole, kPicture };
inline constexpr std::size_t kSnapshotKinds = 2;

class SnapshotWriter {
  public:
    // `session`: what must be the same where it is restored.
    explicit SnapshotWriter(const std::string& session);

    void add(std::span<const float> words) { add(std::as_bytes(words)); }
    void add(std::span<const std::uint32_t> words) { add(std::as_bytes(words)); }
    std::vector<std::byte> take();

  private:
    void add(std::span<const std::byte> words);
    void append(std::span<const std::byte> bytes);
    std::vector<std::byte> bytes_;
};

class SnapshotReader {
  public:
    // kInvalidArgument when the bytes are no snapshot, or one of another session.
    static Result<SnapshotReader> open(std::span<const std::byte> bytes,
                                       const std::string& session);

    // The next item. kInvalidArgument when it is missing; the second, too when it has another
    // length.
    Result<std::vector<std::uint32_t>> next();
    Status next(std::span<float> words) { return next(std::as_writable_bytes(words)); }
    Status next(std::span<std::uint32_t> words) { return next(std::as_writable_bytes(words)); }
    bool at_end() const { return rest_.empty(); }

  private:
    explicit SnapshotReader(std::span<const std::byte> rest) : rest_(rest) {}
    Result<std::span<const std::byte>> item();
    Status next(std::span<std::byte> words);

    std::span<const std::byte> rest_;
};

}  // namespace impasto::style
