#include "weights/zip.h"

#include <cstdint>
#include <set>

#include "weights/tensor_file.h"

namespace impasto {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kDirectoryEntry = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kEnd64Locator = 0x07064b50;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kEnd64Bytes = 56;
constexpr std::size_t kEnd64LocatorBytes = 20;
constexpr std::size_t kLocalHeaderBytes = 30;
constexpr std::size_t kLongestComment = 0xffff;
constexpr std::uint16_t kExtra64 = 1;
constexpr std::uint32_t kIn64 = 0xffffffff;  // "see the 64-bit field"

Error damaged(const std::string& what) {
    return {ErrorCode::kWeights, "the PyTorch file is damaged: " + what};
}

// Reads little-endian fields in sequence; past the end it gives zeros and says so.
class Fields {
  public:
    Fields(std::span<const std::byte> bytes, std::uint64_t at) : bytes_(bytes), at_(at) {}

    std::uint64_t take(std::size_t size) {
        const auto field = bytes(size);
        std::uint64_t value = 0;
        for (std::size_t i = field.size(); i-- > 0;) {
            value = value << 8 | std::to_integer<std::uint64_t>(field[i]);
        }
        return value;
    }
    std::uint16_t u16() { return static_cast<std::uint16_t>(take(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(take(4)); }
    std::uint64_t u64() { return take(8); }
    void skip(std::size_t size) { bytes(size); }
    std::span<const std::byte> bytes(std::uint64_t size) {
        if (at_ > bytes_.size() || size > bytes_.size() - at_) {
            ok_ = false;
            return {};
        }
        const auto taken =
            bytes_.subspan(static_cast<std::size_t>(at_), static_cast<std::size_t>(size));
        at_ += size;
        return taken;
    }
    std::uint64_t at() const { return at_; }
    bool ok() const { return ok_; }

  private:
    std::span<const std::byte> bytes_;
    std::uint64_t at_;
    bool ok_ = true;
};

struct Directory {
    std::uint64_t offset = 0;
    std::uint64_t entries = 0;
};

// Finds the end record, which lies before a comment of unknown length, and through it the
// directory.
Result<Directory> find_directory(std::span<const std::byte> bytes) {
    const std::size_t last = bytes.size() < kEndBytes ? 0 : bytes.size() - kEndBytes;
    const std::size_t first = last > kLongestComment ? last - kLongestComment : 0;
    for (std::size_t at = last; bytes.size() >= kEndBytes; --at) {
        Fields end(bytes, at);
        if (end.u32() == kEnd) {
            end.skip(4);  // numbers of disks
            end.skip(2);
            Directory directory;
            directory.entries = end.u16();
            end.skip(4);
            directory.offset = end.u32();
            if (directory.offset != kIn64 && directory.entries != 0xffff) {
                return directory;
            }
            if (at < kEnd64LocatorBytes) {
                break;
            }
            Fields locator(bytes, at - kEnd64LocatorBytes);
            if (locator.u32() != kEnd64Locator) {
                return directory;  // 65535 entries for real
            }
            locator.skip(4);
            Fields end64(bytes, locator.u64());
            if (end64.u32() != kEnd64) {
                break;
            }
            end64.skip(kEnd64Bytes - 4 - 24);
            directory.entries = end64.u64();
            end64.skip(8);
            directory.offset = end64.u64();
            if (!end64.ok()) {
                break;
            }
            return directory;
        }
        if (at == first) {
            break;
        }
    }
    return damaged("its archive has no directory; is the file cut short?");
}

// The 64-bit values stand in the extra field in the order of those that the entry gave up on.
void read_extra64(std::span<const std::byte> extra, std::uint64_t& size, std::uint64_t& packed,
                  std::uint64_t& offset) {
    Fields fields(extra, 0);
    while (fields.ok() && fields.at() < extra.size()) {
        const std::uint16_t id = fields.u16();
        const std::uint16_t length = fields.u16();
        Fields inside(fields.bytes(length), 0);
        if (id == kExtra64) {
            for (std::uint64_t* value : {&size, &packed, &offset}) {
                if (*value == kIn64) {
                    const std::uint64_t wide = inside.u64();
                    *value = inside.ok() ? wide : *value;
                }
            }
            return;
        }
    }
}

}  // namespace

bool looks_like_zip(std::span<const std::byte> bytes) {
    return Fields(bytes, 0).u32() == kLocalHeader;
}

Result<std::vector<ZipEntry>> read_zip(std::span<const std::byte> bytes) {
    const auto directory = find_directory(bytes);
    if (!directory) {
        return directory.error();
    }
    std::vector<ZipEntry> entries;
    std::set<std::string> names;
    Fields fields(bytes, directory->offset);
    for (std::uint64_t i = 0; i < directory->entries; ++i) {
        if (fields.u32() != kDirectoryEntry) {
            return damaged("its archive's directory makes no sense");
        }
        fields.skip(4);  // versions
        const std::uint16_t flags = fields.u16();
        const std::uint16_t method = fields.u16();
        fields.skip(8);  // time, date, checksum
        std::uint64_t packed = fields.u32();
        std::uint64_t size = fields.u32();
        const std::uint16_t name_bytes = fields.u16();
        const std::uint16_t extra_bytes = fields.u16();
        const std::uint16_t comment_bytes = fields.u16();
        fields.skip(8);  // disk, attributes
        std::uint64_t offset = fields.u32();
        const auto name = fields.bytes(name_bytes);
        read_extra64(fields.bytes(extra_bytes), size, packed, offset);
        fields.skip(comment_bytes);
        if (!fields.ok()) {
            return damaged("its archive's directory is cut short");
        }
        ZipEntry entry;
        entry.name.assign(reinterpret_cast<const char*>(name.data()), name.size());
        const std::string shown = "the entry '" + printable(entry.name) + "' of its archive ";
        constexpr std::uint16_t kEncrypted = 1;
        if (method != 0 || (flags & kEncrypted) != 0 || packed != size) {
            return damaged(shown + "is compressed or encrypted, which torch.save never does");
        }
        Fields local(bytes, offset);
        const bool there = local.u32() == kLocalHeader;
        local.skip(kLocalHeaderBytes - 4 - 4);
        const std::uint16_t local_name = local.u16();
        const std::uint16_t local_extra = local.u16();
        local.skip(std::size_t{local_name} + local_extra);
        entry.data = local.bytes(size);
        if (!there || !local.ok()) {
            return damaged(shown + "lies outside the file; is it cut short?");
        }
        if (!names.insert(entry.name).second) {
            return damaged(shown + "is there twice");
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

}  // namespace impasto
