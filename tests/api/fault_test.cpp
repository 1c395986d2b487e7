// What a caller can do wrong: nulls, structs of no, an older or a newer version, values out of
// range, features that a device does not have. An error each, never a crash, and nothing leaks.
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>

#include "api/api_fixture.h"
#include "api/hosted_fixture.h"
#include "impasto/impasto_vulkan.h"
#include "support/frame_loop.h"

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::HostedTest;
using impasto::testing::HostVulkan;

constexpr ImpastoResult kInvalid = IMPASTO_ERROR_INVALID_ARGUMENT;

class FaultTest : public HostedTest {
  protected:
    ImpastoSession* session() {
        ImpastoSession* made = nullptr;
        EXPECT_EQ(create(context_, &made), IMPASTO_SUCCESS) << message_;
        return made;
    }
};

TEST_F(FaultTest, NullsToWhatMakesThings) {
    char* const text = message_;
    const std::size_t size = sizeof message_;
    std::uint32_t count = 0;
    EXPECT_EQ(impasto_list_devices(nullptr, nullptr, text, size), kInvalid);
    EXPECT_EQ(impasto_list_devices(nullptr, &count, nullptr, 0), IMPASTO_SUCCESS);
    EXPECT_EQ(impasto_list_weights(nullptr, nullptr, nullptr, text, size), kInvalid);
    EXPECT_EQ(impasto_context_create(nullptr, nullptr, text, size), kInvalid);
    ImpastoImage* image = nullptr;
    const float pixel[3] = {};
    EXPECT_EQ(impasto_image_load(nullptr, &image, text, size), kInvalid);
    EXPECT_EQ(impasto_image_load("x.png", nullptr, text, size), kInvalid);
    EXPECT_EQ(impasto_image_create(1, 1, nullptr, nullptr, &image, text, size), kInvalid);
    EXPECT_EQ(impasto_image_create(1, 1, pixel, nullptr, nullptr, text, size), kInvalid);
    EXPECT_EQ(impasto_image_save(nullptr, "x.png", nullptr, 0, text, size), kInvalid);
    EXPECT_EQ(impasto_image_save(content_, nullptr, nullptr, 0, text, size), kInvalid);
    EXPECT_EQ(impasto_image_save(content_, "x.png", nullptr, 1, text, size), kInvalid);
    EXPECT_EQ(impasto_check_writable(nullptr, text, size), kInvalid);
    ImpastoWeights* weights = nullptr;
    EXPECT_EQ(impasto_weights_load(nullptr, nullptr, &weights, text, size), kInvalid);
    EXPECT_EQ(impasto_weights_load("builtin", nullptr, nullptr, text, size), kInvalid);
    EXPECT_EQ(impasto_weights_load_memory(nullptr, 8, "x", nullptr, &weights, text, size),
              kInvalid);
    EXPECT_EQ(impasto_weights_load_memory("x", 1, "x", nullptr, nullptr, text, size), kInvalid);
    EXPECT_EQ(impasto_weights_load_memory("x", 0, nullptr, nullptr, &weights, text, size),
              IMPASTO_ERROR_INPUT);
    char* json = nullptr;
    EXPECT_EQ(impasto_weights_describe(nullptr, nullptr, &json, text, size), kInvalid);
    EXPECT_EQ(impasto_weights_describe("builtin", nullptr, nullptr, text, size), kInvalid);
    EXPECT_EQ(impasto_weights_import(nullptr, nullptr, "x", 0, text, size), kInvalid);
    EXPECT_EQ(impasto_weights_import("builtin", nullptr, nullptr, 0, text, size), kInvalid);
    EXPECT_EQ(image, nullptr);
    EXPECT_EQ(weights, nullptr);
    EXPECT_EQ(json, nullptr);
}

