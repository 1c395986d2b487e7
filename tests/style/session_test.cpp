#include "style/session.h"

#include <atomic>
#include <thread>

#include "gpu/errors.h"
#include "nn/tuner.h"
#include "support/gpu_fixture.h"
#include "support/host_vulkan.h"
#include "support/slice_host.h"
#include "support/tiny_encoder.h"

namespace impasto::style {
namespace {

class SessionTest : public testing::GpuTest {
  protected:
    void SetUp() override {
        GpuTest::SetUp();
        options_.size = 61;
        options_.first_size = 30;
        options_.iterations = {25, 15};
        // At which L-BFGS hardly overshoots with the tiny encoder.
        options_.objective.style_weight = 40.0f;
    }

    Result<std::unique_ptr<Session>> create() { return create_on(device()); }

    Result<std::unique_ptr<Session>> create_on(gpu::Device& device) {
        return Session::create(device, testing::tiny_encoder(13, 11), content_, styles_, options_,
                               [this](const std::string& line) { log_ += line + "\n"; });
    }

    std::unique_ptr<Session> made() {
        auto session = create();
        EXPECT_TRUE(session) << (session ? "" : session.error().message);
        return session ? *std::move(session) : nullptr;
    }

    Image finished() {
        auto session = made();
        if (session == nullptr) {
            return {};
        }
        const Status status = session->advance(1000);
        EXPECT_TRUE(status) << (status ? "" : status.error().message);
        EXPECT_TRUE(session->progress().done);
        auto image = session->image();
        EXPECT_TRUE(image);
        losses_ = session->losses();
        auto last = session->image_losses();
        EXPECT_TRUE(last);
        image_losses_ = last ? *last : Losses();
        restarts_ = session->progress().restarts;
        return image ? *image : Image();
    }

    SessionOptions options_;
    Image content_ = testing::random_image(83, 59, 2);
    std::vector<Image> styles_{testing::random_image(70, 45, 3)};
    std::string log_;
    // The size that a refusal names.
    static std::uint32_t size_named(const Error& error) {
        const std::string words = ": size ";
        const auto at = error.message.rfind(words);
        EXPECT_NE(at, std::string::npos) << error.message;
        EXPECT_NE(error.message.find("would fit"), std::string::npos) << error.message;
        return at == std::string::npos ? 0
                                       : static_cast<std::uint32_t>(
                                             std::stoul(error.message.substr(at + words.size())));
    }

