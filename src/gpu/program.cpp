#include "gpu/program.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "gpu/errors.h"

namespace impasto::gpu {

namespace {

constexpr std::uint32_t kSetsPerPool = 64;
// Copies and fills are divided into blocks of so many bytes.
constexpr VkDeviceSize kBlock = VkDeviceSize{1} << 20;

// Of mip levels: an image has no more pixels a side than 2^31.
constexpr std::uint32_t kMostLevels = 32;

std::uint32_t blocks(VkDeviceSize bytes) {
    return static_cast<std::uint32_t>((bytes + kBlock - 1) / kBlock);
}

}  // namespace

Program::Program(Device& device, Measure measure) : device_(device), measure_(measure) {
    if (device.timestamp_bits() == 0) {
        measure_ = Measure::kNever;
    }
}

Program::~Program() {
    const DeviceFunctions& vk = device_.vk();
    for (VkDescriptorPool pool : descriptor_pools_) {
        vk.DestroyDescriptorPool(device_.handle(), pool, nullptr);
    }
    reset();
    if (pool_ != VK_NULL_HANDLE) {
        vk.DestroyCommandPool(device_.handle(), pool_, nullptr);
    }
}

// Takes back what write() made.
void Program::reset() {
    const DeviceFunctions& vk = device_.vk();
    if (!command_buffers_.empty()) {
        vk.FreeCommandBuffers(device_.handle(), pool_,
                              static_cast<std::uint32_t>(command_buffers_.size()),
                              command_buffers_.data());
        command_buffers_.clear();
    }
    if (queries_ != VK_NULL_HANDLE) {
        vk.DestroyQueryPool(device_.handle(), queries_, nullptr);
        queries_ = VK_NULL_HANDLE;
    }
}

void Program::fail(Error error) {
    if (status_) {
        status_ = std::move(error);
    }
}

Program::Operation& Program::add(Kind kind, const char* kernel, double flops, double bytes) {
    Operation& operation = operations_.emplace_back();
    operation.kind = kind;
    operation.about = {kernel, label_, 0, 0, flops, bytes, false};
    operation.guess = kind == Kind::kDispatch ? Pace::guess(flops, bytes) : Pace::guess_copy(bytes);
    return operation;
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
    if (!status_) {
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
                      std::to_string(axis) + ", more than the device runs: use a smaller size"});
            return;
        }
    }
    Operation& operation = add(Kind::kDispatch, d.shader.name, d.flops, d.bytes);
    operation.pipeline = *pipeline;
    operation.groups = d.groups;
    operation.about.matrix_units = d.subgroup_size != 0;
    for (std::uint32_t axis = 0; axis < 3; ++axis) {
        const bool divisible = (pipeline->strided_axes >> axis & 1u) == 0;
        if (divisible && d.groups[axis] > operation.parts) {
            operation.axis = axis;
            operation.parts = d.groups[axis];
        }
    }
    if (d.flops == 0 && d.bytes == 0) {
        // As if it went through all of its buffers once.
        for (const Buffer* buffer : d.buffers) {
            operation.guess += Pace::guess(0, static_cast<double>(buffer->bytes));
        }
    }
    // Push constants: the buffers' addresses (in the address form), then the parameters.
    if (device_.capabilities().addresses) {
        for (const Buffer* buffer : d.buffers) {
            std::memcpy(operation.push.data() + operation.push_bytes, &buffer->address,
                        sizeof buffer->address);
            operation.push_bytes += sizeof buffer->address;
        }
    } else {
        operation.set = descriptor_set(*pipeline, d.buffers);
    }
    if (d.params_bytes > 0) {
        std::memcpy(operation.push.data() + operation.push_bytes, d.params, d.params_bytes);
        operation.push_bytes += d.params_bytes;
    }
}

