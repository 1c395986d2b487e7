#include "gpu/instance.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "gpu/errors.h"
#include "gpu/pipeline.h"

namespace impasto::gpu {

namespace {

constexpr std::array<const char*, 3> kLoaderNames =
#if defined(_WIN32)
    {"vulkan-1.dll", "vulkan-1.dll", "vulkan-1.dll"};
#elif defined(__APPLE__)
    {"libvulkan.1.dylib", "libvulkan.dylib", "libMoltenVK.dylib"};
#else
    {"libvulkan.so.1", "libvulkan.so", "libvulkan.so.1"};
#endif

constexpr const char* kNoDriverAdvice =
    "install the GPU maker's driver, or Mesa's (on Debian: apt install mesa-vulkan-drivers), which "
    "also runs on the CPU; `vulkaninfo --summary` shows what the system finds";

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

// The order of preference among usable devices.
int rank(VkPhysicalDeviceType type) {
    switch (type) {
        case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
            return 4;
        case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
            return 3;
        case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
            return 2;
        case VK_PHYSICAL_DEVICE_TYPE_OTHER:
            return 1;
        default:
            return 0;
    }
}

}  // namespace

const char* device_type_name(VkPhysicalDeviceType type) {
    switch (type) {
        case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
            return "discrete GPU";
        case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
            return "integrated GPU";
        case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
            return "virtual GPU";
        case VK_PHYSICAL_DEVICE_TYPE_CPU:
            return "CPU";
        default:
            return "other";
    }
}

Result<std::shared_ptr<Instance>> Instance::create() {
    auto self = std::shared_ptr<Instance>(new Instance);
    self->loader_ = platform::DynamicLibrary(kLoaderNames);
    if (!self->loader_.is_open()) {
        return Error{ErrorCode::kNoDevice, std::string("no Vulkan loader (") + kLoaderNames[0] +
                                               ") on this system: " + kNoDriverAdvice};
    }
    auto get =
        reinterpret_cast<PFN_vkGetInstanceProcAddr>(self->loader_.symbol("vkGetInstanceProcAddr"));
    if (get == nullptr) {
        return Error{
            ErrorCode::kNoDevice,
            "the Vulkan loader is damaged: vkGetInstanceProcAddr is missing; reinstall it"};
    }
    auto create_instance =
        reinterpret_cast<PFN_vkCreateInstance>(get(VK_NULL_HANDLE, "vkCreateInstance"));
    VkApplicationInfo application{};
    application.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO;
    application.pApplicationName = "impasto";
    application.apiVersion = VK_API_VERSION_1_2;
    VkInstanceCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
    info.pApplicationInfo = &application;
#ifdef __APPLE__
    // MoltenVK is a portability driver: the loader hides it unless asked.
    const char* portability = "VK_KHR_portability_enumeration";
    info.flags = 0x00000001;  // VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR
    info.enabledExtensionCount = 1;
    info.ppEnabledExtensionNames = &portability;
#endif
    VkResult result = create_instance == nullptr
                          ? VK_ERROR_INCOMPATIBLE_DRIVER
                          : create_instance(&info, nullptr, &self->instance_);
    if (result != VK_SUCCESS) {
        return Error{ErrorCode::kNoDevice, "no Vulkan driver could be started (" +
                                               std::string(result_name(result)) +
                                               "): " + kNoDriverAdvice};
    }
    self->owned_ = true;
    if (!load_functions(get, self->instance_, self->functions_)) {
        return Error{ErrorCode::kNoDevice, "the Vulkan loader is too old: Vulkan 1.2 is needed"};
    }
    return self;
}

Result<std::shared_ptr<Instance>> Instance::borrow(VkInstance instance,
                                                   PFN_vkGetInstanceProcAddr get) {
    auto self = std::shared_ptr<Instance>(new Instance);
    self->instance_ = instance;
    if (get == nullptr || instance == VK_NULL_HANDLE ||
        !load_functions(get, instance, self->functions_)) {
        return Error{ErrorCode::kNoDevice,
                     "the host's instance lacks entry points of Vulkan 1.2: create it with "
                     "apiVersion 1.2 or later"};
    }
    return self;
}

Instance::~Instance() {
    if (owned_ && functions_.DestroyInstance != nullptr) {
        functions_.DestroyInstance(instance_, nullptr);
    }
}

std::vector<VkQueueFamilyProperties> queue_families(const InstanceFunctions& vk,
                                                    VkPhysicalDevice device) {
    std::uint32_t count = 0;
    vk.GetPhysicalDeviceQueueFamilyProperties(device, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vk.GetPhysicalDeviceQueueFamilyProperties(device, &count, families.data());
    return families;
}

Result<std::vector<VkPhysicalDevice>> Instance::devices() const {
    std::uint32_t count = 0;
    VkResult result = functions_.EnumeratePhysicalDevices(instance_, &count, nullptr);
    std::vector<VkPhysicalDevice> devices(count);
    if (result == VK_SUCCESS && count > 0) {
        result = functions_.EnumeratePhysicalDevices(instance_, &count, devices.data());
        devices.resize(count);
    }
    if ((result != VK_SUCCESS && result != VK_INCOMPLETE) || devices.empty()) {
        return Error{ErrorCode::kNoDevice,
                     std::string("no Vulkan device was found: ") + kNoDriverAdvice};
    }
    return devices;
}

std::string tier_name(const Capabilities& capabilities) {
    std::string name = capabilities.addresses ? "fp32, buffer addresses" : "fp32, storage buffers";
    if (capabilities.matrix.any()) {
        name += std::string(", matrix units ") + matrix_shape_name(capabilities.matrix.shape);
    }
    return name;
}

DeviceInfo Instance::describe(VkPhysicalDevice device) const {
    VkPhysicalDeviceDriverProperties driver{};
    driver.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES;
    VkPhysicalDeviceProperties2 properties{};
    properties.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;

    DeviceInfo info;
    VkPhysicalDeviceProperties basic{};
    functions_.GetPhysicalDeviceProperties(device, &basic);
    info.name = basic.deviceName;
    info.type = basic.deviceType;
    info.api_version = basic.apiVersion;

    VkPhysicalDeviceMemoryProperties memory{};
    functions_.GetPhysicalDeviceMemoryProperties(device, &memory);
    for (std::uint32_t i = 0; i < memory.memoryHeapCount; ++i) {
        if ((memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) != 0) {
            info.memory_bytes =
                std::max<std::uint64_t>(info.memory_bytes, memory.memoryHeaps[i].size);
        }
    }
    if (basic.apiVersion < VK_API_VERSION_1_2) {
        info.unusable = "its driver offers Vulkan " +
                        std::to_string(VK_API_VERSION_MAJOR(basic.apiVersion)) + "." +
                        std::to_string(VK_API_VERSION_MINOR(basic.apiVersion)) +
                        " and 1.2 is needed: update the driver";
        return info;
    }
    VkPhysicalDeviceSubgroupProperties subgroup{};
    subgroup.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES;
    driver.pNext = &subgroup;
    properties.pNext = &driver;
    functions_.GetPhysicalDeviceProperties2(device, &properties);
    info.driver = std::string(driver.driverName) + ", " + driver.driverInfo;

    VkPhysicalDeviceVulkan12Features features12{};
    features12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    VkPhysicalDeviceFeatures2 features{};
    features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
    features.pNext = &features12;
    functions_.GetPhysicalDeviceFeatures2(device, &features);
    info.capabilities.addresses = features12.bufferDeviceAddress == VK_TRUE;
    info.capabilities.int64 = features.features.shaderInt64 == VK_TRUE;
    info.capabilities.subgroup_broadcast =
        subgroup.subgroupSize >= 8 &&
        (subgroup.supportedStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0 &&
        (subgroup.supportedOperations & VK_SUBGROUP_FEATURE_BALLOT_BIT) != 0;
    info.capabilities.matrix = find_matrix_units(functions_, device);
    info.tier = tier_name(info.capabilities);

    const auto families = queue_families(functions_, device);
    if (std::none_of(families.begin(), families.end(), [](const auto& family) {
            return (family.queueFlags & VK_QUEUE_COMPUTE_BIT) != 0;
        })) {
        info.unusable = "it has no compute queue";
    } else if (!info.capabilities.addresses &&
               basic.limits.maxPerStageDescriptorStorageBuffers < kMaxBuffers) {
        info.unusable = "it has neither buffer addresses nor " + std::to_string(kMaxBuffers) +
                        " storage buffers for a kernel: update the driver";
    }
    return info;
}

std::uint64_t Instance::available_memory(VkPhysicalDevice device, bool has_budget) const {
    VkPhysicalDeviceMemoryBudgetPropertiesEXT budget{};
    budget.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT;
    VkPhysicalDeviceMemoryProperties memory{};
    functions_.GetPhysicalDeviceMemoryProperties(device, &memory);
    if (has_budget) {
        VkPhysicalDeviceMemoryProperties2 properties{};
        properties.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2;
        properties.pNext = &budget;
        functions_.GetPhysicalDeviceMemoryProperties2(device, &properties);
    }
    std::uint64_t most = 0;  // unknown
    for (std::uint32_t i = 0; i < memory.memoryHeapCount; ++i) {
        if ((memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) == 0) {
            continue;
        }
        std::uint64_t bytes = memory.memoryHeaps[i].size;
        if (has_budget && budget.heapBudget[i] != 0) {
            // A full heap leaves one byte, since 0 would say that nothing is known.
            bytes = budget.heapBudget[i] > budget.heapUsage[i]
                        ? budget.heapBudget[i] - budget.heapUsage[i]
                        : 1;
        }
        most = std::max(most, bytes);
    }
    return most;
}

Result<VkPhysicalDevice> select_device(const Instance& instance, const std::string& selector) {
    auto devices = instance.devices();
    if (!devices) {
        return devices.error();
    }
    std::string listed;
    std::vector<DeviceInfo> infos;
    for (std::size_t i = 0; i < devices->size(); ++i) {
        infos.push_back(instance.describe((*devices)[i]));
        listed += (i == 0 ? "" : "; ") + std::to_string(i) + " = " + infos.back().name;
    }
    const auto checked = [&](std::size_t i) -> Result<VkPhysicalDevice> {
        if (!infos[i].unusable.empty()) {
            return Error{ErrorCode::kNoDevice, "device " + std::to_string(i) + " (" +
                                                   infos[i].name +
                                                   ") cannot be used: " + infos[i].unusable};
        }
        return (*devices)[i];
    };
    std::size_t index = 0;
    const auto [end, failure] =
        std::from_chars(selector.data(), selector.data() + selector.size(), index);
    if (!selector.empty() && failure == std::errc() && end == selector.data() + selector.size()) {
        if (index >= devices->size()) {
            return Error{ErrorCode::kNoDevice,
                         "there is no device " + selector + " (there are: " + listed + ")"};
        }
        return checked(index);
    }
    const bool gpu_only = lower(selector) == "gpu";
    const bool any = selector.empty() || gpu_only;
    int best_rank = -1;
    std::size_t best = 0;
    std::string why;
    for (std::size_t i = 0; i < infos.size(); ++i) {
        if (gpu_only && infos[i].type == VK_PHYSICAL_DEVICE_TYPE_CPU) {
            continue;
        }
        if (!any && lower(infos[i].name).find(lower(selector)) == std::string::npos) {
            continue;
        }
        if (!infos[i].unusable.empty()) {
            why += "; " + infos[i].name + ": " + infos[i].unusable;
            continue;
        }
        if (rank(infos[i].type) > best_rank) {
            best_rank = rank(infos[i].type);
            best = i;
        }
    }
    if (best_rank < 0) {
        return Error{
            ErrorCode::kNoDevice,
            any ? (gpu_only ? "no usable GPU was found (there are: " + listed + ")" + why +
                                  ": install its driver, or let any device be taken, the CPU too"
                            : "no usable Vulkan device was found" + why)
                : "no usable device is called '" + selector + "' (there are: " + listed + ")" +
                      why};
    }
    return (*devices)[best];
}

}  // namespace impasto::gpu
