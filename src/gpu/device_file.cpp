#include "gpu/device_file.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "base/sha256.h"
#include "platform/atomic_file.h"
#include "platform/mapped_file.h"
#include "platform/paths.h"

namespace impasto::gpu {

namespace {

// As it lies in the file, in the machine's own byte order: from a machine of the other one it is a
// file of an unknown format.
struct Header {
    std::array<char, 8> magic{};
    std::uint32_t format = 0;
    std::uint32_t vendor_id = 0;
    std::uint32_t device_id = 0;
    std::uint32_t driver_id = 0;
    std::uint32_t driver_version = 0;
    std::uint32_t reserved = 0;
    std::array<std::uint8_t, 16> cache_uuid{};
    std::array<std::uint8_t, 16> device_uuid{};
    std::uint64_t byte_count = 0;
    std::array<char, 64> sha256{};

    bool operator==(const Header&) const = default;
};
static_assert(std::has_unique_object_representations_v<Header>, "no padding in the file");

Header header_of(const DeviceFileKind& kind, const DeviceFileKey& key,
                 std::span<const std::byte> bytes) {
    Header header;
    header.magic = kind.magic;
    header.format = kind.format;
    header.vendor_id = key.vendor_id;
    header.device_id = key.device_id;
    header.driver_id = key.driver_id;
    header.driver_version = key.driver_version;
    header.cache_uuid = key.cache_uuid;
    header.device_uuid = key.device_uuid;
    header.byte_count = bytes.size();
    const std::string hash = sha256_hex(bytes);
    std::copy(hash.begin(), hash.end(), header.sha256.begin());
    return header;
}

}  // namespace

std::string device_file_name(const DeviceFileKey& key) {
    std::string name = std::to_string(key.driver_id) + "-";
    for (const std::uint8_t byte : key.device_uuid) {
        name += "0123456789abcdef"[byte >> 4];
        name += "0123456789abcdef"[byte & 15u];
    }
    return name + ".bin";
}

std::vector<std::byte> read_device_file(const std::filesystem::path& path,
                                        const DeviceFileKind& kind, const DeviceFileKey& key) {
    const auto file = platform::MappedFile::open(path);
    if (!file || file->bytes().size() < sizeof(Header) || file->bytes().size() > kind.max_bytes) {
        return {};
    }
    const auto bytes = file->bytes().subspan(sizeof(Header));
    Header header;
    std::memcpy(&header, file->bytes().data(), sizeof header);
    if (header != header_of(kind, key, bytes)) {
        return {};
    }
    return {bytes.begin(), bytes.end()};
}

Status write_device_file(const std::filesystem::path& path, const DeviceFileKind& kind,
                         const DeviceFileKey& key, std::span<const std::byte> bytes) {
    if (bytes.size() + sizeof(Header) > kind.max_bytes) {
        return Error{ErrorCode::kOutput,
                     std::to_string(bytes.size()) + " bytes about a device are too much to keep"};
    }
    const Header header = header_of(kind, key, bytes);
    IMPASTO_TRY(platform::make_folders(path.parent_path()));
    auto file = platform::AtomicFile::open(path);
    if (!file) {
        return file.error();
    }
    IMPASTO_TRY(file->write(std::as_bytes(std::span(&header, 1))));
    IMPASTO_TRY(file->write(bytes));
    return file->commit();
}

}  // namespace impasto::gpu