void Program::copy(const Buffer& from, const Buffer& to, VkDeviceSize bytes,
                   VkDeviceSize from_offset, VkDeviceSize to_offset) {
    Operation& operation = add(Kind::kCopy, "copy", 0, 2.0 * static_cast<double>(bytes));
    operation.from = from.handle;
    operation.to = to.handle;
    operation.region = {from_offset, to_offset, bytes};
    operation.parts = blocks(bytes);
}

void Program::fill(const Buffer& buffer, float value) {
    Operation& operation = add(Kind::kFill, "fill", 0, static_cast<double>(buffer.bytes));
    operation.to = buffer.handle;
    operation.region.size = buffer.bytes;
    operation.parts = blocks(buffer.bytes);
    std::memcpy(&operation.bits, &value, sizeof value);
}

void Program::add_image_copy(Kind kind, const char* name, const Buffer& buffer,
                             const ImagePart& image) {
    VkDeviceSize bytes = 0;
    for (std::uint32_t level = image.level; level < image.level + image.levels; ++level) {
        bytes += VkDeviceSize{std::max(image.width >> level, 1u)} *
                 std::max(image.height >> level, 1u) * image.texel_bytes;
    }
    Operation& operation = add(kind, name, 0, 2.0 * static_cast<double>(bytes));
    operation.from = kind == Kind::kToImage ? buffer.handle : VK_NULL_HANDLE;
    operation.to = kind == Kind::kFromImage ? buffer.handle : VK_NULL_HANDLE;
    operation.image = image;
    // In one piece: between two slices a host samples what is written, whole and in its layout.
}

void Program::copy_to_image(const Buffer& from, const ImagePart& to) {
    add_image_copy(Kind::kToImage, "copy to image", from, to);
}

void Program::copy_from_image(const ImagePart& from, const Buffer& to) {
    add_image_copy(Kind::kFromImage, "copy from image", to, from);
}

Status Program::finish() { return status_; }

// ---- Writing commands ----

Work Program::work(std::size_t index) const {
    const Operation& operation = operations_[index];
    const double expected = device_.pace().expected(operation.about.kernel, operation.guess);
    return {operation.measured >= 0 ? operation.measured : expected, operation.parts};
}

void Program::learn(const Piece& piece, double seconds) {
    Operation& operation = operations_[piece.work];
    const double share = static_cast<double>(piece.count) / operation.parts;
    const double now = seconds / share;
    // Up at once, down by halves: a slice that is too long shows, one that is too short does not.
    operation.measured =
        operation.measured < 0 ? now : std::max(now, (now + operation.measured) / 2);
    if (piece.first == 0) {
        operation.sum = 0;
        operation.summed = 0;
    }
    if (piece.first == operation.summed) {
        operation.sum += seconds;
        operation.summed += piece.count;
        if (operation.summed == operation.parts) {
            operation.last = operation.sum;
        }
    }
    const PaceSample sample{operation.about.kernel, operation.guess * share, seconds};
    device_.pace().learn({&sample, 1});
}

std::vector<Timing> Program::learned() const {
    std::vector<Timing> timings;
    timings.reserve(operations_.size());
    double begin = 0;
    for (const Operation& operation : operations_) {
        if (operation.last < 0) {
            return {};
        }
        Timing& timing = timings.emplace_back(operation.about);
        timing.begin = begin;
        timing.seconds = operation.last;
        begin += timing.seconds;
    }
    return timings;
}

void Program::barrier(VkCommandBuffer commands, VkPipelineStageFlags to_stage,
                      VkAccessFlags to_access) const {
    VkMemoryBarrier barrier{};
    barrier.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER;
    barrier.srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;
    barrier.dstAccessMask = to_access;
    device_.vk().CmdPipelineBarrier(
        commands, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT, to_stage,
        0, 1, &barrier, 0, nullptr, 0, nullptr);
}

