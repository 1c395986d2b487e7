// Devices that a host lends: what would help before one is made, and what it says of one that is.
#include <cstdio>
#include <cstring>

#include "api/handles.h"
#include "gpu/features.h"

using namespace impasto;
using api::guarded;

namespace {

PFN_vkGetInstanceProcAddr loader(ImpastoGetInstanceProcAddr get) {
    return reinterpret_cast<PFN_vkGetInstanceProcAddr>(get);
}

// Non-dispatchable handles are pointers on some systems and numbers on others.
template <typename Handle>
Handle handle(std::uint64_t number) {
    Handle result = VK_NULL_HANDLE;
    static_assert(sizeof result <= sizeof number);
    std::memcpy(&result, &number, sizeof result);
    return result;
}

std::uint32_t bit_if(bool set, ImpastoFeature feature) {
    return set ? static_cast<std::uint32_t>(feature) : 0u;
}

std::uint32_t feature_bits(const gpu::Features& features) {
    return bit_if(features.timeline, IMPASTO_FEATURE_TIMELINE_SEMAPHORE) |
           bit_if(features.addresses, IMPASTO_FEATURE_BUFFER_DEVICE_ADDRESS) |
           bit_if(features.int64, IMPASTO_FEATURE_SHADER_INT64) |
           bit_if(features.matrix, IMPASTO_FEATURE_MATRIX_UNITS);
}

gpu::MemoryCallbacks memory_callbacks(const ImpastoVulkanDevice& host) {
    gpu::MemoryCallbacks callbacks;
    callbacks.allocate = [call = host.allocate, user = host.memory_user](
                             const gpu::MemoryRequest& from, bool address, gpu::Allocation& made) {
        ImpastoMemoryRequest request{};
        request.struct_size = sizeof request;
        request.size = from.bytes;
        request.alignment = from.alignment;
        request.memory_type = from.type;
        request.device_address = address && from.use != gpu::MemoryUse::kImage ? 1 : 0;
        request.host_visible = from.use == gpu::MemoryUse::kHost ? 1 : 0;
        request.image = from.use == gpu::MemoryUse::kImage ? 1 : 0;
        ImpastoMemory memory{};
        memory.struct_size = sizeof memory;
        if (call(user, &request, &memory) == 0 || memory.memory == 0 ||
            (request.host_visible != 0 && memory.mapped == nullptr)) {
            return false;
        }
        made.memory = handle<VkDeviceMemory>(memory.memory);
        made.offset = memory.offset;
        made.mapped = memory.mapped;
        made.user = memory.user;
        return true;
    };
    callbacks.free = [call = host.free, user = host.memory_user](const gpu::Allocation& from) {
        ImpastoMemory memory{};
        memory.struct_size = sizeof memory;
        std::memcpy(&memory.memory, &from.memory, sizeof from.memory);
        memory.offset = from.offset;
        memory.mapped = from.mapped;
        memory.user = from.user;
        call(user, &memory);
    };
    return callbacks;
}

Status check(const ImpastoVulkanDevice& host, std::uint32_t offered) {
    if (host.reserved != 0) {
        return api::bad_argument("ImpastoVulkanDevice: what is reserved must be 0");
    }
    if (host.physical_device == nullptr || host.device == nullptr) {
        return api::bad_argument("host_device: physical_device and device must be given");
    }
    const std::uint32_t wrong = host.features & ~offered;
    if (wrong != 0) {
        char bits[16];
        std::snprintf(bits, sizeof bits, "0x%02x", wrong);
        return api::bad_argument(std::string("host_device.features says that ") + bits +
                                 " (ImpastoFeature) was enabled, which this physical device does "
                                 "not have: use impasto_enabled_features");
    }
    if (host.queue != nullptr && (host.features & IMPASTO_FEATURE_TIMELINE_SEMAPHORE) == 0) {
        return api::bad_argument(
            "host_device lends a queue, and work can only be submitted to it with "
            "IMPASTO_FEATURE_TIMELINE_SEMAPHORE: enable it, or lend no queue");
    }
    if ((host.allocate == nullptr) != (host.free == nullptr)) {
        return api::bad_argument("host_device: allocate and free are given both, or none");
    }
    if ((host.lock_queue == nullptr) != (host.unlock_queue == nullptr)) {
        return api::bad_argument(
            "host_device: lock_queue and unlock_queue are given both, or none");
    }
    if (host.block_size != 0 && (host.block_memory == 0 || host.block_offset % 256 != 0)) {
        return api::bad_argument(
            "host_device: a block of memory needs block_memory, and block_offset to be a multiple "
            "of 256");
    }
    return {};
}

gpu::BorrowedDevice borrowed_device(const ImpastoVulkanDevice& host, bool no_addresses) {
    gpu::BorrowedDevice borrowed;
    borrowed.physical = static_cast<VkPhysicalDevice>(host.physical_device);
    borrowed.device = static_cast<VkDevice>(host.device);
    borrowed.queue = static_cast<VkQueue>(host.queue);
    borrowed.queue_family = host.queue_family_index;
    borrowed.get = reinterpret_cast<PFN_vkGetDeviceProcAddr>(host.get_device_proc_addr);
    const auto has = [&](ImpastoFeature bit) { return (host.features & bit) != 0; };
    borrowed.addresses_enabled = has(IMPASTO_FEATURE_BUFFER_DEVICE_ADDRESS) && !no_addresses;
    borrowed.int64_enabled = has(IMPASTO_FEATURE_SHADER_INT64);
    borrowed.matrix_enabled = has(IMPASTO_FEATURE_MATRIX_UNITS);
    borrowed.pipelines = handle<VkPipelineCache>(host.pipeline_cache);
    if (host.lock_queue != nullptr) {
        borrowed.lock_queue = [call = host.lock_queue, user = host.queue_user] { call(user); };
        borrowed.unlock_queue = [call = host.unlock_queue, user = host.queue_user] { call(user); };
    }
    if (host.allocate != nullptr) {
        borrowed.memory = memory_callbacks(host);
    }
    if (host.block_size != 0) {
        borrowed.block = {handle<VkDeviceMemory>(host.block_memory), host.block_offset,
                          host.block_size, host.block_type};
    }
    return borrowed;
}

}  // namespace