    std::vector<Losses> losses_;
    Losses image_losses_;
    std::uint32_t restarts_ = 0;
};

TEST_F(SessionTest, TheLossFallsAtEveryScaleWithBothOptimisers) {
    options_.iterations = {25, 60};
    for (const Optimizer optimizer : {Optimizer::kLbfgs, Optimizer::kAdam}) {
        options_.optimizer = optimizer;
        const Image image = finished();
        EXPECT_EQ(image.width, 61);
        EXPECT_EQ(image.height, 43);
        ASSERT_EQ(losses_.size(), 85u);
        EXPECT_LT(losses_[24].total, 0.9f * losses_[0].total);
        EXPECT_LT(losses_[84].total, losses_[25].total);
        // L-BFGS has no line search: now and then a step is too long, and it begins anew.
        EXPECT_LE(restarts_, optimizer == Optimizer::kAdam ? 0u : 2u) << log_;
        for (const float value : image.rgb) {
            ASSERT_TRUE(value >= 0.0f && value <= 1.0f);
        }
    }
}

TEST_F(SessionTest, TheSameRunGivesTheSameBytes) {
    for (const Init init : {Init::kContent, Init::kNoise}) {
        options_.init = init;
        options_.seed = 9;
        const Image first = finished();
        EXPECT_EQ(first.rgb, finished().rgb);
    }
    const Image first = finished();
    options_.seed = 10;
    EXPECT_NE(first.rgb, finished().rgb);
}

// Nor does it matter how the work is cut: first by a guess, then by what the first iteration took.
// Pieces of 10 us are thousands an iteration, each a submission that the validation layer looks at.
TEST_F(SessionTest, HoweverTheWorkIsCutTheBytesAreTheSame) {
    options_.iterations = {5, 4};
    const Image first = finished();
    for (const double target : {1e-5, 1e-3}) {
        device().pace().set_target(target);
        EXPECT_EQ(first.rgb, finished().rgb) << target;
    }
}

// How often the caller comes by must not matter.
TEST_F(SessionTest, StepByStepEqualsAllAtOnce) {
    const Image all = finished();
    auto session = made();
    ASSERT_NE(session, nullptr);
    std::uint32_t calls = 0;
    while (!session->progress().done) {
        ASSERT_TRUE(session->advance(1));
        ASSERT_TRUE(session->image());
        ASSERT_LE(++calls, 40u);
    }
    EXPECT_EQ(calls, 40u);
    EXPECT_EQ(session->image()->rgb, all.rgb);
}

// With a threshold that ordinary losses break, every iteration counts as an explosion: each time
// the best image must come back, and the run must end all the same.
TEST_F(SessionTest, ADivergenceGoesBackToTheBestImage) {
    options_.iterations = {12};
    options_.first_size = 61;
    options_.explosion_factor = 0.5f;
    const Image image = finished();
    EXPECT_GT(restarts_, 0u);
    EXPECT_NE(log_.find("diverged"), std::string::npos);
    ASSERT_EQ(losses_.size(), 12u);
    float best = losses_[0].total;
    for (const Losses& losses : losses_) {
        best = std::min(best, losses.total);
    }
    EXPECT_LT(best, losses_[0].total);
    for (const float value : image.rgb) {
        ASSERT_TRUE(std::isfinite(value));
    }
}

// L-BFGS takes whole steps and overshoots now and then. By a factor this low each of these is an
// explosion: measured by the best image so far, wherever in the scale the two lie.
TEST_F(SessionTest, ABlowUpInMidRunGoesBackToTheBestAndOn) {
    options_.size = 31;
    options_.iterations = {100};
    options_.objective.style_weight = 15.0f;
    options_.explosion_factor = 2.0f;
    finished();
    // The same rule over what was recorded; the two iterations behind a bad one were queued
    // already.
    std::uint32_t restarts = 0;
    std::size_t judged_from = 0;
    float best = losses_[0].total;
    float best_before_the_first = best;
    for (std::size_t i = 0; i < losses_.size(); ++i) {
        if (i >= judged_from && losses_[i].total > options_.explosion_factor * best) {
            best_before_the_first = restarts == 0 ? best : best_before_the_first;
            ++restarts;
            judged_from = i + 3;
            const std::size_t seen = std::min(judged_from, losses_.size());
            EXPECT_NE(log_.find("in iteration " + std::to_string(seen) + " of"), std::string::npos)
                << log_;
        }
        best = std::min(best, losses_[i].total);
    }
    EXPECT_GT(restarts, 0u);
    EXPECT_EQ(restarts_, restarts) << log_;
    EXPECT_LT(image_losses_.total, 0.9f * best_before_the_first);
}

// In a host's slices as many iterations are queued behind a divergence as fill its frames: the run
// is the same, iteration by iteration.
TEST_F(SessionTest, ABlowUpInSlicesOfAnySizeIsTheSame) {
    options_.size = 31;
    options_.iterations = {100};
    options_.objective.style_weight = 15.0f;
    options_.explosion_factor = 2.0f;
    const Image expected = finished();
    const std::vector<Losses> losses = losses_;
    ASSERT_GT(restarts_, 0u);
    for (const double budget : {0.002, 10.0}) {
        SCOPED_TRACE(budget);
        testing::SliceHost host(device());
        auto slices = std::make_shared<gpu::SliceStream>(device());
        Image image;
        std::uint32_t restarts = 0;
        std::atomic<bool> ended{false};
        std::size_t most_ahead = 0;
        std::thread thread([&] {
            auto session =
                Session::create(slices, testing::tiny_encoder(13, 11), content_, styles_, options_,
                                [this](const std::string& line) { log_ += line + "\n"; });
            EXPECT_TRUE(session);
            while (session && !(*session)->progress().done && (*session)->advance(1)) {
                const Session& now = **session;
                most_ahead = std::max<std::size_t>(
                    most_ahead, now.iterations_submitted() - now.progress().total_iterations);
            }
            if (session) {
                EXPECT_TRUE((*session)->progress().done);
                losses_ = (*session)->losses();
                restarts = (*session)->progress().restarts;
                auto picture = (*session)->image();
                image = picture ? *std::move(picture) : Image();
            }
            ended = true;
        });
        while (!ended) {
            host.frame(*slices, budget);
            slices->complete(host.frame_number());
        }
        thread.join();
        EXPECT_EQ(restarts, restarts_);
        EXPECT_EQ(image.rgb, expected.rgb);
        ASSERT_EQ(losses_.size(), losses.size());
        for (std::size_t i = 0; i < losses.size(); ++i) {
            ASSERT_EQ(losses_[i].total, losses[i].total) << i;
        }
        if (budget > 1) {
            EXPECT_GT(most_ahead, 10u);
        }
    }
}

// With a threshold that every ending breaks, the picture handed out must be the best one that was
// evaluated.
TEST_F(SessionTest, ARunThatEndsOnAnOvershootGivesTheBestImage) {
    options_.iterations = {6, 5};
    options_.overshoot_factor = 0.0f;
    const Image image = finished();
    float best = image_losses_.total;
    for (std::size_t i = 6; i < losses_.size(); ++i) {
        best = std::min(best, losses_[i].total);
    }
    EXPECT_EQ(image_losses_.total, best);
    options_.first_size = 61;
    options_.init = Init::kImage;
    options_.init_image = image;
    options_.iterations = {1};
    finished();
    // Clamping to [0, 1] for the file is all that lies between the two.
    EXPECT_NEAR(losses_[0].total, best, 0.02f * best);
}

// Losses are taken before a step; that of the picture handed out is of after the last one.
TEST_F(SessionTest, TheLossOfThePictureIsThatOfTheNextIteration) {
    options_.first_size = 61;
    options_.iterations = {1};
    finished();
    EXPECT_LT(image_losses_.total, losses_[0].total);
    const Losses after_one = image_losses_;
    options_.iterations = {3};
    auto session = made();
    ASSERT_NE(session, nullptr);
    for (std::size_t i = 0; i < 3; ++i) {
        // Asked for in mid-run, twice; the run goes on as if nobody had asked.
        ASSERT_TRUE(session->advance(1));
        auto asked = session->image_losses();
        ASSERT_TRUE(asked) << asked.error().message;
        EXPECT_EQ(session->image_losses()->total, asked->total);
        ASSERT_EQ(session->losses().size(), i + 1);
        losses_.assign(1, *asked);
        if (i == 0) {
            EXPECT_EQ(asked->total, after_one.total);
            EXPECT_EQ(asked->style, after_one.style);
        }
    }
    EXPECT_EQ(session->losses()[1].total, after_one.total);
    EXPECT_EQ(session->losses().size(), 3u);
    EXPECT_LT(losses_[0].total, session->losses()[2].total);
}

TEST_F(SessionTest, AStartThatIsNotFiniteIsAnError) {
    options_.init = Init::kImage;
    options_.init_image = content_;
    options_.init_image.rgb[100] = std::nanf("");
    auto session = made();
    ASSERT_NE(session, nullptr);
    const Status status = session->advance(1000);
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().message.find("not finite"), std::string::npos);
}

TEST_F(SessionTest, AlphaAndColoursOfTheContentAreKept) {
    content_.alpha.assign(content_.pixels(), 0.25f);
    Image image = finished();
    ASSERT_EQ(image.alpha.size(), image.pixels());
    EXPECT_NEAR(image.alpha[100], 0.25f, 1e-5f);
    const Image styled = image;
    options_.colors = Colors::kContent;
    image = finished();
    EXPECT_NE(image.rgb, styled.rgb);
}

TEST_F(SessionTest, AStyleIsNeverEnlargedAndScaled) {
    // At style scale 1 and a scale of 61 px the 70 px style is shrunk; a tiny one stays as it is.
    options_.style_scale = 0.8f;
    const Image smaller = finished();
    options_.style_scale = 1.0f;
    EXPECT_NE(smaller.rgb, finished().rgb);
    // A 31 px style is smaller than every scale but the first, at any style scale from 1 on.
    options_.first_size = 61;
    styles_ = {testing::random_image(31, 25, 3)};
    const Image small = finished();
    options_.style_scale = 64.0f;
    EXPECT_EQ(small.rgb, finished().rgb);
}

// A strip, or a small style scale, is shrunk only as far as the layers allow.
TEST_F(SessionTest, AStyleIsNotShrunkAway) {
    styles_ = {testing::random_image(400, 40, 3)};
    options_.style_scale = 0.05f;
    finished();
    EXPECT_EQ(losses_.size(), 40u);
}

// A scale that cannot be entered leaves the picture of the one before.
TEST_F(SessionTest, AFailureKeepsThePictureSoFar) {
    auto session = made();
    ASSERT_NE(session, nullptr);
    device().limit_memory(device().bytes_held() + 1000);
    const Status status = session->advance(1000);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kOutOfMemory);
    auto image = session->image();
    device().limit_memory(0);
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_TRUE(image->width == 31 || image->width == 61) << image->width;
    EXPECT_FALSE(session->advance(1));
}

