#include "gpu/arena.h"

#include <algorithm>

#include "gpu/errors.h"

namespace impasto::gpu {

Arena::Arena(Device& device, MemoryKind kind) : device_(device), kind_(kind) {}

Arena::~Arena() {
    const DeviceFunctions& vk = device_.vk();
    for (Buffer& buffer : buffers_) {
        if (buffer.handle != VK_NULL_HANDLE) {
            vk.DestroyBuffer(device_.handle(), buffer.handle, nullptr);
        }
    }
    if (memory_ != VK_NULL_HANDLE) {
        vk.FreeMemory(device_.handle(), memory_, nullptr);
        device_.account(-static_cast<std::int64_t>(allocated_));
    }
}

Buffer& Arena::reserve(std::size_t count) {
    Buffer buffer;
    buffer.bytes = std::max<VkDeviceSize>(count, 1) * sizeof(float);
    reserved_ += buffer.bytes;
    return buffers_.emplace_back(buffer);
}

Status Arena::create_buffers(std::uint32_t& type_bits, VkDeviceSize& total) {
    const DeviceFunctions& vk = device_.vk();
    const bool addresses = device_.capabilities().addresses;
    for (Buffer& buffer : buffers_) {
        if (!addresses && buffer.bytes > device_.limits().maxStorageBufferRange) {
            return Error{ErrorCode::kOutOfMemory,
                         "one layer needs a buffer of " + format_bytes(buffer.bytes) + " and " +
                             device_.info().name + " binds at most " +
                             format_bytes(device_.limits().maxStorageBufferRange) +
                             ": use a smaller --size"};
        }
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
        total = (total + alignment - 1) / alignment * alignment;
        offsets_.push_back(total);
        total += need.size;
        type_bits &= need.memoryTypeBits;
    }
    return {};
}

Status Arena::commit(const std::string& what) {
    if (buffers_.empty()) {
        return {};
    }
    const DeviceFunctions& vk = device_.vk();
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
    VkDeviceSize total = 0;
    IMPASTO_TRY(create_buffers(type_bits, total));

    const VkMemoryPropertyFlags flags =
        kind_ == MemoryKind::kDevice ? VkMemoryPropertyFlags{VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT}
                                     : VkMemoryPropertyFlags{VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
                                                             VK_MEMORY_PROPERTY_HOST_COHERENT_BIT};
    // Reading back is what host memory is used for most, and uncached reads crawl.
    auto type = device_.memory_type(
        type_bits, flags | (kind_ == MemoryKind::kHost
                                ? VkMemoryPropertyFlags{VK_MEMORY_PROPERTY_HOST_CACHED_BIT}
                                : VkMemoryPropertyFlags{0}));
    if (!type) {
        type = device_.memory_type(type_bits, flags);
    }
    if (!type) {
        return type.error();
    }
    VkMemoryAllocateFlagsInfo address_flag{};
    address_flag.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO;
    address_flag.flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT;
    VkMemoryAllocateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
    info.pNext = device_.capabilities().addresses ? &address_flag : nullptr;
    info.allocationSize = total;
    info.memoryTypeIndex = *type;
    VkResult result = vk.AllocateMemory(device_.handle(), &info, nullptr, &memory_);
    if (result != VK_SUCCESS) {
        memory_ = VK_NULL_HANDLE;
        return vulkan_error(result, "allocating " + format_bytes(total) + " for " + what);
    }
    allocated_ = total;
    device_.account(static_cast<std::int64_t>(total));

    char* mapped = nullptr;
    if (kind_ == MemoryKind::kHost) {
        void* pointer = nullptr;
        result = vk.MapMemory(device_.handle(), memory_, 0, VK_WHOLE_SIZE, 0, &pointer);
        if (result != VK_SUCCESS) {
            return vulkan_error(result, "mapping memory for " + what);
        }
        mapped = static_cast<char*>(pointer);
    }
    for (std::size_t i = 0; i < buffers_.size(); ++i) {
        Buffer& buffer = buffers_[i];
        result = vk.BindBufferMemory(device_.handle(), buffer.handle, memory_, offsets_[i]);
        if (result != VK_SUCCESS) {
            return vulkan_error(result, "binding memory for " + what);
        }
        if (device_.capabilities().addresses) {
            VkBufferDeviceAddressInfo address{};
            address.sType = VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO;
            address.buffer = buffer.handle;
            buffer.address = vk.GetBufferDeviceAddress(device_.handle(), &address);
        }
        if (mapped != nullptr) {
            buffer.mapped = mapped + offsets_[i];
        }
    }
    return {};
}

}  // namespace impasto::gpu
