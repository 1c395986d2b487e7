#include "gpu/program.h"

#include <cstring>
#include <string>

#include "gpu/errors.h"

namespace impasto::gpu {

namespace {

// Work in one command buffer: 20 ms on a 1 TFLOP/s device, under 100 ms on a slow integrated one.
constexpr double kFlopsPerSubmission = 2e10;
constexpr std::uint32_t kSetsPerPool = 64;
constexpr std::uint32_t kMostTimed = 4096;  // operations; those beyond go unmeasured

}  // namespace

Program::Program(Device& device, bool timed) : device_(device) {
    VkCommandPoolCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
    info.queueFamilyIndex = device.queue_family();
    const VkResult result = device.vk().CreateCommandPool(device.handle(), &info, nullptr, &pool_);
    if (result != VK_SUCCESS) {
        fail(vulkan_error(result, "creating a command pool"));
        return;
    }
    if (timed && device.timestamp_bits() > 0) {
        VkQueryPoolCreateInfo queries{};
        queries.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO;
        queries.queryType = VK_QUERY_TYPE_TIMESTAMP;
        queries.queryCount = 2 * kMostTimed;
        const VkResult made =
            device.vk().CreateQueryPool(device.handle(), &queries, nullptr, &queries_);
        if (made != VK_SUCCESS) {
            fail(vulkan_error(made, "creating a query pool"));
        }
    }
}

Program::~Program() {
    const DeviceFunctions& vk = device_.vk();
    for (VkDescriptorPool pool : descriptor_pools_) {
        vk.DestroyDescriptorPool(device_.handle(), pool, nullptr);
    }
    if (queries_ != VK_NULL_HANDLE) {
        vk.DestroyQueryPool(device_.handle(), queries_, nullptr);
    }
    if (pool_ != VK_NULL_HANDLE) {
        vk.DestroyCommandPool(device_.handle(), pool_, nullptr);
    }
}

void Program::fail(Error error) {
    if (status_) {
        status_ = std::move(error);
    }
}

bool Program::begin_if_needed() {
    if (!status_) {
        return false;
    }
    if (recording_) {
        return true;
    }
    VkCommandBufferAllocateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
    info.commandPool = pool_;
    info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
    info.commandBufferCount = 1;
    VkCommandBuffer buffer = VK_NULL_HANDLE;
    VkResult result = device_.vk().AllocateCommandBuffers(device_.handle(), &info, &buffer);
    if (result == VK_SUCCESS) {
        command_buffers_.push_back(buffer);
        VkCommandBufferBeginInfo begin{};
        begin.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
        // The next replay may be queued while this one still runs.
        begin.flags = VK_COMMAND_BUFFER_USAGE_SIMULTANEOUS_USE_BIT;
        result = device_.vk().BeginCommandBuffer(buffer, &begin);
    }
    if (result != VK_SUCCESS) {
        fail(vulkan_error(result, "recording commands"));
        return false;
    }
    recording_ = true;
    flops_ = 0;
    return true;
}

void Program::end_current() {
    if (!recording_) {
        return;
    }
    recording_ = false;
    const VkResult result = device_.vk().EndCommandBuffer(command_buffers_.back());
    if (result != VK_SUCCESS) {
        fail(vulkan_error(result, "recording commands"));
    }
}

void Program::barrier(VkPipelineStageFlags to_stage, VkAccessFlags to_access) {
    VkMemoryBarrier barrier{};
    barrier.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER;
    barrier.srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;
    barrier.dstAccessMask = to_access;
    device_.vk().CmdPipelineBarrier(
        command_buffers_.back(),
        VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT, to_stage, 0, 1,
        &barrier, 0, nullptr, 0, nullptr);
}

bool Program::begin_timing(const char* kernel, double flops, double bytes) {
    if (queries_ == VK_NULL_HANDLE || operations_.size() == kMostTimed) {
        return false;
    }
    const VkCommandBuffer commands = command_buffers_.back();
    const auto query = static_cast<std::uint32_t>(2 * operations_.size());
    operations_.push_back({kernel, label_, 0, 0, flops, bytes});
    device_.vk().CmdResetQueryPool(commands, queries_, query, 2);
    // All that went before is done: a barrier precedes every operation.
    device_.vk().CmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries_, query);
    return true;
}

