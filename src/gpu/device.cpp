#include "gpu/device.h"

#include <algorithm>
#include <vector>

#include "gpu/errors.h"
#include "gpu/pipeline.h"

namespace impasto::gpu {

Result<std::unique_ptr<Device>> Device::create(const std::shared_ptr<Instance>& instance,
                                               VkPhysicalDevice physical, bool use_addresses) {
    const InstanceFunctions& vki = instance->functions();
    auto self = std::unique_ptr<Device>(new Device);
    self->instance_ = instance;
    self->physical_ = physical;
    self->info_ = instance->describe(physical);
    if (!self->info_.unusable.empty()) {
        return Error{ErrorCode::kNoDevice,
                     self->info_.name + " cannot be used: " + self->info_.unusable};
    }
    if (!use_addresses) {
        self->info_.capabilities = {};
    }

    const auto families = queue_families(vki, physical);
    const auto count = static_cast<std::uint32_t>(families.size());
    // A family that computes and does not draw leaves the desktop's queue alone.
    std::uint32_t family = count;
    for (std::uint32_t i = 0; i < count; ++i) {
        const bool computes = (families[i].queueFlags & VK_QUEUE_COMPUTE_BIT) != 0;
        const bool draws = (families[i].queueFlags & VK_QUEUE_GRAPHICS_BIT) != 0;
        if (computes && (family == count || !draws)) {
            family = i;
            if (!draws) {
                break;
            }
        }
    }
    if (family == count) {
        return Error{ErrorCode::kNoDevice, self->info_.name + " has no compute queue"};
    }
    const float priority = 0.5f;
    VkDeviceQueueCreateInfo queue{};
    queue.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO;
    queue.queueFamilyIndex = family;
    queue.queueCount = 1;
    queue.pQueuePriorities = &priority;

    VkPhysicalDeviceVulkan12Features features{};
    features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    features.timelineSemaphore = VK_TRUE;
    features.bufferDeviceAddress = self->info_.capabilities.addresses ? VK_TRUE : VK_FALSE;

    VkPhysicalDeviceFeatures basic{};
    basic.shaderInt64 = self->info_.capabilities.int64 ? VK_TRUE : VK_FALSE;

    VkDeviceCreateInfo create{};
    create.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO;
    MatrixUnitFeatures matrix;
    if (self->info_.capabilities.matrix.any()) {
        matrix.enable(create, features);
    }
    create.pNext = &features;
    create.pEnabledFeatures = &basic;
    create.queueCreateInfoCount = 1;
    create.pQueueCreateInfos = &queue;
    const VkResult result = vki.CreateDevice(physical, &create, nullptr, &self->device_);
    if (result != VK_SUCCESS) {
        return vulkan_error(result, "opening " + self->info_.name);
    }
    self->owned_ = true;
    self->queue_family_ = family;
    IMPASTO_TRY(self->finish_setup(vki.GetDeviceProcAddr));
    self->vk_.GetDeviceQueue(self->device_, family, 0, &self->queue_);
    return self;
}

Result<std::unique_ptr<Device>> Device::borrow(const std::shared_ptr<Instance>& instance,
                                               const BorrowedDevice& borrowed) {
    auto self = std::unique_ptr<Device>(new Device);
    self->instance_ = instance;
    self->physical_ = borrowed.physical;
    self->device_ = borrowed.device;
    self->queue_ = borrowed.queue;
    self->queue_family_ = borrowed.queue_family;
    self->info_ = instance->describe(borrowed.physical);
    if (!self->info_.unusable.empty()) {
        return Error{ErrorCode::kNoDevice,
                     self->info_.name + " cannot be used: " + self->info_.unusable};
    }
    self->info_.capabilities.addresses &= borrowed.addresses_enabled;
    self->info_.capabilities.int64 &= borrowed.int64_enabled;
    if (!borrowed.matrix_enabled || !borrowed.addresses_enabled) {
        self->info_.capabilities.matrix = {};
    }
    self->info_.tier = tier_name(self->info_.capabilities);
    self->lock_queue_ = borrowed.lock_queue;
    self->unlock_queue_ = borrowed.unlock_queue;
    self->host_pipelines_ = borrowed.pipelines;
    if (borrowed.memory.allocate) {
        self->device_memory_.use(borrowed.memory);
    }
    if (borrowed.block.bytes > 0) {
        self->device_memory_.use(borrowed.block);
    }
    IMPASTO_TRY(self->finish_setup(
        borrowed.get != nullptr ? borrowed.get : instance->functions().GetDeviceProcAddr));
    if (borrowed.block.bytes > 0) {
        IMPASTO_TRY(self->check_block(borrowed.block));
    }
    return self;
}

Status Device::finish_setup(PFN_vkGetDeviceProcAddr get) {
    // First, so that a device of our own is destroyed whatever fails.
    if (!load_functions(get, device_, vk_)) {
        return Error{ErrorCode::kNoDevice,
                     info_.name + " lacks entry points of Vulkan 1.2: update its driver"};
    }
    const InstanceFunctions& vki = instance_->functions();
    const auto families = queue_families(vki, physical_);
    if (queue_family_ >= families.size() ||
        (families[queue_family_].queueFlags & VK_QUEUE_COMPUTE_BIT) == 0) {
        return Error{ErrorCode::kInvalidArgument, "the queue family " +
                                                      std::to_string(queue_family_) + " of " +
                                                      info_.name + " has no compute"};
    }
    timestamp_bits_ = families[queue_family_].timestampValidBits;
    VkPhysicalDeviceProperties properties{};
    vki.GetPhysicalDeviceProperties(physical_, &properties);
    limits_ = properties.limits;
    vki.GetPhysicalDeviceMemoryProperties(physical_, &memory_);
    // Asked once: every arena asks for the memory, and listing took 16 ms of a batch's job (a
    // profile of textures on Mesa 25.0.7).
    has_memory_budget_ = has_extension(vki, physical_, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
    VkPhysicalDeviceMaintenance3Properties maintenance{};
    maintenance.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES;
    VkPhysicalDeviceProperties2 properties2{};
    properties2.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
    properties2.pNext = &maintenance;
    vki.GetPhysicalDeviceProperties2(physical_, &properties2);
    largest_allocation_ = maintenance.maxMemoryAllocationSize;
    if (!info_.capabilities.addresses &&
        limits_.maxPerStageDescriptorStorageBuffers < kMaxBuffers) {
        return Error{ErrorCode::kNoDevice,
                     info_.name + " binds " +
                         std::to_string(limits_.maxPerStageDescriptorStorageBuffers) +
                         " storage buffers at once and " + std::to_string(kMaxBuffers) +
                         " are needed where there are no buffer addresses: update its driver"};
    }
    pipelines_ = std::make_unique<PipelineCache>(*this);
    return look_at_buffers();
}

VkBufferCreateInfo Device::buffer_info(VkDeviceSize bytes) const {
    VkBufferCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;
    info.size = bytes;
    info.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                 VK_BUFFER_USAGE_TRANSFER_DST_BIT;
    if (info_.capabilities.addresses) {
        info.usage |= VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT;
    }
    return info;
}

// The same for all buffers of one usage (Vulkan, Resource Memory Association).
Status Device::look_at_buffers() {
    const VkBufferCreateInfo info = buffer_info(sizeof(float));
    VkBuffer buffer = VK_NULL_HANDLE;
    const VkResult result = vk_.CreateBuffer(device_, &info, nullptr, &buffer);
    if (result != VK_SUCCESS) {
        return vulkan_error(result, "creating a buffer");
    }
    VkMemoryRequirements need{};
    vk_.GetBufferMemoryRequirements(device_, buffer, &need);
    vk_.DestroyBuffer(device_, buffer, nullptr);
    // Kernels read some buffers as vec4, and a driver may ask for less than that.
    buffer_alignment_ = std::max<VkDeviceSize>(need.alignment, 16);
    buffer_types_ = need.memoryTypeBits;
    return {};
}

// Before a session finds that nothing fits into it.
Status Device::check_block(const MemoryBlock& block) const {
    std::string good;
    for (std::uint32_t i = 0; i < memory_.memoryTypeCount; ++i) {
        const bool local =
            (memory_.memoryTypes[i].propertyFlags & VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT) != 0;
        if (local && (buffer_types_ >> i & 1u) != 0) {
            if (i == block.type) {
                return {};
            }
            good += (good.empty() ? "" : ", ") + std::to_string(i);
        }
    }
    return Error{ErrorCode::kInvalidArgument,
                 "the block of memory that the host lends is of type " +
                     std::to_string(block.type) +
                     ", and what is device-local and good for storage buffers of " + info_.name +
                     " is of type " + good + ": lend memory of that"};
}

DeviceFileKey Device::file_key() const {
    VkPhysicalDeviceDriverProperties driver{};
    driver.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES;
    VkPhysicalDeviceIDProperties id{};
    id.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES;
    id.pNext = &driver;
    VkPhysicalDeviceProperties2 properties{};
    properties.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
    properties.pNext = &id;
    instance_->functions().GetPhysicalDeviceProperties2(physical_, &properties);
    DeviceFileKey key;
    key.vendor_id = properties.properties.vendorID;
    key.device_id = properties.properties.deviceID;
    key.driver_id = static_cast<std::uint32_t>(driver.driverID);
    key.driver_version = properties.properties.driverVersion;
    std::copy_n(properties.properties.pipelineCacheUUID, VK_UUID_SIZE, key.cache_uuid.begin());
    std::copy_n(id.deviceUUID, VK_UUID_SIZE, key.device_uuid.begin());
    return key;
}

void Device::keep_pipelines(const std::filesystem::path& folder) {
    pipelines_->keep_in(folder, file_key());
}

Device::~Device() {
    pipelines_.reset();
    if (owned_ && vk_.DestroyDevice != nullptr) {
        vk_.DestroyDevice(device_, nullptr);
    }
}

Status Device::submit(const VkSubmitInfo& info) {
    const std::lock_guard lock(queue_mutex_);
    if (lock_queue_) {
        lock_queue_();
    }
    const VkResult result = vk_.QueueSubmit(queue_, 1, &info, VK_NULL_HANDLE);
    if (unlock_queue_) {
        unlock_queue_();
    }
    if (result != VK_SUCCESS) {
        return vulkan_error(result, "submitting work");
    }
    return {};
}

Result<std::uint32_t> Device::memory_type(std::uint32_t type_bits,
                                          VkMemoryPropertyFlags flags) const {
    for (std::uint32_t i = 0; i < memory_.memoryTypeCount; ++i) {
        if ((type_bits & (1u << i)) != 0 &&
            (memory_.memoryTypes[i].propertyFlags & flags) == flags) {
            return i;
        }
    }
    return Error{ErrorCode::kOutOfMemory, info_.name + " has no memory of the kind needed"};
}

std::uint64_t Device::available_memory() const {
    const std::uint64_t available =
        device_memory_.has_block() ? std::max<std::uint64_t>(device_memory_.left(), 1)
                                   : instance_->available_memory(physical_, has_memory_budget_);
    if (memory_limit_ == 0) {
        return available;
    }
    // 0 means unknown to the callers, so a limit that is used up leaves one byte.
    const std::uint64_t held = bytes_held();
    const std::uint64_t left = memory_limit_ > held ? memory_limit_ - held : 1;
    return available == 0 ? left : std::min(available, left);
}

void Device::account(std::int64_t bytes) {
    const std::int64_t now = bytes_.fetch_add(bytes) + bytes;
    std::uint64_t peak = bytes_peak_;
    while (now > 0 && static_cast<std::uint64_t>(now) > peak &&
           !bytes_peak_.compare_exchange_weak(peak, static_cast<std::uint64_t>(now))) {
    }
}

}  // namespace impasto::gpu
