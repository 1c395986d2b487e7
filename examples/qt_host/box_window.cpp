#include "box_window.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QVulkanDeviceFunctions>
#include <QVulkanFunctions>
#include <algorithm>
#include <cstdio>

namespace {

// The value that the share `part` of all is not above; 0 of none.
double quantile(std::vector<double> values, double part) {
    if (values.empty()) {
        return 0;
    }
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

ImpastoGetInstanceProcAddr loader(QVulkanInstance* instance) {
    return reinterpret_cast<ImpastoGetInstanceProcAddr>(
        instance->getInstanceProcAddr("vkGetInstanceProcAddr"));
}

}  // namespace

BoxRenderer::BoxRenderer(QVulkanWindow* window, const Options& options)
    : window_(window), options_(options), stylisation_(options.stylisation) {}

// Before Qt makes its device. Of what Impasto would like Qt 6.4 can enable the features of Vulkan
// 1.0 alone: timeline semaphores and buffer addresses need a pNext chain, to which it gives no way.
void BoxRenderer::preInitResources() {
    auto need = Impasto::make<ImpastoFeatures>();
    char message[256] = "";
    if (impasto_required_features(window_->vulkanInstance()->vkInstance(),
                                  window_->physicalDevice(), loader(window_->vulkanInstance()),
                                  &need, message, sizeof message) != IMPASTO_SUCCESS ||
        need.unusable[0] != '\0') {
        fail(message[0] != '\0' ? message : need.unusable);
    }
    features_ = need.features & IMPASTO_FEATURE_SHADER_INT64;
    // Qt's own choice would be all features, robustBufferAccess among them, which costs time.
    window_->setEnabledFeaturesModifier([this](VkPhysicalDeviceFeatures& enabled) {
        enabled.shaderInt64 = (features_ & IMPASTO_FEATURE_SHADER_INT64) != 0;
    });
}

void BoxRenderer::initResources() {
    QVulkanInstance* instance = window_->vulkanInstance();
    vk_ = instance->deviceFunctions(window_->device());
    frame_ = 0;
    for (VkFence& fence : fences_) {
        VkFenceCreateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO;
        if (vk_->vkCreateFence(window_->device(), &info, nullptr, &fence) != VK_SUCCESS) {
            return fail("no fence");
        }
    }
    if (box_.open(window_) != VK_SUCCESS) {
        return fail("the box's pipeline could not be made");
    }

    auto device = Impasto::make<ImpastoVulkanDevice>();
    device.instance = instance->vkInstance();
    device.physical_device = window_->physicalDevice();
    device.device = window_->device();
    device.queue_family_index = window_->graphicsQueueFamilyIndex();
    device.get_instance_proc_addr = loader(instance);
    device.features = features_;
    // The box's shader neither decodes nor encodes sRGB: what is sampled goes to the screen as it
    // is when both are _SRGB or both are not.
    const VkFormat to = window_->colorFormat();
    const bool srgb = to == VK_FORMAT_B8G8R8A8_SRGB || to == VK_FORMAT_R8G8B8A8_SRGB;
    if (!stylisation_.open(device, srgb ? VK_FORMAT_R8G8B8A8_SRGB : VK_FORMAT_R8G8B8A8_UNORM)) {
        fail(QString::fromStdString(stylisation_.message()));
    }
}

// Qt has waited for its device, and destroys it next.
void BoxRenderer::releaseResources() {
    stylisation_.close(frame_);
    box_.close();
    for (VkFence& fence : fences_) {
        vk_->vkDestroyFence(window_->device(), fence, nullptr);
        fence = VK_NULL_HANDLE;
    }
}

void BoxRenderer::logicalDeviceLost() { stylisation_.device_lost(); }

// The last frame that the device has finished. Qt waits for the fence of the swap chain image's
// last frame and tells nobody which that was (its concurrentFrameCount() is about acquiring images,
// not about drawing). So by fences of our own: when a frame begins, all before it are submitted,
// and an empty submission after them signals when they are finished.
std::uint64_t BoxRenderer::finished_frame() {
    if (frame_ > kInFlight) {
        const VkFence oldest = fences_[frame_ % kInFlight];
        vk_->vkWaitForFences(window_->device(), 1, &oldest, VK_TRUE, ~std::uint64_t{0});
        vk_->vkResetFences(window_->device(), 1, &oldest);
    }
    if (frame_ > 1) {
        vk_->vkQueueSubmit(window_->graphicsQueue(), 0, nullptr, fences_[(frame_ - 1) % kInFlight]);
    }
    return frame_ > kInFlight ? frame_ - kInFlight : 0;
}

void BoxRenderer::startNextFrame() {
    ++frame_;
    const std::uint64_t finished = finished_frame();
    const VkCommandBuffer commands = window_->currentCommandBuffer();
    if (!ended_) {
        note_times();
        if (frame_ == options_.pause_frame) {
            stylisation_.toggle_pause();
        }
        QElapsedTimer recording;
        recording.start();
        if ((frame_ == options_.restart_frame && !stylisation_.restart(frame_ - 1)) ||
            !stylisation_.record(commands, frame_, finished)) {
            fail(QString::fromStdString(stylisation_.message()));
        }
        if (stylisation_.report().operations > 0) {
            times_.recording.push_back(1e-6 * static_cast<double>(recording.nsecsElapsed()));
        }
    }
    draw(commands);
    window_->frameReady();
    const bool last =
        (options_.frames != 0 && frame_ >= options_.frames) ||
        (options_.pictures != 0 && stylisation_.report().pictures >= options_.pictures);
    if (!ended_ && last) {
        ended_ = true;
        // Not from within a frame: the screenshot is one.
        QMetaObject::invokeMethod(
            window_, [this] { end(); }, Qt::QueuedConnection);
    }
    if (!ended_) {
        window_->requestUpdate();
    }
}

void BoxRenderer::draw(VkCommandBuffer commands) {
    const QSize size = window_->swapChainImageSize();
    VkClearValue clear[3]{};
    clear[0].color = {{0.02f, 0.025f, 0.03f, 1}};
    clear[1].depthStencil = {1, 0};
    clear[2] = clear[0];
    VkRenderPassBeginInfo begin{};
    begin.sType = VK_STRUCTURE_TYPE_RENDER_PASS_BEGIN_INFO;
    begin.renderPass = window_->defaultRenderPass();
    begin.framebuffer = window_->currentFramebuffer();
    begin.renderArea.extent = {static_cast<std::uint32_t>(size.width()),
                               static_cast<std::uint32_t>(size.height())};
    begin.clearValueCount = window_->sampleCountFlagBits() > VK_SAMPLE_COUNT_1_BIT ? 3 : 2;
    begin.pClearValues = clear;
    vk_->vkCmdBeginRenderPass(commands, &begin, VK_SUBPASS_CONTENTS_INLINE);
    const VkImageView picture = stylisation_.picture();
    if (picture != VK_NULL_HANDLE) {
        const float degrees = options_.still ? 0 : 0.5f * static_cast<float>(frame_ % 720);
        box_.draw(commands, frame_, picture, stylisation_.aspect(), degrees - 30);
    }
    vk_->vkCmdEndRenderPass(commands);
}

void BoxRenderer::key(int key) {
    switch (key) {
        case Qt::Key_Escape:
            window_->close();
            break;
        case Qt::Key_Space:
            stylisation_.toggle_pause();
            break;
        case Qt::Key_R:
            if (!stylisation_.restart(frame_)) {
                fail(QString::fromStdString(stylisation_.message()));
            }
            break;
        case Qt::Key_Up:
            stylisation_.scale_style_weight(1.5f);
            break;
        case Qt::Key_Down:
            stylisation_.scale_style_weight(1 / 1.5f);
            break;
        default:
            break;
    }
}

void BoxRenderer::end() {
    if (!options_.screenshot.isEmpty()) {
        QImage image = window_->grab();
        // Whatever the swap chain's format is, Qt copies its bytes and calls them RGBA.
        const VkFormat format = window_->colorFormat();
        if (format == VK_FORMAT_B8G8R8A8_UNORM || format == VK_FORMAT_B8G8R8A8_SRGB) {
            image = image.rgbSwapped();
        }
        if (image.isNull() || !image.save(options_.screenshot)) {
            fail("cannot write " + options_.screenshot);
        }
    }
    print_times();
    window_->close();
}

void BoxRenderer::fail(const QString& message) {
    std::fprintf(stderr, "qt_host: %s\n", qPrintable(message));
    ended_ = true;
    QMetaObject::invokeMethod(
        qApp, [] { QCoreApplication::exit(1); }, Qt::QueuedConnection);
}

// At the beginning of a frame: how long the one before it took, and what Impasto did in it.
void BoxRenderer::note_times() {
    const double ms = clock_.isValid() ? 1e-6 * static_cast<double>(clock_.nsecsElapsed()) : 0;
    clock_.start();
    const ImpastoSliceReport& report = stylisation_.report();
    if (frame_ == 1 || report.pictures == 0) {
        return;
    }
    (report.operations > 0 ? times_.with_slice : times_.without).push_back(ms);
    if (report.operations > 0) {
        times_.estimated.push_back(report.estimate_ms);
    }
    if (report.measured_frame != times_.last_measured) {
        times_.last_measured = report.measured_frame;
        times_.measured.push_back(report.measured_ms);
    }
}

void BoxRenderer::print_times() {
    const auto print = [](const char* what, const std::vector<double>& times) {
        std::printf("%-20s %6zu, median %.2f ms, 95%% below %.2f ms, longest %.2f ms\n", what,
                    times.size(), quantile(times, 0.5), quantile(times, 0.95), quantile(times, 1));
    };
    print("frames with a slice", times_.with_slice);
    print("frames without", times_.without);
    print("slices, recording", times_.recording);
    print("slices, estimated", times_.estimated);
    print("slices, measured", times_.measured);
    const ImpastoProgress progress = stylisation_.progress();
    std::printf("pictures             %6llu, %u iterations\n",
                static_cast<unsigned long long>(stylisation_.report().pictures),
                progress.total_iterations);
}

QVulkanWindowRenderer* BoxWindow::createRenderer() {
    renderer_ = new BoxRenderer(this, options_);
    return renderer_;
}

void BoxWindow::keyPressEvent(QKeyEvent* event) {
    if (renderer_ != nullptr) {
        renderer_->key(event->key());
    }
}