void Program::write_image_copy(VkCommandBuffer commands, const Operation& operation) const {
    const DeviceFunctions& vk = device_.vk();
    const ImagePart& image = operation.image;
    const bool to_image = operation.kind == Kind::kToImage;
    const VkImageLayout during =
        to_image ? VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL : VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL;
    VkImageMemoryBarrier change{};
    change.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER;
    change.srcAccessMask = VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT;
    change.dstAccessMask = to_image ? VK_ACCESS_TRANSFER_WRITE_BIT : VK_ACCESS_TRANSFER_READ_BIT;
    change.oldLayout = image.before;
    change.newLayout = during;
    change.srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    change.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    change.image = image.image;
    change.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, image.level, image.levels, image.layer,
                               1};
    vk.CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                          VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, nullptr, 0, nullptr, 1, &change);
    std::array<VkBufferImageCopy, kMostLevels> regions{};
    VkDeviceSize offset = 0;
    for (std::uint32_t i = 0; i < image.levels; ++i) {
        const std::uint32_t level = image.level + i;
        const std::uint32_t width = std::max(image.width >> level, 1u);
        const std::uint32_t height = std::max(image.height >> level, 1u);
        regions[i].bufferOffset = offset;
        regions[i].imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, level, image.layer, 1};
        regions[i].imageExtent = {width, height, 1};
        offset += VkDeviceSize{width} * height * image.texel_bytes;
    }
    if (to_image) {
        vk.CmdCopyBufferToImage(commands, operation.from, image.image, during, image.levels,
                                regions.data());
    } else {
        vk.CmdCopyImageToBuffer(commands, image.image, during, operation.to, image.levels,
                                regions.data());
    }
    std::swap(change.srcAccessMask, change.dstAccessMask);
    change.oldLayout = during;
    change.newLayout = image.after;
    vk.CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                          VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, 0, nullptr, 0, nullptr, 1,
                          &change);
}

void Program::write(VkCommandBuffer commands, const Piece& piece, VkQueryPool queries,
                    std::uint32_t query) const {
    const DeviceFunctions& vk = device_.vk();
    const Operation& operation = operations_[piece.work];
    const bool computes = operation.kind == Kind::kDispatch;
    if (computes) {
        barrier(commands, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
                VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT);
        const Pipeline& pipeline = operation.pipeline;
        vk.CmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.handle);
        if (operation.set != VK_NULL_HANDLE) {
            vk.CmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.layout, 0,
                                     1, &operation.set, 0, nullptr);
        }
        if (operation.push_bytes > 0) {
            vk.CmdPushConstants(commands, pipeline.layout, VK_SHADER_STAGE_COMPUTE_BIT, 0,
                                operation.push_bytes, operation.push.data());
        }
    } else {
        barrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT);
    }
    // All that went before is done when this one begins: a barrier precedes it.
    const auto stamp = [&](std::uint32_t index) {
        if (queries != VK_NULL_HANDLE) {
            vk.CmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries, index);
        }
    };
    stamp(query);
    const VkDeviceSize begin = piece.first * kBlock;
    const VkDeviceSize size = std::min(piece.count * kBlock, operation.region.size - begin);
    switch (operation.kind) {
        case Kind::kDispatch: {
            std::array<std::uint32_t, 3> base{};
            std::array<std::uint32_t, 3> groups = operation.groups;
            if (operation.parts > 1) {
                base[operation.axis] = piece.first;
                groups[operation.axis] = piece.count;
            }
            vk.CmdDispatchBase(commands, base[0], base[1], base[2], groups[0], groups[1],
                               groups[2]);
            break;
        }
        case Kind::kCopy: {
            const VkBufferCopy region{operation.region.srcOffset + begin,
                                      operation.region.dstOffset + begin, size};
            vk.CmdCopyBuffer(commands, operation.from, operation.to, 1, &region);
            break;
        }
        case Kind::kFill:
            vk.CmdFillBuffer(commands, operation.to, begin, size, operation.bits);
            break;
        case Kind::kToImage:
        case Kind::kFromImage:
            write_image_copy(commands, operation);
            break;
    }
    stamp(query + 1);
}

void Program::write_end(VkCommandBuffer commands) const {
    barrier(commands, VK_PIPELINE_STAGE_HOST_BIT, VK_ACCESS_HOST_READ_BIT);
}

