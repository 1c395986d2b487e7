// The C interface as a host uses it.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "api/api_fixture.h"
#include "impasto/impasto.h"
#include "impasto/impasto_vulkan.h"
#include "support/host_vulkan.h"
#include "support/temporary_folder.h"
#include "weights/safetensors.h"

namespace {

using impasto::testing::ApiTest;
using impasto::testing::HostVulkan;

TEST_F(ApiTest, ASessionRunsAndTellsWhatItDid) {
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create(context_, &session), IMPASTO_SUCCESS) << message_;
    std::uint32_t count = 0;
    ASSERT_EQ(impasto_session_scales(session, nullptr, &count), IMPASTO_SUCCESS);
    ASSERT_EQ(count, 2u);
    ImpastoScale scales[2];
    impasto_session_scales(session, scales, &count);
    EXPECT_EQ(scales[0].width, 30u);
    EXPECT_EQ(scales[1].height, 44u);
    EXPECT_EQ(scales[1].iterations, 3u);

    ImpastoProgress progress{};
    progress.struct_size = sizeof progress;
    std::uint32_t calls = 0;
    while (progress.done == 0 && calls < 20) {
        ASSERT_EQ(impasto_session_advance(session, 1, &progress), IMPASTO_SUCCESS);
        ++calls;
    }
    EXPECT_EQ(calls, 7u);
    EXPECT_EQ(progress.total_iterations, 7u);
    EXPECT_EQ(progress.scale, 1u);
    EXPECT_EQ(progress.iteration, 3u);
    ImpastoLosses losses[10];
    EXPECT_EQ(impasto_session_losses(session, 0, 10, losses), 7u);
    EXPECT_EQ(impasto_session_losses(session, 5, 10, losses), 2u);
    EXPECT_EQ(losses[1].total, progress.losses.total);
    ImpastoLosses of_picture{};
    ASSERT_EQ(impasto_session_image_losses(session, &of_picture), IMPASTO_SUCCESS);
    EXPECT_GT(of_picture.total, 0.0f);
    EXPECT_NE(of_picture.total, losses[1].total);
    EXPECT_GT(impasto_context_bytes_peak(context_), 100000u);
    impasto_session_destroy(session);
}

// With a tier that needs neither a check nor a timing, which hold something of their own.
TEST_F(ApiTest, WhatIsPlannedIsWhatIsTaken) {
    ImpastoContextOptions options{};
    options.struct_size = sizeof options;
    options.tier = "direct";
    ImpastoContext* context = nullptr;
    ASSERT_EQ(impasto_context_create(&options, &context, message_, sizeof message_),
              IMPASTO_SUCCESS);
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create(context, &session), IMPASTO_SUCCESS) << message_;
    ImpastoProgress progress{};
    progress.struct_size = sizeof progress;
    ASSERT_EQ(impasto_session_advance(session, 100, &progress), IMPASTO_SUCCESS);
    EXPECT_EQ(impasto_session_bytes_planned(session), impasto_context_bytes_peak(context));
    EXPECT_EQ(impasto_session_bytes_planned(nullptr), 0u);
    impasto_session_destroy(session);
    impasto_context_destroy(context);
}

TEST_F(ApiTest, PrecisionsAreOfferedAndChecked) {
    const auto made = [&](const char* precision, const char* tier) {
        ImpastoContextOptions options{};
        options.struct_size = sizeof options;
        options.precision = precision;
        options.tier = tier;
        ImpastoContext* context = nullptr;
        const ImpastoResult result =
            impasto_context_create(&options, &context, message_, sizeof message_);
        EXPECT_EQ(result == IMPASTO_SUCCESS, context != nullptr);
        return context;
    };
    EXPECT_EQ(made("fp8", nullptr), nullptr);
    EXPECT_NE(std::string(message_).find("auto, fp32, fp16"), std::string::npos) << message_;
    EXPECT_EQ(made("fp16", "winograd"), nullptr);
    EXPECT_NE(std::string(message_).find("leave one of the two away"), std::string::npos)
        << message_;
    ImpastoContext* full = made("fp32", "direct");
    ImpastoContext* half = made("fp16", "half");
    ASSERT_NE(full, nullptr);
    ASSERT_NE(half, nullptr);
    const std::vector<float> expected = run(full);
    const std::vector<float> found = run(half);
    ASSERT_EQ(expected.size(), found.size());
    EXPECT_NE(expected, found) << "they round differently";
    double squares = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        squares += std::pow(static_cast<double>(found[i] - expected[i]), 2);
    }
    // Seven iterations: a few of 256 steps apart, as two seeds would be.
    EXPECT_LT(std::sqrt(squares / static_cast<double>(found.size())), 0.03);
    EXPECT_EQ(found, run(half)) << "the same picture to the bit";
    impasto_context_destroy(full);
    impasto_context_destroy(half);
}

