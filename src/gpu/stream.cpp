#include "gpu/stream.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include "gpu/errors.h"

namespace impasto::gpu {

namespace {

// Staging is this long at most, 4 MB: what is larger goes over in pieces, each long enough that the
// wait for it does not show.
constexpr std::size_t kStagingWords = std::size_t{1} << 20;

// Counted by a timeline semaphore.
class QueueStream : public Stream {
  public:
    static Result<std::unique_ptr<Stream>> create(Device& device);
    ~QueueStream() override;

    Result<std::uint64_t> submit(Program& program) override;
    Status wait(std::uint64_t ticket) override;
    Result<std::uint64_t> completed() override;
    void drain() override {
        if (!device().is_lost()) {
            (void)wait_for(submitted_);
        }
    }

  private:
    explicit QueueStream(Device& device) : Stream(device) {}
    VkResult wait_for(std::uint64_t ticket);  // allocates nothing

    VkSemaphore semaphore_ = VK_NULL_HANDLE;
    std::uint64_t submitted_ = 0;
};

Result<std::unique_ptr<Stream>> QueueStream::create(Device& device) {
    auto self = std::unique_ptr<QueueStream>(new QueueStream(device));
    VkSemaphoreTypeCreateInfo type{};
    type.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO;
    type.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
    VkSemaphoreCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO;
    info.pNext = &type;
    const VkResult result =
        device.vk().CreateSemaphore(device.handle(), &info, nullptr, &self->semaphore_);
    if (result != VK_SUCCESS) {
        return vulkan_error(result, "creating a semaphore");
    }
    return std::unique_ptr<Stream>(std::move(self));
}

QueueStream::~QueueStream() {
    if (semaphore_ != VK_NULL_HANDLE) {
        drain();
        device().vk().DestroySemaphore(device().handle(), semaphore_, nullptr);
    }
}

Result<std::uint64_t> QueueStream::submit(Program& program) {
    if (device().is_lost()) {
        return lost_error();
    }
    const auto buffers = program.command_buffers();
    if (!buffers) {
        return buffers.error();
    }
    // Each signals, so that those before one that fails can be waited for.
    for (const VkCommandBuffer& buffer : *buffers) {
        const std::uint64_t ticket = submitted_ + 1;
        VkTimelineSemaphoreSubmitInfo timeline{};
        timeline.sType = VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO;
        timeline.signalSemaphoreValueCount = 1;
        timeline.pSignalSemaphoreValues = &ticket;
        VkSubmitInfo info{};
        info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
        info.pNext = &timeline;
        info.commandBufferCount = 1;
        info.pCommandBuffers = &buffer;
        info.signalSemaphoreCount = 1;
        info.pSignalSemaphores = &semaphore_;
        IMPASTO_TRY(device().submit(info));
        submitted_ = ticket;
    }
    return submitted_;
}

VkResult QueueStream::wait_for(std::uint64_t ticket) {
    VkSemaphoreWaitInfo info{};
    info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO;
    info.semaphoreCount = 1;
    info.pSemaphores = &semaphore_;
    info.pValues = &ticket;
    // What is in flight is there until the device is done with it, also when there is no memory for
    // waiting: then again, for some seconds.
    VkResult result = VK_SUCCESS;
    for (int tries = 0; tries < 5000; ++tries) {
        result = device().vk().WaitSemaphores(device().handle(), &info, ~std::uint64_t{0});
        if (result != VK_ERROR_OUT_OF_HOST_MEMORY && result != VK_ERROR_OUT_OF_DEVICE_MEMORY) {
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return result;
}

Status QueueStream::wait(std::uint64_t ticket) {
    if (device().is_lost()) {
        return lost_error();
    }
    const VkResult result = wait_for(ticket);
    if (result != VK_SUCCESS) {
        return vulkan_error(result, "waiting for the device");
    }
    return {};
}

Result<std::uint64_t> QueueStream::completed() {
    std::uint64_t value = 0;
    const VkResult result =
        device().vk().GetSemaphoreCounterValue(device().handle(), semaphore_, &value);
    if (result != VK_SUCCESS) {
        return vulkan_error(result, "asking the device for its progress");
    }
    return value;
}

}  // namespace

Result<std::unique_ptr<Stream>> Stream::create(Device& device) {
    if (device.is_lost()) {
        return lost_error();
    }
    if (!device.has_queue()) {
        return Error{ErrorCode::kInvalidArgument,
                     "the host lent a device for slices alone: lend a queue too, and a device with "
                     "timeline semaphores, for functions that submit by themselves"};
    }
    return QueueStream::create(device);
}

Status Stream::run(Program& program) {
    auto ticket = submit(program);
    if (!ticket) {
        return ticket.error();
    }
    return wait(*ticket);
}

Result<const Buffer*> Stream::staging(std::size_t words) {
    words = std::min(words, kStagingWords);
    if (staging_ == nullptr || staging_->bytes < words * sizeof(float)) {
        staging_ = nullptr;
        staging_arena_ = std::make_unique<Arena>(device_, MemoryKind::kHost);
        const Buffer& buffer = staging_arena_->reserve(words);
        IMPASTO_TRY(staging_arena_->commit("a transfer"));
        staging_ = &buffer;
    }
    return staging_;
}

std::uint64_t Stream::staging_bytes(Device& device, std::size_t words) {
    Arena arena(device, MemoryKind::kHost);
    arena.reserve(std::min(words, kStagingWords));
    return arena.bytes_reserved();
}

Status Stream::upload(std::span<const float> values, const Buffer& to) {
    return upload(std::as_bytes(values), to);
}

Status Stream::upload(std::span<const std::byte> bytes, const Buffer& to) {
    auto shared = staging((bytes.size() + sizeof(float) - 1) / sizeof(float));
    if (!shared) {
        return shared.error();
    }
    for (std::size_t done = 0; done < bytes.size();) {
        const std::size_t count = std::min(bytes.size() - done, kStagingWords * sizeof(float));
        std::memcpy((*shared)->mapped, bytes.data() + done, count);
        Program program(device_);
        program.copy(**shared, to, count, 0, done);
        IMPASTO_TRY(program.finish());
        IMPASTO_TRY(run(program));
        done += count;
    }
    return {};
}

Status Stream::download(const Buffer& from, std::span<float> values) {
    auto shared = staging(values.size());
    if (!shared) {
        return shared.error();
    }
    for (std::size_t done = 0; done < values.size();) {
        const std::size_t count = std::min(values.size() - done, kStagingWords);
        Program program(device_);
        program.copy(from, **shared, count * sizeof(float), done * sizeof(float), 0);
        IMPASTO_TRY(program.finish());
        IMPASTO_TRY(run(program));
        std::memcpy(values.data() + done, (*shared)->mapped, count * sizeof(float));
        done += count;
    }
    return {};
}

}  // namespace impasto::gpu
