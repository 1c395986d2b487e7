// A renderer's frame loop in small: a device that the test made, two frames in flight, command
// buffers that are submitted and waited for by fences. Everything through function pointers of its
// own, as a host has them.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <vector>

#include "gpu/instance.h"
#include "impasto/impasto_vulkan.h"
#include "support/host_vulkan.h"

namespace impasto::testing {

#define IMPASTO_FRAME_FUNCTIONS(X) \
    X(GetDeviceQueue)              \
    X(CreateCommandPool)           \
    X(DestroyCommandPool)          \
    X(AllocateCommandBuffers)      \
    X(ResetCommandBuffer)          \
    X(BeginCommandBuffer)          \
    X(EndCommandBuffer)            \
    X(QueueSubmit)                 \
    X(CreateFence)                 \
    X(DestroyFence)                \
    X(WaitForFences)               \
    X(ResetFences)                 \
    X(DeviceWaitIdle)              \
    X(CreateBuffer)                \
    X(DestroyBuffer)               \
    X(GetBufferMemoryRequirements) \
    X(CreateImage)                 \
    X(DestroyImage)                \
    X(GetImageMemoryRequirements)  \
    X(AllocateMemory)              \
    X(FreeMemory)                  \
    X(MapMemory)                   \
    X(BindBufferMemory)            \
    X(BindImageMemory)             \
    X(CmdCopyImageToBuffer)        \
    X(CmdCopyBufferToImage)        \
    X(CmdPipelineBarrier)

class FrameLoop {
  public:
    static constexpr std::uint64_t kInFlight = 2;

    // False when there is no device.
    bool open(bool addresses, bool timeline = true) {
        if (host_.instance() == VK_NULL_HANDLE) {
            return false;
        }
        auto instance = gpu::Instance::borrow(host_.instance(), &HostVulkan::get);
        if (!instance) {
            return false;
        }
        auto physical = gpu::select_device(**instance, "");
        if (!physical) {
            return false;
        }
        physical_ = *physical;
        const bool int64 = (*instance)->describe(physical_).capabilities.int64;
        device_ = host_.make_device(physical_, addresses, 0, int64);
        if (device_ == VK_NULL_HANDLE) {
            return false;
        }
#define IMPASTO_LOAD(name) name = reinterpret_cast<PFN_vk##name>(function("vk" #name));
        IMPASTO_FRAME_FUNCTIONS(IMPASTO_LOAD)
#undef IMPASTO_LOAD
        GetDeviceQueue(device_, 0, 0, &queue_);
        host_.functions().GetPhysicalDeviceMemoryProperties(physical_, &memory_);
        VkCommandPoolCreateInfo pool{};
        pool.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
        pool.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT;
        CreateCommandPool(device_, &pool, nullptr, &pool_);
        VkCommandBufferAllocateInfo allocate{};
        allocate.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
        allocate.commandPool = pool_;
        allocate.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
        allocate.commandBufferCount = kInFlight;
        AllocateCommandBuffers(device_, &allocate, commands_.data());
        for (VkFence& fence : fences_) {
            VkFenceCreateInfo info{};
            info.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO;
            info.flags = VK_FENCE_CREATE_SIGNALED_BIT;
            CreateFence(device_, &info, nullptr, &fence);
        }
        lent_ = {};
        lent_.struct_size = sizeof lent_;
        lent_.instance = host_.instance();
        lent_.physical_device = physical_;
        lent_.device = device_;
        lent_.get_instance_proc_addr =
            reinterpret_cast<ImpastoGetInstanceProcAddr>(&HostVulkan::get);
        if (timeline) {
            lent_.features |= IMPASTO_FEATURE_TIMELINE_SEMAPHORE;
        }
        if (addresses) {
            lent_.features |= IMPASTO_FEATURE_BUFFER_DEVICE_ADDRESS;
        }
        if (int64) {
            lent_.features |= IMPASTO_FEATURE_SHADER_INT64;
        }
        return true;
    }

    ~FrameLoop() {
        if (device_ == VK_NULL_HANDLE) {
            return;
        }
        DeviceWaitIdle(device_);
        for (const VkFence fence : fences_) {
            DestroyFence(device_, fence, nullptr);
        }
        DestroyCommandPool(device_, pool_, nullptr);
    }

    // What to lend, without a queue: slices alone.
    ImpastoVulkanDevice lent() const { return lent_; }
    VkDevice device() const { return device_; }
    VkQueue queue() const { return queue_; }
    // The device's own, whatever HostVulkan::replace() put in its place.
    PFN_vkVoidFunction function(const char* name) const {
        return host_.functions().GetDeviceProcAddr(device_, name);
    }
    std::uint64_t frame() const { return frame_; }