TEST_F(FaultTest, NullsToWhatMakesSessionsAndProbes) {
    char* const text = message_;
    const std::size_t size = sizeof message_;
    const ImpastoSize sides{60, 44};
    ImpastoNeed need{};
    need.struct_size = sizeof need;
    const auto asks = [&](ImpastoContext* c, const ImpastoWeights* w, const ImpastoSize* content,
                          const ImpastoSize* style, const ImpastoSessionOptions* o,
                          ImpastoNeed* n) {
        return impasto_session_need(c, w, content, style, 1, o, n, text, size);
    };
    EXPECT_EQ(asks(nullptr, weights_, &sides, &sides, &options_, &need), kInvalid);
    // Without weights it is about the built-in encoder.
    EXPECT_EQ(asks(context_, nullptr, &sides, &sides, &options_, &need), IMPASTO_SUCCESS);
    EXPECT_EQ(asks(context_, weights_, nullptr, &sides, &options_, &need), kInvalid);
    EXPECT_EQ(asks(context_, weights_, &sides, nullptr, &options_, &need), kInvalid);
    EXPECT_EQ(asks(context_, weights_, &sides, &sides, nullptr, &need), kInvalid);
    EXPECT_EQ(asks(context_, weights_, &sides, &sides, &options_, nullptr), kInvalid);
    EXPECT_EQ(asks(context_, weights_, &sides, &sides, &options_, &need), IMPASTO_SUCCESS);

    ImpastoSession* made = nullptr;
    const ImpastoImage* const missing[] = {nullptr};
    const auto makes = [&](ImpastoContext* c, const ImpastoWeights* w, const ImpastoImage* content,
                           const ImpastoImage* const* styles, const ImpastoSessionOptions* o,
                           ImpastoSession** s) {
        return impasto_session_create(c, w, content, styles, 1, o, s, text, size);
    };
    EXPECT_EQ(makes(nullptr, weights_, content_, &style_, &options_, &made), kInvalid);
    EXPECT_EQ(makes(context_, weights_, nullptr, &style_, &options_, &made), kInvalid);
    EXPECT_EQ(makes(context_, weights_, content_, nullptr, &options_, &made), kInvalid);
    EXPECT_EQ(makes(context_, weights_, content_, missing, &options_, &made), kInvalid);
    EXPECT_EQ(makes(context_, weights_, content_, &style_, nullptr, &made), kInvalid);
    EXPECT_EQ(makes(context_, weights_, content_, &style_, &options_, nullptr), kInvalid);
    EXPECT_EQ(made, nullptr);

    ImpastoProbe* probe = nullptr;
    ImpastoImage* const same = content_;
    const auto probes = [&](ImpastoContext* c, const ImpastoWeights* w, const ImpastoImage* image,
                            const ImpastoImage* content, const ImpastoImage* const* styles,
                            const ImpastoObjective* objective, ImpastoProbe** p) {
        return impasto_probe_run(c, w, image, content, styles, 1, objective, p, text, size);
    };
    const ImpastoObjective* const objective = &options_.objective;
    EXPECT_EQ(probes(nullptr, weights_, same, same, &style_, objective, &probe), kInvalid);
    EXPECT_EQ(probes(context_, nullptr, same, same, &style_, objective, &probe), kInvalid);
    EXPECT_EQ(probes(context_, weights_, nullptr, same, &style_, objective, &probe), kInvalid);
    EXPECT_EQ(probes(context_, weights_, same, nullptr, &style_, objective, &probe), kInvalid);
    EXPECT_EQ(probes(context_, weights_, same, same, nullptr, objective, &probe), kInvalid);
    EXPECT_EQ(probes(context_, weights_, same, same, &style_, nullptr, &probe), kInvalid);
    EXPECT_EQ(probes(context_, weights_, same, same, &style_, objective, nullptr), kInvalid);
    EXPECT_EQ(probe, nullptr);
    EXPECT_EQ(impasto_probe_count(nullptr), 0u);
    ImpastoTensor tensor{};
    tensor.struct_size = sizeof tensor;
    EXPECT_EQ(impasto_probe_tensor(nullptr, 0, &tensor), kInvalid);
    EXPECT_EQ(impasto_probe_save(nullptr, "x", text, size), kInvalid);
    ASSERT_EQ(probes(context_, weights_, same, same, &style_, objective, &probe), IMPASTO_SUCCESS);
    EXPECT_EQ(impasto_probe_tensor(probe, 0, nullptr), kInvalid);
    EXPECT_EQ(impasto_probe_tensor(probe, impasto_probe_count(probe), &tensor), kInvalid);
    EXPECT_EQ(impasto_probe_save(probe, nullptr, text, size), kInvalid);
    impasto_probe_destroy(probe);
}

