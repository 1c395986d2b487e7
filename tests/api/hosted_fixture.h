// Tests of sessions on a host's device: a context that borrows it, and frames until something is
// so.
#pragma once

#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "api/api_fixture.h"
#include "impasto/impasto_vulkan.h"
#include "support/frame_loop.h"

namespace impasto::testing {

#if defined(__SANITIZE_THREAD__)
inline constexpr auto kPatience = std::chrono::seconds(300);
#else
inline constexpr auto kPatience = std::chrono::seconds(60);
#endif

class HostedTest : public ApiTest {
  protected:
    // A context on `loop`'s device.
    ImpastoContext* lend(const ImpastoVulkanDevice& device) {
        ImpastoContextOptions options{};
        options.struct_size = sizeof options;
        options.host_device = &device;
        options.tier = "direct";
        ImpastoContext* context = nullptr;
        EXPECT_EQ(impasto_context_create(&options, &context, message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
        return context;
    }

    static ImpastoSource source(const ImpastoImage* image) {
        ImpastoSource made{};
        made.struct_size = sizeof made;
        made.image = image;
        return made;
    }

    ImpastoResult create_hosted(ImpastoContext* context, ImpastoSession** session,
                                const ImpastoHosting* hosting = nullptr) {
        const ImpastoSource content = source(content_);
        const ImpastoSource style = source(style_);
        return impasto_session_create_hosted(context, weights_, &content, &style, 1, &options_,
                                             hosting, session, message_, sizeof message_);
    }

    // Frames until `done` says so. False when it takes too long, or a slice fails.
    bool frames(FrameLoop& loop, ImpastoSession* session, double budget_ms,
                const std::function<bool(const ImpastoSliceReport&)>& done) {
        const auto end = std::chrono::steady_clock::now() + kPatience;
        while (std::chrono::steady_clock::now() < end) {
            const ImpastoResult result = loop.slice(session, budget_ms, report_);
            if (result != IMPASTO_SUCCESS) {
                ADD_FAILURE() << impasto_session_message(session);
                return false;
            }
            if (done(report_)) {
                return true;
            }
            if (report_.operations == 0) {
                std::this_thread::sleep_for(std::chrono::microseconds(200));
            }
        }
        ADD_FAILURE() << "no end after " << kPatience.count() << " s";
        return false;
    }
    bool to_the_end(FrameLoop& loop, ImpastoSession* session, double budget_ms) {
        return frames(loop, session, budget_ms, [](const ImpastoSliceReport& report) {
            return report.state == IMPASTO_STATE_DONE;
        });
    }

    // Its picture, asked for over some frames.
    std::vector<float> picture(FrameLoop& loop, ImpastoSession* session) {
        ImpastoImage* image = nullptr;
        ImpastoResult result = IMPASTO_NOT_READY;
        frames(loop, session, 1000, [&](const ImpastoSliceReport&) {
            result = impasto_session_image(session, &image);
            return result != IMPASTO_NOT_READY;
        });
        EXPECT_EQ(result, IMPASTO_SUCCESS) << impasto_session_message(session);
        if (image == nullptr) {
            return {};
        }
        const float* rgb = impasto_image_rgb(image);
        std::vector<float> pixels(
            rgb, rgb + std::size_t{3} * static_cast<std::size_t>(impasto_image_width(image)) *
                           static_cast<std::size_t>(impasto_image_height(image)));
        impasto_image_destroy(image);
        return pixels;
    }

    std::vector<float> direct_run() {
        ImpastoContextOptions options{};
        options.struct_size = sizeof options;
        options.tier = "direct";
        ImpastoContext* own = nullptr;
        EXPECT_EQ(impasto_context_create(&options, &own, message_, sizeof message_),
                  IMPASTO_SUCCESS);
        auto pixels = run(own);
        impasto_context_destroy(own);
        return pixels;
    }

    ImpastoSliceReport report_{};
};

}  // namespace impasto::testing
