#include "gpu/arena.h"

#include <algorithm>
#include <limits>

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
    return {error.code,
            what + " " + error.message + ": use a smaller --size, or a smaller picture"};
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
    for (const Block& block : blocks_) {
        if (block.memory != VK_NULL_HANDLE) {
            vk.FreeMemory(device_.handle(), block.memory, nullptr);
            device_.account(-static_cast<std::int64_t>(block.bytes));
        }
    }
}

Buffer& Arena::reserve(std::size_t count) {
    Buffer buffer;
    buffer.bytes = std::max<VkDeviceSize>(count, 1) * sizeof(float);
    reserved_ += buffer.bytes;
    largest_ = std::max(largest_, buffer.bytes);
    return buffers_.emplace_back(buffer);
}

Status Arena::check_buffers() const { return check_buffer(device_, largest_); }

Status Arena::create_buffers(std::uint32_t& type_bits, const std::string& what) {
    const DeviceFunctions& vk = device_.vk();
    const bool addresses = device_.capabilities().addresses;
    for (Buffer& buffer : buffers_) {
        VkBufferCreateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;
        info.size = buffer.bytes;
        info.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                     VK_BUFFER_USAGE_TRANSFER_DST_BIT;
        if (addresses) {
            info.usage |= VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT;
        }
        VkResult result = vk.CreateBuffer(device_.handle(), &info, nullptr, &buffer.handle);
        if (result != VK_SUCCESS) {
            return vulkan_error(result, "creating a buffer of " + format_bytes(buffer.bytes));
        }
        VkMemoryRequirements need{};
        vk.GetBufferMemoryRequirements(device_.handle(), buffer.handle, &need);
        // Kernels read some buffers as vec4, and a driver may ask for less than that.
        const VkDeviceSize alignment = std::max<VkDeviceSize>(need.alignment, 16);
        // The driver may have rounded it up.
        if (const Status fits = check_buffer(device_, need.size); !fits) {
            return too_large(fits.error(), what);
        }
        VkDeviceSize offset = 0;
        if (!blocks_.empty()) {
            offset = (blocks_.back().bytes + alignment - 1) / alignment * alignment;
        }
        if (blocks_.empty() || offset + need.size > device_.largest_allocation()) {
            blocks_.emplace_back();
            offset = 0;
        }
        places_.push_back({blocks_.size() - 1, offset});
        blocks_.back().bytes = offset + need.size;
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
        if (available != 0 && reserved_ > available) {
            return Error{ErrorCode::kOutOfMemory,
                         what + " needs " + format_bytes(reserved_) + " of device memory and " +
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
    for (Block& block : blocks_) {
        IMPASTO_TRY(allocate(block, *type, what));
    }
    for (std::size_t i = 0; i < buffers_.size(); ++i) {
        IMPASTO_TRY(bind(buffers_[i], places_[i], what));
    }
    return {};
}

Result<std::uint32_t> Arena::memory_type(std::uint32_t type_bits) const {
    if (kind_ == MemoryKind::kDevice) {
        return device_.memory_type(type_bits, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
    }
    const VkMemoryPropertyFlags visible =
        VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    // Reading back is what host memory is used for most, and uncached reads crawl.
    auto cached = device_.memory_type(type_bits, visible | VK_MEMORY_PROPERTY_HOST_CACHED_BIT);
    return cached ? cached : device_.memory_type(type_bits, visible);
}

Status Arena::allocate(Block& block, std::uint32_t type, const std::string& what) {
    const DeviceFunctions& vk = device_.vk();
    VkMemoryAllocateFlagsInfo address_flag{};
    address_flag.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO;
    address_flag.flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT;
    VkMemoryAllocateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
    info.pNext = device_.capabilities().addresses ? &address_flag : nullptr;
    info.allocationSize = block.bytes;
    info.memoryTypeIndex = type;
    VkResult result = vk.AllocateMemory(device_.handle(), &info, nullptr, &block.memory);
    if (result != VK_SUCCESS) {
        block.memory = VK_NULL_HANDLE;
        return vulkan_error(result, "allocating " + format_bytes(block.bytes) + " for " + what);
    }
    device_.account(static_cast<std::int64_t>(block.bytes));
    if (kind_ == MemoryKind::kHost) {
        void* pointer = nullptr;
        result = vk.MapMemory(device_.handle(), block.memory, 0, VK_WHOLE_SIZE, 0, &pointer);
        if (result != VK_SUCCESS) {
            return vulkan_error(result, "mapping memory for " + what);
        }
        block.mapped = static_cast<char*>(pointer);
    }
    return {};
}

Status Arena::bind(Buffer& buffer, const Place& place, const std::string& what) {
    const DeviceFunctions& vk = device_.vk();
    const Block& block = blocks_[place.block];
    const VkResult result =
        vk.BindBufferMemory(device_.handle(), buffer.handle, block.memory, place.offset);
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
        buffer.mapped = block.mapped + place.offset;
    }
    return {};
}

}  // namespace impasto::gpu