TEST_F(FaultTest, NullsToObjects) {
    EXPECT_EQ(impasto_context_device(nullptr, nullptr), kInvalid);
    EXPECT_EQ(impasto_context_device(context_, nullptr), kInvalid);
    EXPECT_NE(impasto_context_message(context_), std::string());
    EXPECT_EQ(impasto_context_bytes_peak(nullptr), 0u);
    EXPECT_EQ(impasto_context_message(nullptr), std::string());
    EXPECT_EQ(impasto_self_test(nullptr, nullptr, nullptr), kInvalid);
    EXPECT_EQ(impasto_measure_peak(nullptr, nullptr), kInvalid);
    EXPECT_EQ(impasto_measure_peak(context_, nullptr), kInvalid);
    EXPECT_EQ(impasto_context_frame_completed(nullptr, 1), kInvalid);
    EXPECT_EQ(impasto_context_device_lost(nullptr), kInvalid);
    EXPECT_EQ(impasto_image_width(nullptr), 0);
    EXPECT_EQ(impasto_image_height(nullptr), 0);
    EXPECT_EQ(impasto_image_rgb(nullptr), nullptr);
    EXPECT_EQ(impasto_image_alpha(nullptr), nullptr);
    EXPECT_EQ(impasto_weights_name(nullptr), std::string());
    EXPECT_EQ(impasto_weights_sha256(nullptr), std::string());
    impasto_context_destroy(nullptr);
    impasto_image_destroy(nullptr);
    impasto_weights_destroy(nullptr);
    impasto_session_destroy(nullptr);
    impasto_session_destroy_after(nullptr, 1);
    impasto_probe_destroy(nullptr);
    impasto_free(nullptr);
    impasto_objective_default(nullptr);
    impasto_session_options_default(nullptr);
}

// With a null session (`s` null) and with every other pointer null.
void nulls_to_session(ImpastoSession* s, ImpastoResult progress_without_struct) {
    void* bytes = nullptr;
    std::size_t size = 0;
    std::uint32_t count = 0;
    ImpastoImage* image = nullptr;
    EXPECT_EQ(impasto_session_advance(s, 0, nullptr), progress_without_struct);
    EXPECT_EQ(impasto_session_progress(s, nullptr), kInvalid);
    EXPECT_EQ(impasto_session_set_objective(s, nullptr), kInvalid);
    EXPECT_EQ(impasto_session_snapshot(s, IMPASTO_SNAPSHOT_WHOLE, nullptr, &size), kInvalid);
    EXPECT_EQ(impasto_session_snapshot(s, IMPASTO_SNAPSHOT_WHOLE, &bytes, nullptr), kInvalid);
    EXPECT_EQ(impasto_session_restore(s, nullptr, 10), kInvalid);
    EXPECT_EQ(impasto_session_scales(s, nullptr, nullptr), kInvalid);
    EXPECT_EQ(impasto_session_losses(s, 0, 10, nullptr), 0u);
    EXPECT_EQ(impasto_session_layer_losses(s, nullptr, nullptr), kInvalid);
    EXPECT_EQ(impasto_session_image(s, nullptr), kInvalid);
    EXPECT_EQ(impasto_session_image_losses(s, nullptr), kInvalid);
    EXPECT_EQ(impasto_session_layers(s, nullptr, nullptr), kInvalid);
    EXPECT_EQ(impasto_session_operations(s, nullptr, nullptr), kInvalid);
    EXPECT_EQ(impasto_session_record(s, nullptr, nullptr), kInvalid);
    EXPECT_EQ(impasto_session_result(s, nullptr), kInvalid);
    EXPECT_EQ(bytes, nullptr);
    if (s != nullptr) {
        return;
    }
    ImpastoLosses losses{};
    EXPECT_EQ(impasto_session_run(s, nullptr, nullptr), kInvalid);
    EXPECT_EQ(impasto_session_pause(s, 1), kInvalid);
    EXPECT_EQ(impasto_session_pause_after(s, 1), kInvalid);
    EXPECT_EQ(impasto_session_snapshot(s, IMPASTO_SNAPSHOT_WHOLE, &bytes, &size), kInvalid);
    EXPECT_EQ(impasto_session_restore(s, "x", 1), kInvalid);
    EXPECT_EQ(impasto_session_scales(s, nullptr, &count), kInvalid);
    EXPECT_EQ(impasto_session_bytes_planned(s), 0u);
    EXPECT_EQ(impasto_session_losses(s, 0, 1, &losses), 0u);
    EXPECT_EQ(impasto_session_layer_losses(s, nullptr, &count), kInvalid);
    EXPECT_EQ(impasto_session_image(s, &image), kInvalid);
    EXPECT_EQ(impasto_session_image_losses(s, &losses), kInvalid);
    EXPECT_EQ(impasto_session_layers(s, nullptr, &count), kInvalid);
    EXPECT_EQ(impasto_session_message(s), std::string());
    impasto_session_cancel(s);
}