void Program::end_timing(bool begun) {
    if (!begun) {
        return;
    }
    device_.vk().CmdWriteTimestamp(command_buffers_.back(), VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT,
                                   queries_,
                                   static_cast<std::uint32_t>(2 * operations_.size() - 1));
}

Result<std::vector<Timing>> Program::timings() const {
    std::vector<Timing> timings = operations_;
    if (timings.empty()) {
        return timings;
    }
    std::vector<std::uint64_t> ticks(2 * timings.size());
    const VkResult result = device_.vk().GetQueryPoolResults(
        device_.handle(), queries_, 0, static_cast<std::uint32_t>(ticks.size()),
        ticks.size() * sizeof(std::uint64_t), ticks.data(), sizeof(std::uint64_t),
        VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT);
    if (result != VK_SUCCESS) {
        return vulkan_error(result, "reading timestamps");
    }
    const double period = 1e-9 * static_cast<double>(device_.limits().timestampPeriod);
    const std::uint32_t bits = device_.timestamp_bits();
    const std::uint64_t mask = bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
    for (std::size_t i = 0; i < timings.size(); ++i) {
        timings[i].begin = period * static_cast<double>(ticks[2 * i] & mask);
        timings[i].seconds = period * static_cast<double>((ticks[2 * i + 1] - ticks[2 * i]) & mask);
    }
    return timings;
}

VkDescriptorSet Program::descriptor_set(const Pipeline& pipeline,
                                        std::span<const Buffer* const> buffers) {
    const DeviceFunctions& vk = device_.vk();
    if (sets_left_ == 0) {
        VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, kSetsPerPool * kMaxBuffers};
        VkDescriptorPoolCreateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO;
        info.maxSets = kSetsPerPool;
        info.poolSizeCount = 1;
        info.pPoolSizes = &size;
        VkDescriptorPool pool = VK_NULL_HANDLE;
        const VkResult result = vk.CreateDescriptorPool(device_.handle(), &info, nullptr, &pool);
        if (result != VK_SUCCESS) {
            fail(vulkan_error(result, "creating a descriptor pool"));
            return VK_NULL_HANDLE;
        }
        descriptor_pools_.push_back(pool);
        sets_left_ = kSetsPerPool;
    }
    VkDescriptorSetAllocateInfo allocate{};
    allocate.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO;
    allocate.descriptorPool = descriptor_pools_.back();
    allocate.descriptorSetCount = 1;
    allocate.pSetLayouts = &pipeline.set_layout;
    VkDescriptorSet set = VK_NULL_HANDLE;
    const VkResult result = vk.AllocateDescriptorSets(device_.handle(), &allocate, &set);
    if (result != VK_SUCCESS) {
        fail(vulkan_error(result, "allocating descriptors"));
        return VK_NULL_HANDLE;
    }
    --sets_left_;
    std::array<VkDescriptorBufferInfo, kMaxBuffers> infos{};
    std::array<VkWriteDescriptorSet, kMaxBuffers> writes{};
    for (std::uint32_t i = 0; i < buffers.size(); ++i) {
        infos[i] = {buffers[i]->handle, 0, buffers[i]->bytes};
        writes[i].sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET;
        writes[i].dstSet = set;
        writes[i].dstBinding = i;
        writes[i].descriptorCount = 1;
        writes[i].descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
        writes[i].pBufferInfo = &infos[i];
    }
    vk.UpdateDescriptorSets(device_.handle(), static_cast<std::uint32_t>(buffers.size()),
                            writes.data(), 0, nullptr);
    return set;
}

