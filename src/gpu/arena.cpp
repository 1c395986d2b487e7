#include "gpu/arena.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "gpu/errors.h"

namespace impasto::gpu {

namespace {

// The kernels index a buffer's words with 32 bits.
constexpr std::uint64_t kLargestIndexed =
    std::uint64_t{std::numeric_limits<std::int32_t>::max()} * sizeof(float);

Status check_buffer(const Device& device, std::uint64_t bytes) {
    std::uint64_t most = kLargestIndexed;
    std::string whose = "the kernels index";
    const auto limit = [&](std::uint64_t limit_bytes, const char* does) {
        if (limit_bytes < most) {
            most = limit_bytes;
            whose = device.info().name + does;
        }
    };
    limit(device.largest_allocation(), " allocates");
    if (!device.capabilities().addresses) {
        limit(device.limits().maxStorageBufferRange, " binds");
    }
    if (bytes <= most) {
        return {};
    }
    return Error{ErrorCode::kOutOfMemory, "needs a buffer of " + format_bytes(bytes) + " and " +
                                              whose + " at most " + format_bytes(most) +
                                              " at once"};
}

Error too_large(const Error& error, const std::string& what) {
    return {error.code, what + " " + error.message + ": use a smaller size, or a smaller picture"};
}

}  // namespace

Arena::Arena(Device& device, MemoryKind kind) : device_(device), kind_(kind) {}

Arena::~Arena() {
    const DeviceFunctions& vk = device_.vk();
    for (Buffer& buffer : buffers_) {
        if (buffer.handle != VK_NULL_HANDLE) {
            vk.DestroyBuffer(device_.handle(), buffer.handle, nullptr);
        }
    }
    for (Allocation& block : blocks_) {
        device_.memory().free(block);
    }
}

Buffer& Arena::reserve(std::size_t count, Lifetime lifetime) {
    Buffer buffer;
    buffer.bytes = std::max<VkDeviceSize>(count, 1) * sizeof(float);
    largest_ = std::max(largest_, buffer.bytes);
    const VkDeviceSize alignment = device_.buffer_alignment();
    reservations_.push_back({(buffer.bytes + alignment - 1) / alignment * alignment, lifetime});
    return buffers_.emplace_back(buffer);
}

Placement Arena::placement() const {
    return place(reservations_, device_.buffer_alignment(), device_.largest_allocation());
}

std::uint64_t Arena::bytes_reserved() const { return placement().bytes(); }

Status Arena::check_buffers() const { return check_buffer(device_, largest_); }

Status Arena::create_buffers(std::uint32_t& type_bits, const std::string& what) {
    const DeviceFunctions& vk = device_.vk();
    for (std::size_t i = 0; i < buffers_.size(); ++i) {
        Buffer& buffer = buffers_[i];
        const VkBufferCreateInfo info = device_.buffer_info(buffer.bytes);
        VkResult result = vk.CreateBuffer(device_.handle(), &info, nullptr, &buffer.handle);
        if (result != VK_SUCCESS) {
            return vulkan_error(result, "creating a buffer of " + format_bytes(buffer.bytes));
        }
        VkMemoryRequirements need{};
        vk.GetBufferMemoryRequirements(device_.handle(), buffer.handle, &need);
        // The driver may have rounded it up.
        if (const Status fits = check_buffer(device_, need.size); !fits) {
            return too_large(fits.error(), what);
        }
        reservations_[i].bytes = std::max(reservations_[i].bytes, need.size);
        type_bits &= need.memoryTypeBits;
    }
    return {};
}

Status Arena::commit(const std::string& what) {
    if (buffers_.empty()) {
        return {};
    }
    if (kind_ == MemoryKind::kDevice) {
        // Checked first: a CPU driver would grant any size and be killed when it is touched.
        const std::uint64_t available = device_.available_memory();
        const std::uint64_t reserved = bytes_reserved();
        if (available != 0 && reserved > available) {
            return Error{ErrorCode::kOutOfMemory,
                         what + " needs " + format_bytes(reserved) + " of device memory and " +
                             device_.info().name + " has " + format_bytes(available) + " free"};
        }
    }
    std::uint32_t type_bits = ~0u;
    if (const Status fits = check_buffers(); !fits) {
        return too_large(fits.error(), what);
    }
    IMPASTO_TRY(create_buffers(type_bits, what));
    auto type = memory_type(type_bits);
    if (!type) {
        return type.error();
    }
    const auto placed = allocate(*type, what);
    if (!placed) {
        return placed.error();
    }
    for (std::size_t i = 0; i < buffers_.size(); ++i) {
        IMPASTO_TRY(bind(buffers_[i], placed->places[i], what));
    }
    return {};
}

// In as few blocks as there can be; of a host's block of memory with gaps, in shorter ones.
Result<Placement> Arena::allocate(std::uint32_t type, const std::string& what) {
    const MemoryUse use = kind_ == MemoryKind::kHost ? MemoryUse::kHost : MemoryUse::kBuffer;
    const VkDeviceSize alignment = device_.buffer_alignment();
    const bool has_gaps = device_.memory().has_block() && use == MemoryUse::kBuffer;
    std::uint64_t longest = device_.largest_allocation();
    if (has_gaps) {
        longest = std::clamp(device_.memory().largest_free(), largest_, longest);
    }
    for (;; longest = std::max(longest / 2, largest_)) {
        Placement placed = place(reservations_, alignment, longest);
        blocks_.reserve(placed.blocks.size());
        std::optional<Error> error;
        for (const std::uint64_t bytes : placed.blocks) {
            auto block = device_.memory().allocate({bytes, alignment, type, use}, what);
            if (!block) {
                error = block.error();
                break;
            }
            blocks_.push_back(*block);
        }
        if (!error) {
            return placed;
        }
        for (Allocation& block : blocks_) {
            device_.memory().free(block);
        }
        blocks_.clear();
        if (!has_gaps || longest == largest_) {
            return *error;
        }
    }
}

Result<std::uint32_t> Arena::memory_type(std::uint32_t type_bits) const {
    if (kind_ == MemoryKind::kDevice) {
        const DeviceMemory& memory = device_.memory();
        if (memory.has_block() && (type_bits >> memory.block_type() & 1u) != 0) {
            return memory.block_type();
        }
        return device_.memory_type(type_bits, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
    }
    const VkMemoryPropertyFlags visible =
        VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    // Reading back is what host memory is used for most, and uncached reads crawl.
    auto cached = device_.memory_type(type_bits, visible | VK_MEMORY_PROPERTY_HOST_CACHED_BIT);
    return cached ? cached : device_.memory_type(type_bits, visible);
}

Status Arena::bind(Buffer& buffer, const Place& place, const std::string& what) {
    const DeviceFunctions& vk = device_.vk();
    const Allocation& block = blocks_[place.block];
    const VkResult result = vk.BindBufferMemory(device_.handle(), buffer.handle, block.memory,
                                                block.offset + place.offset);
    if (result != VK_SUCCESS) {
        return vulkan_error(result, "binding memory for " + what);
    }
    if (device_.capabilities().addresses) {
        VkBufferDeviceAddressInfo address{};
        address.sType = VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO;
        address.buffer = buffer.handle;
        buffer.address = vk.GetBufferDeviceAddress(device_.handle(), &address);
    }
    if (block.mapped != nullptr) {
        buffer.mapped = static_cast<char*>(block.mapped) + place.offset;
    }
    return {};
}

}  // namespace impasto::gpu