Status api::borrow_device(const ImpastoContextOptions& options, ImpastoContext& context) {
    ImpastoVulkanDevice host;
    if (!api::read_struct(options.host_device, host)) {
        return api::bad_argument("host_device: struct_size is not set");
    }
    if (host.instance == nullptr || host.get_instance_proc_addr == nullptr) {
        return api::bad_argument("host_device: instance and get_instance_proc_addr must be given");
    }
    auto instance = gpu::Instance::borrow(static_cast<VkInstance>(host.instance),
                                          loader(host.get_instance_proc_addr));
    if (!instance) {
        return instance.error();
    }
    context.instance = *instance;
    const auto physical = static_cast<VkPhysicalDevice>(host.physical_device);
    IMPASTO_TRY(check(host, physical == nullptr ? 0
                                                : feature_bits(gpu::offered_features(
                                                      context.instance->functions(), physical))));
    auto device = gpu::Device::borrow(context.instance,
                                      borrowed_device(host, options.no_buffer_addresses != 0));
    if (!device) {
        return device.error();
    }
    context.device = *std::move(device);
    return {};
}

ImpastoResult impasto_required_features(void* instance, void* physical_device,
                                        ImpastoGetInstanceProcAddr get_instance_proc_addr,
                                        ImpastoFeatures* features, char* message,
                                        size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (instance == nullptr || physical_device == nullptr ||
            get_instance_proc_addr == nullptr) {
            return api::bad_argument(
                "impasto_required_features: instance, physical_device and "
                "get_instance_proc_addr must be given");
        }
        auto borrowed = gpu::Instance::borrow(static_cast<VkInstance>(instance),
                                              loader(get_instance_proc_addr));
        if (!borrowed) {
            return borrowed.error();
        }
        const auto physical = static_cast<VkPhysicalDevice>(physical_device);
        ImpastoFeatures to{};
        const gpu::DeviceInfo info = (*borrowed)->describe(physical);
        api::copy_text(info.unusable, to.unusable, sizeof to.unusable);
        if (info.unusable.empty()) {
            to.features = feature_bits(gpu::offered_features((*borrowed)->functions(), physical));
        }
        if ((to.features & IMPASTO_FEATURE_MATRIX_UNITS) != 0) {
            to.extensions = gpu::matrix_unit_extensions().data();
            to.extension_count = static_cast<std::uint32_t>(gpu::matrix_unit_extensions().size());
        }
        if (!api::write_struct(to, features)) {
            return api::bad_argument("ImpastoFeatures: struct_size is not set");
        }
        return {};
    });
}

uint32_t impasto_enabled_features(const void* device_create_info) {
    if (device_create_info == nullptr) {
        return 0;
    }
    return feature_bits(
        gpu::enabled_features(*static_cast<const VkDeviceCreateInfo*>(device_create_info)));
}