TEST_F(FaultTest, NullsToSessions) {
    nulls_to_session(nullptr, kInvalid);
    ImpastoSession* own = session();
    nulls_to_session(own, IMPASTO_SUCCESS);
    EXPECT_EQ(impasto_session_pause_after(own, 1), kInvalid);  // it is not hosted
    EXPECT_NE(std::strstr(impasto_session_message(own), "impasto_session_advance"), nullptr);
    EXPECT_EQ(impasto_session_run(own, nullptr, nullptr), IMPASTO_SUCCESS);
    impasto_session_destroy(own);

    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    ImpastoSession* hosted = nullptr;
    ASSERT_EQ(create_hosted(context, &hosted), IMPASTO_SUCCESS) << message_;
    nulls_to_session(hosted, kInvalid);
    EXPECT_EQ(impasto_session_run(hosted, nullptr, nullptr), kInvalid);
    ASSERT_TRUE(to_the_end(loop, hosted, 100));
    loop.wait_idle();
    impasto_session_destroy(hosted);
    impasto_context_destroy(context);
}

TEST_F(FaultTest, MessagesTellOfTheLastFailure) {
    ImpastoSession* own = session();
    EXPECT_EQ(impasto_session_image(own, nullptr), kInvalid);
    EXPECT_NE(std::strstr(impasto_session_message(own), "impasto_session_image"), nullptr);
    EXPECT_EQ(impasto_session_snapshot(own, IMPASTO_SNAPSHOT_WHOLE, nullptr, nullptr), kInvalid);
    EXPECT_NE(std::strstr(impasto_session_message(own), "impasto_session_snapshot"), nullptr);
    EXPECT_EQ(impasto_session_restore(own, nullptr, 1), kInvalid);
    EXPECT_NE(std::strstr(impasto_session_message(own), "impasto_session_restore"), nullptr);
    EXPECT_EQ(impasto_measure_peak(context_, nullptr), kInvalid);
    EXPECT_NE(std::strstr(impasto_context_message(context_), "impasto_measure_peak"), nullptr);
    impasto_session_destroy(own);
}

// Garbage that is seen before any work is done.
TEST_F(FaultTest, SnapshotsOfGarbage) {
    ImpastoSession* own = session();
    std::vector<unsigned char> noise(5000);
    for (std::size_t i = 0; i < noise.size(); ++i) {
        noise[i] = static_cast<unsigned char>(i * 37 + i / 11);
    }
    for (const std::size_t size : {0, 1, 7, 100, 5000}) {
        EXPECT_EQ(impasto_session_restore(own, noise.data(), size), kInvalid) << size;
    }
    void* bytes = nullptr;
    std::size_t size = 0;
    ASSERT_EQ(impasto_session_snapshot(own, IMPASTO_SNAPSHOT_WHOLE, &bytes, &size),
              IMPASTO_SUCCESS);
    for (const std::size_t cut : {size - 1, size / 2, std::size_t{16}}) {
        EXPECT_EQ(impasto_session_restore(own, bytes, cut), kInvalid) << cut;
    }
    impasto_free(bytes);
    const int garbage = 77;
    ImpastoSnapshotKind kind{};
    static_assert(sizeof kind == sizeof garbage);
    std::memcpy(&kind, &garbage, sizeof garbage);
    EXPECT_EQ(impasto_session_snapshot(own, kind, &bytes, &size), kInvalid);
    EXPECT_NE(std::strstr(impasto_session_message(own), "kind"), nullptr);
    EXPECT_EQ(impasto_session_run(own, nullptr, nullptr), IMPASTO_SUCCESS);
    impasto_session_destroy(own);
}

