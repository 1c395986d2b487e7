#include "image/exif_orientation.h"

#include <cstdint>

namespace impasto {
namespace {

constexpr int kUpright = 1;
constexpr std::uint32_t kOrientationTag = 0x0112;
constexpr std::uint32_t kTypeShort = 3;
constexpr std::size_t kEntryBytes = 12;

class TiffReader {
  public:
    explicit TiffReader(std::span<const std::byte> bytes) : bytes_(bytes) {
        little_ = bytes.size() >= 2 && bytes[0] == std::byte{'I'} && bytes[1] == std::byte{'I'};
    }

    // count bytes at offset as one number in the block's byte order; ok goes false outside it.
    std::uint32_t read(std::size_t offset, std::size_t count) {
        if (offset > bytes_.size() || bytes_.size() - offset < count) {
            ok = false;
            return 0;
        }
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t at = little_ ? offset + count - 1 - i : offset + i;
            value = (value << 8) | std::to_integer<std::uint32_t>(bytes_[at]);
        }
        return value;
    }

    bool ok = true;

  private:
    std::span<const std::byte> bytes_;
    bool little_ = false;
};

}  // namespace

int exif_orientation(std::span<const std::byte> tiff) {
    TiffReader reader(tiff);
    const std::uint32_t order = reader.read(0, 2);
    if ((order != 0x4949 && order != 0x4D4D) || reader.read(2, 2) != 42) return kUpright;
    const std::size_t directory = reader.read(4, 4);
    const std::uint32_t entries = reader.read(directory, 2);
    for (std::uint32_t i = 0; reader.ok && i < entries; ++i) {
        const std::size_t entry = directory + 2 + i * kEntryBytes;
        if (reader.read(entry, 2) != kOrientationTag) continue;
        const std::uint32_t type = reader.read(entry + 2, 2);
        const std::uint32_t value = reader.read(entry + 8, 2);
        const bool valid = reader.ok && type == kTypeShort && value >= 1 && value <= 8;
        return valid ? static_cast<int>(value) : kUpright;
    }
    return kUpright;
}

}  // namespace impasto