// The objects that a session was made from may go at once.
TEST_F(ApiTest, ASessionKeepsWhatItNeeds) {
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create(context_, &session), IMPASTO_SUCCESS) << message_;
    impasto_image_destroy(content_);
    impasto_image_destroy(style_);
    impasto_weights_destroy(weights_);
    content_ = nullptr;
    style_ = nullptr;
    weights_ = nullptr;
    EXPECT_EQ(impasto_session_advance(session, 100, nullptr), IMPASTO_SUCCESS);
    impasto_session_destroy(session);
}

// The host's own device, in both forms of the kernels, gives the bytes of a device of ours.
// By the objective that it was made from, though that has layers for a content.
TEST_F(ApiTest, WeightsOfASessionWithoutContentCanChange) {
    options_.width = 40;
    options_.height = 32;
    ImpastoSession* session = nullptr;
    ASSERT_EQ(impasto_session_create(context_, weights_, nullptr, &style_, 1, &options_, &session,
                                     message_, sizeof message_),
              IMPASTO_SUCCESS)
        << message_;
    ImpastoLosses before{};
    ImpastoLosses after{};
    ASSERT_EQ(impasto_session_image_losses(session, &before), IMPASTO_SUCCESS);
    options_.objective.style_weight *= 2;
    ASSERT_EQ(impasto_session_set_objective(session, &options_.objective), IMPASTO_SUCCESS)
        << impasto_session_message(session);
    ASSERT_EQ(impasto_session_image_losses(session, &after), IMPASTO_SUCCESS);
    EXPECT_EQ(after.content, 0.0f);
    const float tv = options_.objective.tv_weight * before.tv;
    EXPECT_NEAR((after.total - tv) / (before.total - tv), 2, 1e-4);
    impasto_session_destroy(session);
}