TEST_F(FaultTest, ValuesOutOfTheirRange) {
    const ImpastoSessionOptions good = options_;
    const auto refused = [&](const char* what) {
        ImpastoSession* made = nullptr;
        EXPECT_EQ(create(context_, &made), kInvalid) << what;
        EXPECT_EQ(made, nullptr) << what;
        impasto_session_destroy(made);
        options_ = good;
    };
    // As C callers do it; the compiler need not know.
    const auto put = [](auto& field) {
        const int garbage = 77;
        static_assert(sizeof field == sizeof garbage);
        std::memcpy(&field, &garbage, sizeof garbage);
    };
    put(options_.init);
    refused("init");
    put(options_.optimizer);
    refused("optimizer");
    put(options_.colors);
    refused("colors");
    put(options_.objective.pooling);
    refused("pooling");
    put(options_.objective.padding);
    refused("padding");
    options_.objective.content_layers = nullptr;
    refused("layers that are counted and not there");
    options_.objective.struct_size = 0;
    refused("the objective's struct_size");
    for (const float wrong : {std::nanf(""), std::numeric_limits<float>::infinity(), -1.0f}) {
        options_.objective.content_weight = wrong;
        refused("content weight");
        options_.objective.tv_weight = wrong;
        refused("TV weight");
        options_.style_scale = wrong;
        refused("style scale");
        options_.adam_learning_rate = wrong;
        refused("learning rate");
        const ImpastoLayerWeight layer{"relu1_1", wrong};
        options_.objective.style_layers = &layer;
        options_.objective.style_layer_count = 1;
        refused("layer weight");
        options_.objective.style_blend = &wrong;
        options_.objective.style_blend_count = 1;
        refused("blend");
    }
    for (const char* name : {"", "relu6_1", "conv1_1", "relu1_1 ", "\xff\xfe"}) {
        const ImpastoLayerWeight layer{name, 1};
        options_.objective.style_layers = &layer;
        options_.objective.style_layer_count = 1;
        refused(name);
    }
    ImpastoWeightsOptions how{};
    how.struct_size = sizeof how;
    put(how.convention);
    ImpastoWeights* weights = nullptr;
    EXPECT_EQ(impasto_weights_load("builtin", &how, &weights, message_, sizeof message_), kInvalid);
    EXPECT_EQ(weights, nullptr);
    ImpastoImage* image = nullptr;
    const float pixel[3] = {};
    for (const int side :
         {0, -1, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
        EXPECT_EQ(impasto_image_create(side, 2, pixel, nullptr, &image, message_, sizeof message_),
                  kInvalid);
        EXPECT_EQ(impasto_image_create(2, side, pixel, nullptr, &image, message_, sizeof message_),
                  kInvalid);
    }
    EXPECT_EQ(image, nullptr);
    const ImpastoText texts[] = {{nullptr, nullptr}};
    const auto path = (folder_.path() / "x.png").string();
    EXPECT_NE(impasto_image_save(content_, path.c_str(), texts, 1, message_, sizeof message_),
              IMPASTO_SUCCESS);
    EXPECT_FALSE(std::filesystem::exists(path));
}

// Pixels that are no numbers must not hang or crash; the loss of them is none either.
TEST_F(FaultTest, PixelsThatAreNoNumbers) {
    std::vector<float> rgb(std::size_t{3} * 60 * 44, std::nanf(""));
    ImpastoImage* image = nullptr;
    ASSERT_EQ(impasto_image_create(60, 44, rgb.data(), nullptr, &image, message_, sizeof message_),
              IMPASTO_SUCCESS);
    ImpastoSession* made = nullptr;
    ASSERT_EQ(impasto_session_create(context_, weights_, image, &style_, 1, &options_, &made,
                                     message_, sizeof message_),
              IMPASTO_SUCCESS);
    EXPECT_EQ(impasto_session_run(made, nullptr, nullptr), kInvalid);
    EXPECT_NE(std::strstr(impasto_session_message(made), "finite"), nullptr);
    impasto_session_destroy(made);
    const auto path = (folder_.path() / "nan.png").string();
    EXPECT_EQ(impasto_image_save(image, path.c_str(), nullptr, 0, message_, sizeof message_),
              IMPASTO_ERROR_OUTPUT);
    EXPECT_FALSE(std::filesystem::exists(path));
    impasto_image_destroy(image);
}

TEST_F(FaultTest, FeaturesThatAreWrong) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    const ImpastoVulkanDevice good = loop.lent();
    const auto refused = [&](const ImpastoVulkanDevice& lent, const char* says) {
        ImpastoContextOptions options{};
        options.struct_size = sizeof options;
        options.host_device = &lent;
        options.cache_dir = "";
        ImpastoContext* context = nullptr;
        const ImpastoResult result =
            impasto_context_create(&options, &context, message_, sizeof message_);
        EXPECT_TRUE(result == kInvalid || result == IMPASTO_ERROR_NO_DEVICE) << says;
        EXPECT_NE(std::strstr(message_, says), nullptr) << message_;
        EXPECT_EQ(context, nullptr);
        impasto_context_destroy(context);
    };
    ImpastoVulkanDevice lent = good;
    lent.features = 0x80000000u;  // no such bit
    refused(lent, "features");
    lent = good;
    lent.features = 0x10;
    refused(lent, "0x10");
    lent = good;
    lent.queue = loop.queue();
    lent.features &= ~static_cast<std::uint32_t>(IMPASTO_FEATURE_TIMELINE_SEMAPHORE);
    refused(lent, "TIMELINE");
    lent = good;
    lent.instance = nullptr;
    refused(lent, "instance");
    lent = good;
    lent.physical_device = nullptr;
    refused(lent, "physical_device");
    lent = good;
    lent.device = nullptr;
    refused(lent, "device");
    lent = good;
    lent.get_instance_proc_addr = nullptr;
    refused(lent, "get_instance_proc_addr");
    lent = good;
    lent.allocate = [](void*, const ImpastoMemoryRequest*, ImpastoMemory*) { return 0; };
    refused(lent, "free");
    lent = good;
    lent.lock_queue = [](void*) {};
    refused(lent, "unlock_queue");
    lent = good;
    lent.block_size = 1 << 20;
    refused(lent, "block_memory");
    lent.block_memory = 1;
    lent.block_offset = 1;
    refused(lent, "256");
    lent = good;
    lent.queue_family_index = 1000;
    refused(lent, "family");
    lent = good;
    lent.struct_size = 0;
    refused(lent, "struct_size");
    // A loader that knows nothing.
    lent = good;
    lent.get_instance_proc_addr = [](void*, const char*) -> void (*)() { return nullptr; };
    refused(lent, "entry point");
    lent = good;
    lent.get_device_proc_addr = [](void*, const char*) -> void (*)() { return nullptr; };
    refused(lent, "entry point");
    ImpastoFeatures need{};
    need.struct_size = sizeof need;
    const auto get = reinterpret_cast<ImpastoGetInstanceProcAddr>(&HostVulkan::get);
    const auto asks = [&](void* instance, void* physical, ImpastoGetInstanceProcAddr how,
                          ImpastoFeatures* to) {
        return impasto_required_features(instance, physical, how, to, message_, sizeof message_);
    };
    EXPECT_EQ(asks(nullptr, good.physical_device, get, &need), kInvalid);
    EXPECT_EQ(asks(good.instance, nullptr, get, &need), kInvalid);
    EXPECT_EQ(asks(good.instance, good.physical_device, nullptr, &need), kInvalid);
    EXPECT_EQ(asks(good.instance, good.physical_device, get, nullptr), kInvalid);
    EXPECT_EQ(asks(good.instance, good.physical_device, get, &need), IMPASTO_SUCCESS);
    EXPECT_EQ(good.features & ~need.features, 0u);
    EXPECT_EQ(impasto_enabled_features(nullptr), 0u);
}

