#include "viewer/device.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "viewer/handles.h"

namespace impasto::viewer {
namespace {

ImpastoGetInstanceProcAddr loader() {
    return reinterpret_cast<ImpastoGetInstanceProcAddr>(vkGetInstanceProcAddr);
}

// Graphics and compute on one queue, which every device with graphics has.
std::optional<std::uint32_t> find_family(VkPhysicalDevice physical, VkSurfaceKHR surface) {
    std::uint32_t count = 0;
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, families.data());
    constexpr VkQueueFlags kWanted = VK_QUEUE_GRAPHICS_BIT | VK_QUEUE_COMPUTE_BIT;
    for (std::uint32_t i = 0; i < count; ++i) {
        VkBool32 presents = VK_FALSE;
        const bool known =
            vkGetPhysicalDeviceSurfaceSupportKHR(physical, i, surface, &presents) == VK_SUCCESS;
        if (known && presents == VK_TRUE && (families[i].queueFlags & kWanted) == kWanted) {
            return i;
        }
    }
    return std::nullopt;
}

std::vector<VkExtensionProperties> extensions_of(VkPhysicalDevice physical) {
    std::uint32_t count = 0;
    vkEnumerateDeviceExtensionProperties(physical, nullptr, &count, nullptr);
    std::vector<VkExtensionProperties> extensions(count);
    vkEnumerateDeviceExtensionProperties(physical, nullptr, &count, extensions.data());
    return extensions;
}

// Higher is better.
int rank(VkPhysicalDeviceType type) {
    switch (type) {
        case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
            return 4;
        case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
            return 3;
        case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
            return 2;
        case VK_PHYSICAL_DEVICE_TYPE_CPU:
            return 1;
        default:
            return 0;
    }
}

std::string lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    });
    return text;
}

bool matches(const std::string& wanted, std::size_t index, const VkPhysicalDeviceProperties& one) {
    if (wanted.empty() || wanted == std::to_string(index)) {
        return true;
    }
    if (wanted == "gpu") {
        return one.deviceType != VK_PHYSICAL_DEVICE_TYPE_CPU;
    }
    const bool number = wanted.find_first_not_of("0123456789") == std::string::npos;
    return !number && lower_case(one.deviceName).find(lower_case(wanted)) != std::string::npos;
}

// The structures of a device's features, chained.
struct Features {
    VkPhysicalDeviceFeatures2 core{};
    VkPhysicalDeviceVulkan12Features vulkan12{};
#ifdef VK_KHR_cooperative_matrix  // Vulkan's headers since 1.3.255
    VkPhysicalDeviceSubgroupSizeControlFeaturesEXT subgroups{};
    VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrix{};
#endif
    std::vector<const char*> extensions;

    void enable(const ImpastoFeatures& wanted);
};

void Features::enable(const ImpastoFeatures& wanted) {
    core.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
    core.pNext = &vulkan12;
    vulkan12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    const auto has = [&](ImpastoFeature bit) { return (wanted.features & bit) != 0; };
    if (has(IMPASTO_FEATURE_BUFFER_DEVICE_ADDRESS)) {
        vulkan12.bufferDeviceAddress = VK_TRUE;
    }
    if (has(IMPASTO_FEATURE_SHADER_INT64)) {
        core.features.shaderInt64 = VK_TRUE;
    }
#ifdef VK_KHR_cooperative_matrix
    if (has(IMPASTO_FEATURE_MATRIX_UNITS)) {
        vulkan12.shaderFloat16 = VK_TRUE;
        vulkan12.vulkanMemoryModel = VK_TRUE;
        vulkan12.pNext = &subgroups;
        subgroups.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES_EXT;
        subgroups.subgroupSizeControl = VK_TRUE;
        subgroups.computeFullSubgroups = VK_TRUE;
        subgroups.pNext = &matrix;
        matrix.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR;
        matrix.cooperativeMatrix = VK_TRUE;
        extensions.insert(extensions.end(), wanted.extensions,
                          wanted.extensions + wanted.extension_count);
    }
#endif
}

}  // namespace

Result<std::unique_ptr<Instance>> Instance::create(const std::vector<const char*>& extensions) {
    VkApplicationInfo application{};
    application.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO;
    application.pApplicationName = "Impasto";
    application.apiVersion = VK_API_VERSION_1_2;
    VkInstanceCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
    info.pApplicationInfo = &application;
    info.enabledExtensionCount = static_cast<std::uint32_t>(extensions.size());
    info.ppEnabledExtensionNames = extensions.data();
    VkInstance instance = VK_NULL_HANDLE;
    IMPASTO_TRY(check(vkCreateInstance(&info, nullptr, &instance), "vkCreateInstance"));
    return std::unique_ptr<Instance>(new Instance(instance));
}

Result<std::unique_ptr<Device>> Device::create(const Instance& instance, VkSurfaceKHR surface,
                                               const std::string& wanted) {
    std::unique_ptr<Device> self(new Device(instance.get()));
    IMPASTO_TRY(self->choose(surface, wanted));
    IMPASTO_TRY(self->open());
    return self;
}