void Program::dispatch(const Dispatch& d) {
    if (recording_ && flops_ + d.flops > kFlopsPerSubmission && flops_ > 0) {
        end_current();
    }
    if (!begin_if_needed()) {
        return;
    }
    const auto buffer_count = static_cast<std::uint32_t>(d.buffers.size());
    const std::size_t address_bytes =
        device_.capabilities().addresses ? buffer_count * sizeof(VkDeviceAddress) : 0;
    if (buffer_count > kMaxBuffers || address_bytes + d.params_bytes > kPushBytes) {
        fail({ErrorCode::kInternal, std::string("too many parameters for ") + d.shader.name});
        return;
    }
    auto pipeline = device_.pipelines().get(d.shader, buffer_count, d.constants, d.subgroup_size);
    if (!pipeline) {
        fail(pipeline.error());
        return;
    }
    for (std::uint32_t axis = 0; axis < 3; ++axis) {
        if (d.groups[axis] == 0 ||
            d.groups[axis] > device_.limits().maxComputeWorkGroupCount[axis]) {
            fail({ErrorCode::kInvalidArgument,
                  std::string("the kernel ") + d.shader.name + " would need " +
                      std::to_string(d.groups[axis]) + " workgroups on axis " +
                      std::to_string(axis) + ", more than the device runs: use a smaller --size"});
            return;
        }
    }
    const DeviceFunctions& vk = device_.vk();
    const VkCommandBuffer commands = command_buffers_.back();
    barrier(VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
            VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT);
    vk.CmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline->handle);

    // Push constants: the buffers' addresses (in the address form), then the parameters.
    std::array<unsigned char, kPushBytes> push{};
    std::uint32_t size = 0;
    if (device_.capabilities().addresses) {
        for (const Buffer* buffer : d.buffers) {
            std::memcpy(push.data() + size, &buffer->address, sizeof buffer->address);
            size += sizeof buffer->address;
        }
    } else {
        const VkDescriptorSet set = descriptor_set(*pipeline, d.buffers);
        if (set == VK_NULL_HANDLE) {
            return;
        }
        vk.CmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline->layout, 0, 1,
                                 &set, 0, nullptr);
    }
    if (d.params_bytes > 0) {
        std::memcpy(push.data() + size, d.params, d.params_bytes);
        size += d.params_bytes;
    }
    if (size > 0) {
        vk.CmdPushConstants(commands, pipeline->layout, VK_SHADER_STAGE_COMPUTE_BIT, 0, size,
                            push.data());
    }
    const bool timed = begin_timing(d.shader.name, d.flops, d.bytes);
    vk.CmdDispatch(commands, d.groups[0], d.groups[1], d.groups[2]);
    end_timing(timed);
    flops_ += d.flops;
}

void Program::copy(const Buffer& from, const Buffer& to, VkDeviceSize bytes,
                   VkDeviceSize from_offset, VkDeviceSize to_offset) {
    if (!begin_if_needed()) {
        return;
    }
    barrier(VK_PIPELINE_STAGE_TRANSFER_BIT,
            VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT);
    const VkBufferCopy region{from_offset, to_offset, bytes};
    const bool timed = begin_timing("copy", 0, 2.0 * static_cast<double>(bytes));
    device_.vk().CmdCopyBuffer(command_buffers_.back(), from.handle, to.handle, 1, &region);
    end_timing(timed);
}

void Program::fill(const Buffer& buffer, float value) {
    if (!begin_if_needed()) {
        return;
    }
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    barrier(VK_PIPELINE_STAGE_TRANSFER_BIT, VK_ACCESS_TRANSFER_WRITE_BIT);
    const bool timed = begin_timing("fill", 0, static_cast<double>(buffer.bytes));
    device_.vk().CmdFillBuffer(command_buffers_.back(), buffer.handle, 0, buffer.bytes, bits);
    end_timing(timed);
}

Status Program::finish() {
    if (begin_if_needed()) {
        barrier(VK_PIPELINE_STAGE_HOST_BIT, VK_ACCESS_HOST_READ_BIT);
        end_current();
    }
    return status_;
}

}  // namespace impasto::gpu