    // One frame: `record` gets its command buffer, its number, and the last one that is finished.
    void run(const std::function<void(VkCommandBuffer, std::uint64_t, std::uint64_t)>& record) {
        ++frame_;
        const std::size_t slot = frame_ % kInFlight;
        WaitForFences(device_, 1, &fences_[slot], VK_TRUE, ~std::uint64_t{0});
        ResetFences(device_, 1, &fences_[slot]);
        VkCommandBufferBeginInfo begin{};
        begin.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
        begin.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
        BeginCommandBuffer(commands_[slot], &begin);
        record(commands_[slot], frame_, frame_ > kInFlight ? frame_ - kInFlight : 0);
        EndCommandBuffer(commands_[slot]);
        VkSubmitInfo submit{};
        submit.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
        submit.commandBufferCount = 1;
        submit.pCommandBuffers = &commands_[slot];
        QueueSubmit(queue_, 1, &submit, fences_[slot]);
    }

    void wait_idle() { DeviceWaitIdle(device_); }

    // A slice of `session` in a frame of its own.
    ImpastoResult slice(ImpastoSession* session, double budget_ms, ImpastoSliceReport& report) {
        ImpastoResult result = IMPASTO_SUCCESS;
        run([&](VkCommandBuffer commands, std::uint64_t frame, std::uint64_t completed) {
            ImpastoSlice slice{};
            slice.struct_size = sizeof slice;
            slice.command_buffer = commands;
            slice.frame = frame;
            slice.completed_frame = completed;
            slice.budget_ms = budget_ms;
            report = {};
            report.struct_size = sizeof report;
            result = impasto_session_record(session, &slice, &report);
        });
        return result;
    }

    // Bytes of memory type `flags`; the caller frees it.
    VkDeviceMemory allocate(std::uint64_t bytes, std::uint32_t type_bits,
                            VkMemoryPropertyFlags flags, bool address = false,
                            std::uint32_t* chosen = nullptr) {
        for (std::uint32_t i = 0; i < memory_.memoryTypeCount; ++i) {
            if ((type_bits & 1u << i) == 0 ||
                (memory_.memoryTypes[i].propertyFlags & flags) != flags) {
                continue;
            }
            VkMemoryAllocateFlagsInfo with_address{};
            with_address.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO;
            with_address.flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT;
            VkMemoryAllocateInfo info{};
            info.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
            info.pNext = address ? &with_address : nullptr;
            info.allocationSize = bytes;
            info.memoryTypeIndex = i;
            VkDeviceMemory memory = VK_NULL_HANDLE;
            if (AllocateMemory(device_, &info, nullptr, &memory) == VK_SUCCESS) {
                if (chosen != nullptr) {
                    *chosen = i;
                }
                return memory;
            }
        }
        return VK_NULL_HANDLE;
    }

