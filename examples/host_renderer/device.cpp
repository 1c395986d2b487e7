#include "device.h"

#include <algorithm>
#include <optional>

#include "failure.h"
#include "stylise.h"

namespace host {
namespace {

// Graphics and compute on one queue, which every device with graphics has.
std::optional<uint32_t> find_queue_family(VkPhysicalDevice physical, VkSurfaceKHR surface) {
    uint32_t count = 0;
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, families.data());
    constexpr VkQueueFlags kWanted = VK_QUEUE_GRAPHICS_BIT | VK_QUEUE_COMPUTE_BIT;
    for (uint32_t i = 0; i < count; ++i) {
        VkBool32 presents = VK_TRUE;
        if (surface != VK_NULL_HANDLE) {
            check(vkGetPhysicalDeviceSurfaceSupportKHR(physical, i, surface, &presents),
                  "vkGetPhysicalDeviceSurfaceSupportKHR");
        }
        if ((families[i].queueFlags & kWanted) == kWanted && presents == VK_TRUE) return i;
    }
    return std::nullopt;
}

bool has_extension(VkPhysicalDevice physical, const char* name) {
    uint32_t count = 0;
    vkEnumerateDeviceExtensionProperties(physical, nullptr, &count, nullptr);
    std::vector<VkExtensionProperties> extensions(count);
    vkEnumerateDeviceExtensionProperties(physical, nullptr, &count, extensions.data());
    return std::any_of(extensions.begin(), extensions.end(), [&](const auto& extension) {
        return std::string(extension.extensionName) == name;
    });
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

bool matches(const std::string& wanted, size_t index, const VkPhysicalDeviceProperties& device) {
    if (wanted.empty() || wanted == std::to_string(index)) return true;
    if (wanted == "gpu") return device.deviceType != VK_PHYSICAL_DEVICE_TYPE_CPU;
    const bool number = wanted.find_first_not_of("0123456789") == std::string::npos;
    return !number && lower_case(device.deviceName).find(lower_case(wanted)) != std::string::npos;
}

}  // namespace

void check(VkResult result, const char* what) {
    if (result >= 0) return;
    const std::string code = std::string(what) + " (" + std::to_string(result) + ")";
    switch (result) {
        case VK_ERROR_OUT_OF_HOST_MEMORY:
        case VK_ERROR_OUT_OF_DEVICE_MEMORY:
            throw Failure(kOutOfMemory, "not enough memory for " + code);
        case VK_ERROR_DEVICE_LOST:
            throw Failure(kDeviceLost, "the driver gave the device up in " + code);
        case VK_ERROR_INCOMPATIBLE_DRIVER:
        case VK_ERROR_INITIALIZATION_FAILED:
            throw Failure(kNoDevice, "no Vulkan driver that would do: " + code);
        default:
            throw Failure(kBug, "Vulkan failed in " + code);
    }
}

Instance::Instance(const std::vector<const char*>& extensions) {
    VkApplicationInfo application{};
    application.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO;
    application.pApplicationName = "host_renderer";
    application.apiVersion = VK_API_VERSION_1_2;
    VkInstanceCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
    info.pApplicationInfo = &application;
    info.enabledExtensionCount = static_cast<uint32_t>(extensions.size());
    info.ppEnabledExtensionNames = extensions.data();
    check(vkCreateInstance(&info, nullptr, &instance_), "vkCreateInstance");
}

Instance::~Instance() { vkDestroyInstance(instance_, nullptr); }

void Device::choose(const Instance& instance, VkSurfaceKHR surface, const std::string& name) {
    uint32_t count = 0;
    check(vkEnumeratePhysicalDevices(instance.get(), &count, nullptr),
          "vkEnumeratePhysicalDevices");
    std::vector<VkPhysicalDevice> devices(count);
    check(vkEnumeratePhysicalDevices(instance.get(), &count, devices.data()),
          "vkEnumeratePhysicalDevices");
    std::string seen;
    for (size_t i = 0; i < devices.size(); ++i) {
        VkPhysicalDeviceProperties found{};
        vkGetPhysicalDeviceProperties(devices[i], &found);
        seen += (seen.empty() ? "" : ", ") + std::to_string(i) + " " + found.deviceName;
        const std::optional<uint32_t> family = find_queue_family(devices[i], surface);
        if (!matches(name, i, found) || !family || found.apiVersion < VK_API_VERSION_1_2) continue;
        if (physical != VK_NULL_HANDLE && rank(found.deviceType) <= rank(properties.deviceType)) {
            continue;
        }
        physical = devices[i];
        properties = found;
        queue_family = *family;
    }
    if (physical == VK_NULL_HANDLE) {
        throw Failure(kNoDevice, (name.empty() ? "no device" : "no device \"" + name + "\"") +
                                     " with Vulkan 1.2 and graphics; there is " +
                                     (seen.empty() ? "none" : seen));
    }
}

Device::Device(const Instance& instance, VkSurfaceKHR surface, const std::string& name) {
    choose(instance, surface, name);
    vkGetPhysicalDeviceMemoryProperties(physical, &memory);

    VkPhysicalDeviceFeatures available{};
    vkGetPhysicalDeviceFeatures(physical, &available);
    DeviceFeatures features;
    features.core.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
    features.vulkan12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    features.core.pNext = &features.vulkan12;
    features.core.features.samplerAnisotropy = available.samplerAnisotropy;
    anisotropy = available.samplerAnisotropy == VK_TRUE;
    if (surface != VK_NULL_HANDLE) features.extensions.push_back(VK_KHR_SWAPCHAIN_EXTENSION_NAME);
    // MoltenVK's devices want it asked for.
    constexpr const char* kPortability = "VK_KHR_portability_subset";
    if (has_extension(physical, kPortability)) features.extensions.push_back(kPortability);
    add_wanted_features(instance.get(), physical, features);

    const float priority = 1;
    VkDeviceQueueCreateInfo queue_info{};
    queue_info.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO;
    queue_info.queueFamilyIndex = queue_family;
    queue_info.queueCount = 1;
    queue_info.pQueuePriorities = &priority;
    VkDeviceCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO;
    info.pNext = &features.core;
    info.queueCreateInfoCount = 1;
    info.pQueueCreateInfos = &queue_info;
    info.enabledExtensionCount = static_cast<uint32_t>(features.extensions.size());
    info.ppEnabledExtensionNames = features.extensions.data();
    check(vkCreateDevice(physical, &info, nullptr, &device_), "vkCreateDevice");
    vkGetDeviceQueue(device_, queue_family, 0, &queue);
    impasto_features = enabled_features(info);

    uint32_t count = 0;
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, families.data());
    const uint32_t bits = families[queue_family].timestampValidBits;
    if (bits > 0) {
        timestamp_ms = static_cast<double>(properties.limits.timestampPeriod) * 1e-6;
        timestamp_mask = bits >= 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1;
    }
}

Device::~Device() {
    if (device_ == VK_NULL_HANDLE) return;
    vkDeviceWaitIdle(device_);
    vkDestroyDevice(device_, nullptr);
}

}  // namespace host