Device::~Device() {
    if (device_ != VK_NULL_HANDLE) {
        vkDeviceWaitIdle(device_);
        vkDestroyDevice(device_, nullptr);
    }
}

Status Device::choose(VkSurfaceKHR surface, const std::string& wanted) {
    std::uint32_t count = 0;
    IMPASTO_TRY(check(vkEnumeratePhysicalDevices(instance_, &count, nullptr),
                      "vkEnumeratePhysicalDevices"));
    std::vector<VkPhysicalDevice> devices(count);
    IMPASTO_TRY(check(vkEnumeratePhysicalDevices(instance_, &count, devices.data()),
                      "vkEnumeratePhysicalDevices"));
    std::string seen;
    for (std::size_t i = 0; i < count; ++i) {
        VkPhysicalDeviceProperties found{};
        vkGetPhysicalDeviceProperties(devices[i], &found);
        seen += (seen.empty() ? "" : ", ") + std::to_string(i) + " " + found.deviceName;
        const auto family = find_family(devices[i], surface);
        const bool better =
            physical_ == VK_NULL_HANDLE || rank(found.deviceType) > rank(properties_.deviceType);
        if (better && family && found.apiVersion >= VK_API_VERSION_1_2 &&
            matches(wanted, i, found)) {
            physical_ = devices[i];
            index_ = static_cast<std::uint32_t>(i);
            properties_ = found;
            family_ = *family;
        }
    }
    if (physical_ == VK_NULL_HANDLE) {
        return Error{ErrorCode::kNoDevice,
                     (wanted.empty() ? "no device" : "no device '" + wanted + "'") +
                         " with Vulkan 1.2 can draw into a window here; there is " +
                         (seen.empty() ? "none at all" : seen)};
    }
    vkGetPhysicalDeviceMemoryProperties(physical_, &memory_);
    return {};
}

Status Device::open() {
    auto wanted = Impasto::make<ImpastoFeatures>();
    Message message;
    IMPASTO_TRY(message.status(impasto_required_features(instance_, physical_, loader(), &wanted,
                                                         message.data(), message.size())));
    if (wanted.unusable[0] != '\0') {
        return Error{ErrorCode::kNoDevice,
                     std::string(properties_.deviceName) + " cannot be used: " + wanted.unusable};
    }
    Features features;
    features.enable(wanted);
    features.extensions.push_back(VK_KHR_SWAPCHAIN_EXTENSION_NAME);
    constexpr const char* kPortability = "VK_KHR_portability_subset";  // MoltenVK wants it enabled
    for (const VkExtensionProperties& extension : extensions_of(physical_)) {
        if (std::string_view(extension.extensionName) == kPortability) {
            features.extensions.push_back(kPortability);
        }
    }
    const float priority = 1;
    VkDeviceQueueCreateInfo queue{};
    queue.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO;
    queue.queueFamilyIndex = family_;
    queue.queueCount = 1;
    queue.pQueuePriorities = &priority;
    VkDeviceCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO;
    info.pNext = &features.core;
    info.queueCreateInfoCount = 1;
    info.pQueueCreateInfos = &queue;
    info.enabledExtensionCount = static_cast<std::uint32_t>(features.extensions.size());
    info.ppEnabledExtensionNames = features.extensions.data();
    IMPASTO_TRY(check(vkCreateDevice(physical_, &info, nullptr, &device_), "vkCreateDevice"));
    vkGetDeviceQueue(device_, family_, 0, &queue_);
    features_ = impasto_enabled_features(&info);
    return {};
}

ImpastoVulkanDevice Device::lent() const {
    auto lent = Impasto::make<ImpastoVulkanDevice>();
    lent.instance = instance_;
    lent.physical_device = physical_;
    lent.device = device_;
    lent.queue_family_index = family_;
    lent.get_instance_proc_addr = loader();
    lent.features = features_;
    return lent;
}

Result<Memory> Device::allocate(const VkMemoryRequirements& needs,
                                VkMemoryPropertyFlags wanted) const {
    for (std::uint32_t i = 0; i < memory_.memoryTypeCount; ++i) {
        if ((needs.memoryTypeBits >> i & 1u) == 0 ||
            (memory_.memoryTypes[i].propertyFlags & wanted) != wanted) {
            continue;
        }
        VkMemoryAllocateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
        info.allocationSize = needs.size;
        info.memoryTypeIndex = i;
        return make<Memory>(device_, info, vkAllocateMemory, "vkAllocateMemory");
    }
    return Error{ErrorCode::kNoDevice, "the device has no memory of the kind that is needed"};
}

std::vector<ImpastoDeviceInfo> list_devices() {
    std::uint32_t count = 0;
    Message message;
    if (impasto_list_devices(nullptr, &count, message.data(), message.size()) != IMPASTO_SUCCESS) {
        return {};
    }
    std::vector<ImpastoDeviceInfo> devices(count, Impasto::make<ImpastoDeviceInfo>());
    if (impasto_list_devices(devices.data(), &count, message.data(), message.size()) !=
        IMPASTO_SUCCESS) {
        return {};
    }
    devices.resize(std::min<std::size_t>(count, devices.size()));
    return devices;
}

}  // namespace impasto::viewer