TEST_F(ApiTest, AHostsDeviceGivesTheSameBytes) {
    // By a timing each form might choose differently.
    ImpastoContextOptions options{};
    options.struct_size = sizeof options;
    options.tier = "winograd";
    ImpastoContext* own = nullptr;
    ASSERT_EQ(impasto_context_create(&options, &own, message_, sizeof message_), IMPASTO_SUCCESS)
        << message_;
    const auto expected = run(own);
    impasto_context_destroy(own);
    for (const bool addresses : {true, false}) {
        HostVulkan host;
        auto instance = impasto::gpu::Instance::borrow(host.instance(), &HostVulkan::get);
        ASSERT_TRUE(instance);
        auto physical = impasto::gpu::select_device(**instance, "");
        ASSERT_TRUE(physical);
        const bool int64 = (*instance)->describe(*physical).capabilities.int64;
        const VkDevice device = host.make_device(*physical, addresses, 0, int64);
        ASSERT_NE(device, VkDevice{});
        VkQueue queue = VK_NULL_HANDLE;
        reinterpret_cast<PFN_vkGetDeviceQueue>(
            host.functions().GetDeviceProcAddr(device, "vkGetDeviceQueue"))(device, 0, 0, &queue);
        ImpastoVulkanDevice lent{};
        lent.struct_size = sizeof lent;
        lent.instance = host.instance();
        lent.physical_device = *physical;
        lent.device = device;
        lent.queue = queue;
        lent.get_instance_proc_addr =
            reinterpret_cast<void (*(*)(void*, const char*))(void)>(&HostVulkan::get);
        lent.features = IMPASTO_FEATURE_TIMELINE_SEMAPHORE;
        if (addresses) {
            lent.features |= IMPASTO_FEATURE_BUFFER_DEVICE_ADDRESS;
        }
        if (int64) {
            lent.features |= IMPASTO_FEATURE_SHADER_INT64;
        }
        options.host_device = &lent;
        ImpastoContext* borrowed = nullptr;
        ASSERT_EQ(impasto_context_create(&options, &borrowed, message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
        EXPECT_EQ(run(borrowed), expected) << (addresses ? "addresses" : "bindings");
        impasto_context_destroy(borrowed);
    }
}

VKAPI_ATTR VkResult VKAPI_CALL lost_submit(VkQueue, std::uint32_t, const VkSubmitInfo*, VkFence) {
    return VK_ERROR_DEVICE_LOST;
}

TEST_F(ApiTest, ALostDeviceIsReported) {
    HostVulkan host;
    auto instance = impasto::gpu::Instance::borrow(host.instance(), &HostVulkan::get);
    ASSERT_TRUE(instance);
    auto physical = impasto::gpu::select_device(**instance, "");
    ASSERT_TRUE(physical);
    const VkDevice device = host.make_device(*physical, false);
    ImpastoVulkanDevice lent{};
    lent.struct_size = sizeof lent;
    lent.instance = host.instance();
    lent.physical_device = *physical;
    lent.device = device;
    VkQueue queue = VK_NULL_HANDLE;
    reinterpret_cast<PFN_vkGetDeviceQueue>(
        host.functions().GetDeviceProcAddr(device, "vkGetDeviceQueue"))(device, 0, 0, &queue);
    lent.queue = queue;
    lent.features = IMPASTO_FEATURE_TIMELINE_SEMAPHORE;
    lent.get_instance_proc_addr =
        reinterpret_cast<void (*(*)(void*, const char*))(void)>(&HostVulkan::get);
    HostVulkan::replace("vkQueueSubmit", reinterpret_cast<PFN_vkVoidFunction>(&lost_submit));
    ImpastoContextOptions options{};
    options.struct_size = sizeof options;
    options.host_device = &lent;
    ImpastoContext* borrowed = nullptr;
    ASSERT_EQ(impasto_context_create(&options, &borrowed, message_, sizeof message_),
              IMPASTO_SUCCESS);
    ImpastoSession* session = nullptr;
    EXPECT_EQ(create(borrowed, &session), IMPASTO_ERROR_DEVICE_LOST);
    EXPECT_NE(std::strstr(message_, "gave the device up"), nullptr) << message_;
    EXPECT_EQ(session, nullptr);
    impasto_context_destroy(borrowed);
}

TEST_F(ApiTest, PipelinesAreKeptWhereTheHostSays) {
    const std::string cache = (folder_ / "cache").string();
    ImpastoContextOptions options{};
    options.struct_size = sizeof options;
    for (const std::string& kept : {cache, std::string()}) {
        std::filesystem::remove_all(cache);
        options.cache_dir = kept.c_str();
        ImpastoContext* context = nullptr;
        ASSERT_EQ(impasto_context_create(&options, &context, message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
        impasto_context_destroy(context);
        EXPECT_EQ(std::filesystem::exists(cache), !kept.empty());
        EXPECT_TRUE(kept.empty() || !std::filesystem::is_empty(folder_ / "cache" / "pipelines"));
    }
}

// The first session of a device times the variants, the next context reads what was found.
TEST_F(ApiTest, TimingsAreKeptWhereTheHostSays) {
    const std::string cache = (folder_ / "cache").string();
    const auto run = [&](const char* tier, int retune) {
        ImpastoContextOptions options{};
        options.struct_size = sizeof options;
        options.cache_dir = cache.c_str();
        options.tier = tier;
        options.retune = retune;
        ImpastoContext* context = nullptr;
        ASSERT_EQ(impasto_context_create(&options, &context, message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
        ImpastoSession* session = nullptr;
        ASSERT_EQ(create(context, &session), IMPASTO_SUCCESS) << message_;
        impasto_session_destroy(session);
        impasto_context_destroy(context);
    };
    const auto text = [&] {
        for (const auto& entry :
             std::filesystem::directory_iterator(folder_ / "cache" / "tuning")) {
            std::ifstream file(entry.path(), std::ios::binary);
            return std::string{std::istreambuf_iterator<char>(file), {}};
        }
        return std::string();
    };
    run("winograd", 0);
    EXPECT_NE(text().find("check winograd ok"), std::string::npos);
    EXPECT_EQ(text().find("\ntime "), std::string::npos) << "a forced variant is not timed";
    run("auto", 0);
    const std::string timed = text();
    EXPECT_NE(timed.find("\ntime "), std::string::npos);
    run(nullptr, 0);
    EXPECT_EQ(text(), timed);
    run("auto", 1);
    EXPECT_NE(text().find("\ntime "), std::string::npos);
    EXPECT_NE(text(), timed) << "to the last digit the same timings, twice";
}

TEST_F(ApiTest, BadOptionsAreNamed) {
    const ImpastoSessionOptions good = options_;
    const auto expect = [&](const char* part) {
        ImpastoSession* session = nullptr;
        EXPECT_EQ(create(context_, &session), IMPASTO_ERROR_INVALID_ARGUMENT) << part;
        EXPECT_NE(std::strstr(message_, part), nullptr) << message_;
        EXPECT_EQ(session, nullptr);
        options_ = good;
    };
    options_.objective.content_weight = -1;
    expect("content weight");
    options_.objective.style_weight = std::nanf("");
    expect("style weight");
    options_.objective.tv_weight = INFINITY;
    expect("TV weight");
    options_.objective.content_weight = 0;
    options_.objective.style_weight = 0;
    expect("nothing to optimise");
    ImpastoLayerWeight layers[2] = {{"relu9_1", 1}, {"relu1_1", 1}};
    options_.objective.style_layers = layers;
    options_.objective.style_layer_count = 2;
    expect("relu9_1");
    layers[0] = {"relu1_1", 1};
    options_.objective.style_layers = layers;
    options_.objective.style_layer_count = 2;
    expect("twice");
    const float blend[3] = {1, 1, 1};
    options_.objective.style_blend = blend;
    options_.objective.style_blend_count = 3;
    expect("3 weights for 1 style");
    options_.size = 4;
    expect("between 16 and 16384");
    iterations_[1] = 0;
    expect("iterations");
    iterations_[1] = 3;
    options_.style_scale = 0;
    expect("style scale");
    options_.lbfgs_history = 65;
    expect("history");
    options_.init = IMPASTO_INIT_IMAGE;
    expect("start image");
    options_.struct_size = 0;
    expect("struct_size");
}

TEST_F(ApiTest, NullsAreRefusedAndDestroyed) {
    EXPECT_EQ(impasto_context_create(nullptr, nullptr, nullptr, 0), IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(impasto_image_load(nullptr, nullptr, nullptr, 0), IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(impasto_weights_load(nullptr, nullptr, nullptr, nullptr, 0),
              IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(
        impasto_session_create(nullptr, nullptr, nullptr, nullptr, 0, nullptr, nullptr, nullptr, 0),
        IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(impasto_session_advance(nullptr, 1, nullptr), IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(impasto_session_image(nullptr, nullptr), IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(impasto_session_image_losses(nullptr, nullptr), IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(impasto_probe_run(nullptr, nullptr, nullptr, nullptr, nullptr, 0, nullptr, nullptr,
                                nullptr, 0),
              IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(impasto_list_devices(nullptr, nullptr, nullptr, 0), IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(impasto_image_width(nullptr), 0);
    impasto_context_destroy(nullptr);
    impasto_session_destroy(nullptr);
    impasto_image_destroy(nullptr);
    impasto_weights_destroy(nullptr);
    impasto_probe_destroy(nullptr);
    impasto_objective_default(nullptr);
    impasto_session_options_default(nullptr);
}

// A caller built with a shorter struct: what it lacks is not touched.
TEST_F(ApiTest, AnOlderStructIsFilledAsFarAsItGoes) {
    ImpastoProgress progress;
    std::memset(&progress, 0x55, sizeof progress);
    progress.struct_size = offsetof(ImpastoProgress, losses);
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create(context_, &session), IMPASTO_SUCCESS);
    ASSERT_EQ(impasto_session_advance(session, 100, &progress), IMPASTO_SUCCESS);
    EXPECT_EQ(progress.total_iterations, 7u);
    EXPECT_EQ(progress.done, 0x55555555);
    impasto_session_destroy(session);
}

TEST_F(ApiTest, AMessageIsCutToItsBufferAtACharacter) {
    char tiny[8];
    std::memset(tiny, 'x', sizeof tiny);
    ImpastoImage* none = nullptr;
    EXPECT_EQ(impasto_image_load("no such file", &none, tiny, sizeof tiny), IMPASTO_ERROR_INPUT);
    EXPECT_EQ(none, nullptr);
    EXPECT_EQ(std::strlen(tiny), 7u);
}

TEST_F(ApiTest, DevicesAreListedAndNamed) {
    std::uint32_t count = 0;
    ASSERT_EQ(impasto_list_devices(nullptr, &count, message_, sizeof message_), IMPASTO_SUCCESS);
    ASSERT_GE(count, 1u);
    std::vector<ImpastoDeviceInfo> infos(count);
    for (auto& info : infos) {
        info.struct_size = sizeof info;
    }
    ASSERT_EQ(impasto_list_devices(infos.data(), &count, message_, sizeof message_),
              IMPASTO_SUCCESS);
    int defaults = 0;
    for (const auto& info : infos) {
        EXPECT_STRNE(info.name, "");
        defaults += info.is_default;
    }
    EXPECT_EQ(defaults, 1);
    ImpastoDeviceInfo info{};
    info.struct_size = sizeof info;
    ASSERT_EQ(impasto_context_device(context_, &info), IMPASTO_SUCCESS);
    EXPECT_STREQ(info.name, infos[info.index].name);
    EXPECT_STRNE(info.tier, "");
}

TEST_F(ApiTest, TheSelfTestPasses) {
    int rows = 0;
    const auto row = [](void* user, const ImpastoSelfTestRow* result) {
        ++*static_cast<int*>(user);
        EXPECT_EQ(result->passed, 1) << result->operation << ": " << result->note;
        EXPECT_LE(result->error, result->bound) << result->operation;
    };
    EXPECT_EQ(impasto_self_test(context_, row, &rows), IMPASTO_SUCCESS)
        << impasto_context_message(context_);
    EXPECT_GT(rows, 10);
}

TEST_F(ApiTest, WeightsAreDescribedAndImported) {
    const auto file = (folder_.path() / "tiny.safetensors").string();
    char* json = nullptr;
    ASSERT_EQ(impasto_weights_describe(file.c_str(), nullptr, &json, message_, sizeof message_),
              IMPASTO_SUCCESS)
        << message_;
    EXPECT_NE(std::strstr(json, "\"conv5_1\""), nullptr) << json;
    impasto_free(json);
    const auto copy = (folder_.path() / "copy.safetensors").string();
    ASSERT_EQ(
        impasto_weights_import(file.c_str(), nullptr, copy.c_str(), 1, message_, sizeof message_),
        IMPASTO_SUCCESS)
        << message_;
    ImpastoWeights* loaded = nullptr;
    ASSERT_EQ(impasto_weights_load(copy.c_str(), nullptr, &loaded, message_, sizeof message_),
              IMPASTO_SUCCESS)
        << message_;
    EXPECT_EQ(std::strlen(impasto_weights_sha256(loaded)), 64u);
    impasto_weights_destroy(loaded);
    std::uint32_t count = 0;
    ASSERT_EQ(impasto_list_weights(folder_.path().string().c_str(), nullptr, &count, message_,
                                   sizeof message_),
              IMPASTO_SUCCESS);
    EXPECT_GE(count, 2u);
}

}  // namespace