// ---- Command buffers of its own ----

Result<std::span<const VkCommandBuffer>> Program::command_buffers() {
    if (status_ && command_buffers_.empty()) {
        status_ = Error{ErrorCode::kOutOfMemory, {}};  // stays when there is no memory for it
        status_ = write_all();
    }
    if (!status_) {
        return status_.error();
    }
    return std::span<const VkCommandBuffer>(command_buffers_);
}

Status Program::begin_buffer() {
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
    return result == VK_SUCCESS ? Status() : vulkan_error(result, "recording commands");
}

Status Program::end_buffer() {
    const VkResult result = device_.vk().EndCommandBuffer(command_buffers_.back());
    return result == VK_SUCCESS ? Status() : vulkan_error(result, "recording commands");
}

Status Program::write_all() {
    const DeviceFunctions& vk = device_.vk();
    if (pool_ == VK_NULL_HANDLE) {
        VkCommandPoolCreateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
        info.queueFamilyIndex = device_.queue_family();
        const VkResult made = vk.CreateCommandPool(device_.handle(), &info, nullptr, &pool_);
        if (made != VK_SUCCESS) {
            return vulkan_error(made, "creating a command pool");
        }
    }
    std::vector<Work> works;
    works.reserve(operations_.size());
    for (std::size_t i = 0; i < operations_.size(); ++i) {
        works.push_back(work(i));
    }
    pieces_ = cut(works, device_.pace().target());
    const auto queries = static_cast<std::uint32_t>(2 * pieces_.size());
    if (measure_ != Measure::kNever && queries > 0) {
        VkQueryPoolCreateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO;
        info.queryType = VK_QUERY_TYPE_TIMESTAMP;
        info.queryCount = queries;
        const VkResult made = vk.CreateQueryPool(device_.handle(), &info, nullptr, &queries_);
        if (made != VK_SUCCESS) {
            return vulkan_error(made, "creating a query pool");
        }
    }
    IMPASTO_TRY(begin_buffer());
    if (queries_ != VK_NULL_HANDLE) {
        vk.CmdResetQueryPool(command_buffers_.back(), queries_, 0, queries);
    }
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        if (pieces_[i].opens && i > 0) {
            IMPASTO_TRY(end_buffer());
            IMPASTO_TRY(begin_buffer());
        }
        write(command_buffers_.back(), pieces_[i], queries_, static_cast<std::uint32_t>(2 * i));
    }
    write_end(command_buffers_.back());
    return end_buffer();
}

// ---- Measuring ----

Result<std::vector<Timing>> Program::timings() const {
    std::vector<Timing> timings;
    if (queries_ == VK_NULL_HANDLE) {
        return timings;
    }
    std::vector<std::uint64_t> ticks(2 * pieces_.size());
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
    timings.reserve(operations_.size());
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        if (pieces_[i].first == 0) {
            timings.push_back(operations_[pieces_[i].work].about);
            timings.back().begin = period * static_cast<double>(ticks[2 * i] & mask);
        }
        timings.back().seconds +=
            period * static_cast<double>((ticks[2 * i + 1] - ticks[2 * i]) & mask);
    }
    return timings;
}

Status Program::recut() {
    if (queries_ == VK_NULL_HANDLE) {
        return {};
    }
    const auto times = timings();
    if (!times) {
        return times.error();
    }
    std::vector<PaceSample> samples;
    samples.reserve(times->size());
    for (std::size_t i = 0; i < times->size(); ++i) {
        Operation& operation = operations_[i];
        operation.measured = (*times)[i].seconds;
        samples.push_back({operation.about.kernel, operation.guess, operation.measured});
    }
    device_.pace().learn(samples);
    if (measure_ == Measure::kFirst) {
        measure_ = Measure::kNever;
    }
    reset();
    status_ = Error{ErrorCode::kOutOfMemory, {}};
    status_ = write_all();
    return status_;
}

}  // namespace impasto::gpu