TEST_F(SessionTest, SizesThatCannotBeAreExplained) {
    content_ = testing::random_image(300, 3, 2);
    auto session = create();
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(session.error().message.find("300x3"), std::string::npos);

    content_ = testing::random_image(83, 59, 2);
    options_.size = 16384;
    session = create();
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().code, ErrorCode::kOutOfMemory);
    EXPECT_EQ(session.error().message.find("size 16384 needs "), 0u) << session.error().message;
    EXPECT_GE(size_named(session.error()), 16u);

    options_.size = 61;
    styles_.push_back(testing::random_image(40, 9, 4));
    session = create();
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(session.error().message.find("style 2 of 2 is 40x9"), std::string::npos)
        << session.error().message;
}

// Too much for the kernels' 32 bits is an answer of the same kind, on a device of any size.
TEST_F(SessionTest, WhatKernelsCannotIndexNamesASizeThatFits) {
    content_ = testing::random_image(16, 16, 2);
    styles_ = {testing::random_image(16, 16, 3)};
    options_.lbfgs_history = 64;
    options_.size = 16384;
    auto session = create();
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().code, ErrorCode::kOutOfMemory);
    // 3 x 3312 x 3312 x 65 values are fewer than 2^31, and 3 x 3328 x 3328 x 65 more.
    EXPECT_LE(size_named(session.error()), 3312u) << session.error().message;
}