// Host handles, sources and slices that can't be.
TEST_F(FaultTest, HostedSessionsOfGarbage) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    ImpastoSource content = source(content_);
    ImpastoSource style = source(style_);
    ImpastoHosting hosting{};
    hosting.struct_size = sizeof hosting;
    ImpastoSession* hosted = nullptr;
    const auto refused = [&](const char* what) {
        EXPECT_EQ(impasto_session_create_hosted(context, weights_, &content, &style, 1, &options_,
                                                &hosting, &hosted, message_, sizeof message_),
                  kInvalid)
            << what;
        EXPECT_EQ(hosted, nullptr) << what;
        content = source(content_);
        style = source(style_);
        hosting = {};
        hosting.struct_size = sizeof hosting;
        options_.profile = 0;
    };
    content.image = nullptr;
    refused("no picture");
    ImpastoVulkanImage image{};
    image.struct_size = sizeof image;
    content.vulkan_image = &image;
    refused("two pictures");
    style.image = nullptr;
    style.vulkan_image = &image;
    refused("an image of nothing");
    for (const std::uint32_t side : {0u, 16385u, ~0u}) {
        image = {sizeof image, 1, VK_FORMAT_R8G8B8A8_SRGB, side, 8, 0, 0, 5};
        content = {sizeof content, nullptr, &image};
        refused("sides");
    }
    image = {sizeof image, 1, VK_FORMAT_R8G8B8A8_SRGB, 8, 8, 9, 0, 5};
    content = {sizeof content, nullptr, &image};
    refused("mip level");
    image.mip_level = ~0u;
    content = {sizeof content, nullptr, &image};
    refused("the last mip level of all");
    image.mip_level = 0;
    image.format = 999;
    content = {sizeof content, nullptr, &image};
    refused("format");
    image.format = VK_FORMAT_R8G8B8A8_SRGB;
    image.layout = 0;
    content = {sizeof content, nullptr, &image};
    refused("layout");
    image.struct_size = 0;
    content = {sizeof content, nullptr, &image};
    refused("struct_size");
    hosting.format = 999;
    refused("result's format");
    image = {sizeof image, 1, VK_FORMAT_R8G8B8A8_SRGB, 8, 8, 0, 0, 5};
    hosting.target = &image;
    refused("target of another size");
    image = {sizeof image, 1, VK_FORMAT_R8G8B8A8_SRGB, 60, 44, ~0u, 0, 5};
    hosting.target = &image;
    refused("target's level");
    image.mip_level = 0;
    hosting.target = &image;
    hosting.target_levels = ~0u;
    refused("target's levels");
    hosting.struct_size = 1;
    refused("hosting's struct_size");
    content.struct_size = 4;
    refused("source's struct_size");
    options_.profile = 1;
    refused("profile");
    EXPECT_EQ(impasto_session_create_hosted(nullptr, weights_, &content, &style, 1, &options_,
                                            nullptr, &hosted, message_, sizeof message_),
              kInvalid);
    EXPECT_EQ(impasto_session_create_hosted(context, weights_, nullptr, &style, 1, &options_,
                                            nullptr, &hosted, message_, sizeof message_),
              kInvalid);
    EXPECT_EQ(impasto_session_create_hosted(context, weights_, &content, nullptr, 1, &options_,
                                            nullptr, &hosted, message_, sizeof message_),
              kInvalid);
    EXPECT_EQ(impasto_session_create_hosted(context, weights_, &content, &style, 1, &options_,
                                            nullptr, nullptr, message_, sizeof message_),
              kInvalid);
    ASSERT_EQ(create_hosted(context, &hosted), IMPASTO_SUCCESS) << message_;
    loop.run([&](VkCommandBuffer commands, std::uint64_t, std::uint64_t) {
        const auto records = [&](std::uint64_t frame, std::uint64_t completed, double budget) {
            const ImpastoSlice slice{sizeof slice, commands, frame, completed, budget};
            return impasto_session_record(hosted, &slice, nullptr);
        };
        EXPECT_EQ(records(0, 0, 1), kInvalid);
        EXPECT_EQ(records(5, 5, 1), kInvalid);
        EXPECT_EQ(records(5, 6, 1), kInvalid);
        for (const double budget :
             {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
            EXPECT_EQ(records(5, 0, budget), kInvalid) << budget;
        }
        EXPECT_EQ(records(5, 4, 1), IMPASTO_SUCCESS);
        EXPECT_EQ(records(4, 3, 1), kInvalid);  // it fell
        // A report that can't be filled is seen before anything is recorded.
        ImpastoSliceReport report{};
        const ImpastoSlice slice{sizeof slice, commands, 5, 4, 1};
        EXPECT_EQ(impasto_session_record(hosted, &slice, &report), kInvalid);
        ImpastoSlice null = slice;
        null.command_buffer = nullptr;
        EXPECT_EQ(impasto_session_record(hosted, &null, nullptr), kInvalid);
        null = slice;
        null.struct_size = 7;
        EXPECT_EQ(impasto_session_record(hosted, &null, nullptr), kInvalid);
    });
    loop.wait_idle();
    impasto_session_destroy(hosted);
    // A session that is not hosted.
    ImpastoSession* own = session();
    impasto_session_destroy_after(own, ~std::uint64_t{0});
    impasto_context_destroy(context);
}

}  // namespace