    // The bytes of an image's level, which is and stays in `layout`, read after all that is
    // submitted.
    std::vector<std::uint8_t> read_image(
        std::uint64_t image, std::uint32_t width, std::uint32_t height, std::uint32_t level,
        std::uint32_t texel_bytes,
        VkImageLayout layout = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL) {
        const std::uint64_t bytes = std::uint64_t{width} * height * texel_bytes;
        Staging staging = make_staging(bytes);
        run([&](VkCommandBuffer commands, std::uint64_t, std::uint64_t) {
            barrier(commands, handle(image), level, layout, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
            const VkBufferImageCopy region = copy_region(width, height, level);
            CmdCopyImageToBuffer(commands, handle(image), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                                 staging.buffer, 1, &region);
            barrier(commands, handle(image), level, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, layout);
        });
        wait_idle();
        const auto* from = static_cast<const std::uint8_t*>(staging.mapped);
        std::vector<std::uint8_t> result(from, from + bytes);
        release(staging);
        return result;
    }

    // The caller destroys both.
    struct HostImage {
        VkImage image = VK_NULL_HANDLE;
        VkDeviceMemory memory = VK_NULL_HANDLE;
        std::uint64_t number() const {
            std::uint64_t value = 0;
            std::memcpy(&value, &image, sizeof image);
            return value;
        }
    };
    // An image of `width` x `height` with `levels` levels, all in `layout`, with nothing in them.
    HostImage make_image(std::uint32_t width, std::uint32_t height, VkFormat format,
                         std::uint32_t levels, VkImageLayout layout) {
        HostImage made;
        VkImageCreateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO;
        info.imageType = VK_IMAGE_TYPE_2D;
        info.format = format;
        info.extent = {width, height, 1};
        info.mipLevels = levels;
        info.arrayLayers = 1;
        info.samples = VK_SAMPLE_COUNT_1_BIT;
        info.usage = VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT |
                     VK_IMAGE_USAGE_TRANSFER_DST_BIT;
        CreateImage(device_, &info, nullptr, &made.image);
        VkMemoryRequirements need{};
        GetImageMemoryRequirements(device_, made.image, &need);
        made.memory = allocate(need.size, need.memoryTypeBits, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
        BindImageMemory(device_, made.image, made.memory, 0);
        run([&](VkCommandBuffer commands, std::uint64_t, std::uint64_t) {
            for (std::uint32_t level = 0; level < levels; ++level) {
                barrier(commands, made.image, level, VK_IMAGE_LAYOUT_UNDEFINED, layout);
            }
        });
        return made;
    }
    // With `texels` in `level`, in SHADER_READ_ONLY_OPTIMAL.
    HostImage make_image(std::uint32_t width, std::uint32_t height, VkFormat format,
                         const std::vector<std::uint8_t>& texels, std::uint32_t level = 0) {
        constexpr VkImageLayout kSampled = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;
        const HostImage made = make_image(width, height, format, level + 1, kSampled);
        Staging staging = make_staging(texels.size());
        std::memcpy(staging.mapped, texels.data(), texels.size());
        run([&](VkCommandBuffer commands, std::uint64_t, std::uint64_t) {
            barrier(commands, made.image, level, kSampled, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
            const VkBufferImageCopy region = copy_region(width >> level, height >> level, level);
            CmdCopyBufferToImage(commands, staging.buffer, made.image,
                                 VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region);
            barrier(commands, made.image, level, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, kSampled);
        });
        wait_idle();
        release(staging);
        return made;
    }
    void destroy(const HostImage& image) {
        wait_idle();
        DestroyImage(device_, image.image, nullptr);
        FreeMemory(device_, image.memory, nullptr);
    }

#define IMPASTO_MEMBER(name) PFN_vk##name name = nullptr;
    IMPASTO_FRAME_FUNCTIONS(IMPASTO_MEMBER)
#undef IMPASTO_MEMBER

  private:
    struct Staging {
        VkBuffer buffer = VK_NULL_HANDLE;
        VkDeviceMemory memory = VK_NULL_HANDLE;
        void* mapped = nullptr;
    };
    Staging make_staging(std::uint64_t bytes) {
        Staging made;
        VkBufferCreateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;
        info.size = bytes;
        info.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT;
        CreateBuffer(device_, &info, nullptr, &made.buffer);
        VkMemoryRequirements need{};
        GetBufferMemoryRequirements(device_, made.buffer, &need);
        made.memory =
            allocate(need.size, need.memoryTypeBits,
                     VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT);
        BindBufferMemory(device_, made.buffer, made.memory, 0);
        MapMemory(device_, made.memory, 0, VK_WHOLE_SIZE, 0, &made.mapped);
        return made;
    }
    void release(Staging& staging) {
        DestroyBuffer(device_, staging.buffer, nullptr);
        FreeMemory(device_, staging.memory, nullptr);
    }
    static VkImage handle(std::uint64_t number) {
        VkImage image = VK_NULL_HANDLE;
        std::memcpy(&image, &number, sizeof image);
        return image;
    }
    static VkBufferImageCopy copy_region(std::uint32_t width, std::uint32_t height,
                                         std::uint32_t level) {
        VkBufferImageCopy region{};
        region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, level, 0, 1};
        region.imageExtent = {width, height, 1};
        return region;
    }
    void barrier(VkCommandBuffer commands, VkImage image, std::uint32_t level, VkImageLayout from,
                 VkImageLayout to) {
        VkImageMemoryBarrier change{};
        change.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER;
        change.srcAccessMask = VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT;
        change.dstAccessMask = change.srcAccessMask;
        change.oldLayout = from;
        change.newLayout = to;
        change.srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
        change.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
        change.image = image;
        change.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, level, 1, 0, 1};
        CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                           VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, 0, nullptr, 0, nullptr, 1,
                           &change);
    }

    HostVulkan host_;
    VkPhysicalDevice physical_ = VK_NULL_HANDLE;
    VkDevice device_ = VK_NULL_HANDLE;
    VkQueue queue_ = VK_NULL_HANDLE;
    VkPhysicalDeviceMemoryProperties memory_{};
    VkCommandPool pool_ = VK_NULL_HANDLE;
    std::array<VkCommandBuffer, kInFlight> commands_{};
    std::array<VkFence, kInFlight> fences_{};
    std::uint64_t frame_ = 0;
    ImpastoVulkanDevice lent_{};
};

}  // namespace impasto::testing