PFN_vkGetPhysicalDeviceProperties2 real_properties = nullptr;

VKAPI_ATTR void VKAPI_CALL small_allocations(VkPhysicalDevice device,
                                             VkPhysicalDeviceProperties2* properties) {
    real_properties(device, properties);
    for (auto* next = static_cast<VkBaseOutStructure*>(properties->pNext); next != nullptr;
         next = next->pNext) {
        if (next->sType == VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES) {
            reinterpret_cast<VkPhysicalDeviceMaintenance3Properties*>(next)
                ->maxMemoryAllocationSize = 1 << 20;
        }
    }
}

// Though there is memory enough, one buffer of the last scale is more than the driver gives at
// once: that must not show only after the scales before it.
TEST_F(SessionTest, ALimitOfOneBufferIsFoundAtTheStart) {
    testing::HostVulkan host;
    real_properties = host.functions().GetPhysicalDeviceProperties2;
    testing::HostVulkan::replace("vkGetPhysicalDeviceProperties2",
                                 reinterpret_cast<PFN_vkVoidFunction>(&small_allocations));
    auto instance = gpu::Instance::borrow(host.instance(), &testing::HostVulkan::get);
    ASSERT_TRUE(instance);
    auto physical = gpu::select_device(**instance, "");
    ASSERT_TRUE(physical);
    auto limited = gpu::Device::create(*instance, *physical);
    ASSERT_TRUE(limited) << limited.error().message;
    options_.size = 600;
    auto session = create_on(**limited);
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().code, ErrorCode::kOutOfMemory);
    EXPECT_EQ(session.error().message.find("size 600 needs a buffer of "), 0u)
        << session.error().message;
    EXPECT_NE(session.error().message.find("1.0 MiB at once"), std::string::npos)
        << session.error().message;
    options_.size = size_named(session.error());
    EXPECT_GT(options_.size, 60u);
    options_.iterations = {1};
    session = create_on(**limited);
    ASSERT_TRUE(session) << session.error().message;
    EXPECT_TRUE((*session)->advance(1000));
    // And hardly more would.
    options_.size += 32;
    EXPECT_FALSE(create_on(**limited));
}

TEST_F(SessionTest, TheMemoryCheckNamesASizeThatFits) {
    options_.size = 600;
    device().limit_memory(20 << 20);
    auto session = create();
    device().limit_memory(0);
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().code, ErrorCode::kOutOfMemory);
    // And it does.
    options_.size = size_named(session.error());
    EXPECT_GT(options_.size, 100u);
    options_.iterations = {1};
    device().limit_memory(20 << 20);
    session = create();
    ASSERT_TRUE(session) << session.error().message;
    EXPECT_TRUE((*session)->advance(1000));
    device().limit_memory(0);
}

// What is printed and checked before the start is what the run then takes, to the byte.
TEST_F(SessionTest, TheMemoryPlannedIsTheMemoryTaken) {
    options_.iterations = {2};
    for (int variation = 0; variation < 8; ++variation) {
        if (variation == 1) {  // the styles decide
            styles_ = {testing::random_image(64, 65, 3), testing::random_image(300, 200, 4)};
            options_.style_scale = 4;
        } else if (variation == 2) {
            options_.first_size = options_.size;
            options_.init = Init::kNoise;
        } else if (variation == 3) {  // the picture that it begins with decides
            options_.init = Init::kImage;
            options_.init_image = testing::random_image(1200, 900, 5);
        } else if (variation == 4) {
            options_.objective.style_layers.clear();
            options_.optimizer = Optimizer::kAdam;
            options_.objective.padding = {nn::Border::kReplicate, nn::Border::kReplicate};
        } else if (variation == 5) {  // the encoder decides
            options_.size = 16;
            options_.init = Init::kContent;
            content_ = testing::random_image(16, 16, 2);
            styles_ = {testing::random_image(32, 32, 3)};
        } else if (variation == 7) {  // not what finds the scales of 16-bit maps
            options_.size = 100;
            content_ = testing::random_image(100, 75, 2);
        }
        stream_.reset();
        open(testing::Form::kAddresses);  // a device without a history
        nn::TunerOptions tuning;
        tuning.forced = nn::ConvVariant::kHalf;
        // The check of a variant holds memory of its own.
        nn::TunerTrials trials = nn::TunerTrials::real();
        trials.check = [](gpu::Stream&, nn::ConvVariant) {
            return Result<std::string>(std::string());
        };
        nn::ConvTuner tuner(device(), tuning, trials);
        options_.objective.tuner = variation < 6 ? nullptr : &tuner;
        auto session = made();
        ASSERT_NE(session, nullptr);
        EXPECT_EQ(log_, "device memory: " + gpu::format_bytes(session->bytes_planned()) + "\n");
        log_.clear();
        ASSERT_TRUE(session->advance(1000));
        ASSERT_TRUE(session->image());
        EXPECT_EQ(session->bytes_planned(), device().bytes_peak()) << "variation " << variation;
    }
    options_.objective.tuner = nullptr;
}

TEST_F(SessionTest, DestroyedInFlight) {
    auto session = made();
    ASSERT_NE(session, nullptr);
    ASSERT_TRUE(session->advance(2));
    session.reset();
}

TEST_F(SessionTest, NothingIsLeftBehind) {
    const std::uint64_t before = device().bytes_held();
    finished();
    EXPECT_EQ(device().bytes_held(), before);
}

}  // namespace
}  // namespace impasto::style
