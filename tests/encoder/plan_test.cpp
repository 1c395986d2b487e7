#include "encoder/plan.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "encoder/network.h"
#include "nn/map.h"
#include "nn/reduce.h"
#include "support/gpu_fixture.h"
#include "support/tiny_encoder.h"

namespace impasto::encoder {
namespace {

using testing::ReferenceEncoder;

struct PlanCase {
    int width;
    int height;
    int depth;
    nn::Pooling pooling;
    nn::Border first;
    nn::Border others;
};

class PlanTest : public testing::GpuTest {};

// The whole network against the references, at sizes that the pools don't divide.
TEST_F(PlanTest, MapsEqualTheReference) {
    constexpr nn::Border kZero = nn::Border::kZero;
    constexpr nn::Border kWrap = nn::Border::kWrap;
    constexpr nn::Border kReplicate = nn::Border::kReplicate;
    for (const PlanCase& c : {PlanCase{37, 29, 12, nn::Pooling::kMax, kZero, kZero},
                              PlanCase{33, 17, 12, nn::Pooling::kAverage, kReplicate, kZero},
                              PlanCase{32, 48, 9, nn::Pooling::kMax, kWrap, kWrap},
                              PlanCase{19, 23, 9, nn::Pooling::kMax, kReplicate, kReplicate},
                              PlanCase{16, 16, 15, nn::Pooling::kMax, kZero, kZero},
                              PlanCase{1, 1, 1, nn::Pooling::kMax, kZero, kZero}}) {
        const EncoderWeights weights = testing::tiny_encoder(kLayers, 7);
        style::ObjectiveOptions options;
        options.pooling = c.pooling;
        options.first_padding = {c.first, c.first};
        options.padding = {c.others, c.others};
        const Image image = testing::random_image(c.width, c.height, 3);
        const nn::Shape shape = testing::shape_of(image);

        auto network = Network::upload(stream(), weights, c.depth, nullptr);
        ASSERT_TRUE(network) << network.error().message;
        gpu::Arena arena(device());
        PlanOptions plan_options{options.pooling, options.first_padding, options.padding, false};
        plan_options.keep = Keep::kMaps;
        auto plan = Plan::create(**network, arena, shape, c.depth, plan_options);
        ASSERT_TRUE(plan) << plan.error().message;
        const gpu::Buffer& input = arena.reserve(shape.size());
        ASSERT_TRUE(arena.commit("a test"));
        ASSERT_TRUE(stream().upload(image.rgb, input));
        gpu::Program program(device());
        plan->record_forward(program, input, [](int, const gpu::Buffer&) {});
        ASSERT_TRUE(program.finish());
        ASSERT_TRUE(stream().run(program));

        const auto expected = ReferenceEncoder(weights, options)
                                  .forward(testing::values_of(image.rgb), shape, c.depth);
        for (int layer = 0; layer <= c.depth; ++layer) {
            const auto& reference = expected[static_cast<std::size_t>(layer)];
            ASSERT_EQ(plan->shape(layer), reference.shape) << relu_name(layer);
            std::vector<float> map(reference.map.size());
            ASSERT_TRUE(stream().download(plan->map(layer), map));
            EXPECT_LT(testing::relative_error(map, reference.map), 2e-6)
                << c.width << "x" << c.height << " " << relu_name(layer);
        }
    }
}

// What an evaluation computes, and the memory that it did it in.
struct Evaluation {
    std::vector<std::vector<float>> maps;  // as read() saw them; empty where it did not
    std::vector<float> gradient;
    std::uint64_t bytes = 0;
};

class PlanMemoryTest : public PlanTest {
  protected:
    // An evaluation whose loss is half the sum of the squares of `losses`' maps, so that their
    // gradients are the maps themselves. All memory holds NaN before: what is read before it was
    // written shows, as does what is read after another buffer took its place.
    Evaluation evaluate(const Network& network, const Image& image, int depth,
                        const PlanOptions& options) {
        const nn::Shape shape = testing::shape_of(image);
        gpu::Arena arena(device());
        auto made = Plan::create(network, arena, shape, depth, options);
        EXPECT_TRUE(made) << (made ? "" : made.error().message);
        const Plan& plan = *made;
        const gpu::Buffer& gradient = arena.reserve(shape.size(), plan.after_backward());
        gpu::Arena own(device());
        const gpu::Buffer& input = own.reserve(shape.size());
        const gpu::Buffer& factors = own.reserve(1);
        const gpu::Buffer& partials = own.reserve(nn::kReducePartials);
        std::vector<const gpu::Buffer*> maps;
        std::size_t largest = 0;
        for (int layer = 0; layer <= depth; ++layer) {
            maps.push_back(&own.reserve(nn::map_size(plan.maps(), plan.shape(layer))));
            largest = std::max(largest, nn::map_size(plan.maps(), plan.shape(layer)));
        }
        const gpu::Buffer& zeros = own.reserve(largest);
        Evaluation result;
        result.bytes = arena.bytes_reserved();
        EXPECT_TRUE(arena.commit("a test"));
        EXPECT_TRUE(own.commit("a test"));
        EXPECT_TRUE(stream().upload(image.rgb, input));
        gpu::Program program(device());
        for (const gpu::Buffer& buffer : arena.buffers()) {
            program.fill(buffer, std::nanf(""));
        }
        program.fill(factors, 1);
        program.fill(zeros, 0);
        std::vector<bool> seen(maps.size());
        plan.record_forward(program, input, [&](int layer, const gpu::Buffer& map) {
            const auto i = static_cast<std::size_t>(layer);
            program.copy(map, *maps[i], maps[i]->bytes);
            seen[i] = true;
        });
        if (options.backward) {
            plan.record_backward(
                program, gradient,
                [&](int layer, const gpu::Buffer& map, const gpu::Buffer& to, bool accumulate) {
                    EXPECT_TRUE(options.losses.test(static_cast<std::size_t>(layer))) << layer;
                    nn::record_map_difference_gradient(program, plan.maps(), map, zeros,
                                                       plan.shape(layer), to, accumulate, factors,
                                                       0, partials, 0);
                    return true;
                });
        }
        EXPECT_TRUE(program.finish());
        EXPECT_TRUE(stream().run(program));
        for (int layer = 0; layer <= depth; ++layer) {
            const auto i = static_cast<std::size_t>(layer);
            EXPECT_TRUE(seen[i] || !options.losses.test(i)) << layer;
            result.maps.emplace_back(seen[i] ? maps[i]->bytes / sizeof(float) : 0);
            EXPECT_TRUE(!seen[i] || stream().download(*maps[i], result.maps.back()));
        }
        if (options.backward) {
            result.gradient.resize(shape.size());
            EXPECT_TRUE(stream().download(gradient, result.gradient));
        }
        return result;
    }
};

// Of words that may hold 16-bit floats.
bool same_bytes(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

struct MemoryCase {
    int width;
    int height;
    int depth;
    std::vector<int> losses;
    nn::Pooling pooling;
    nn::Border first;
    nn::Border others;
    nn::ConvVariant variant;
};

TEST_F(PlanMemoryTest, SharedMemoryChangesNothing) {
    constexpr nn::Border kZero = nn::Border::kZero;
    constexpr nn::Border kWrap = nn::Border::kWrap;
    constexpr nn::Border kReplicate = nn::Border::kReplicate;
    constexpr nn::ConvVariant kDirect = nn::ConvVariant::kDirect;
    constexpr nn::ConvVariant kWinograd = nn::ConvVariant::kWinograd;
    constexpr nn::ConvVariant kHalf = nn::ConvVariant::kHalf;
    const EncoderWeights weights = testing::tiny_encoder(kLayers, 7);
    for (const MemoryCase& c : {
             MemoryCase{
                 37, 29, 12, {0, 2, 4, 8, 9, 12}, nn::Pooling::kMax, kReplicate, kZero, kWinograd},
             MemoryCase{37, 29, 12, {12}, nn::Pooling::kMax, kZero, kZero, kDirect},
             MemoryCase{33, 17, 15, {1, 3, 15}, nn::Pooling::kAverage, kReplicate, kZero, kDirect},
             MemoryCase{32, 48, 9, {1, 7, 9}, nn::Pooling::kMax, kWrap, kWrap, kWinograd},
             MemoryCase{19, 23, 9, {9}, nn::Pooling::kMax, kReplicate, kReplicate, kWinograd},
             MemoryCase{7, 5, 2, {2}, nn::Pooling::kAverage, kZero, kZero, kWinograd},
             MemoryCase{6, 9, 0, {0}, nn::Pooling::kMax, kReplicate, kZero, kDirect},
             MemoryCase{
                 37, 29, 12, {0, 2, 4, 8, 9, 12}, nn::Pooling::kMax, kReplicate, kZero, kHalf},
             MemoryCase{32, 48, 9, {1, 7, 9}, nn::Pooling::kAverage, kWrap, kWrap, kHalf},
             MemoryCase{19, 23, 9, {9}, nn::Pooling::kMax, kReplicate, kReplicate, kHalf},
         }) {
        const std::string name = relu_name(c.depth) + " " + std::to_string(c.losses.size());
        const Image image = testing::random_image(c.width, c.height, 3);
        nn::TunerOptions tuning;
        tuning.forced = c.variant;
        nn::ConvTuner tuner(device(), tuning);
        auto network = Network::upload(stream(), weights, c.depth, &tuner);
        ASSERT_TRUE(network) << network.error().message;
        PlanOptions options{c.pooling, {c.first, c.first}, {c.others, c.others}};
        for (const int layer : c.losses) {
            options.losses.set(static_cast<std::size_t>(layer));
        }
        options.keep = Keep::kEverything;
        const Evaluation apart = evaluate(**network, image, c.depth, options);
        const double squares = std::inner_product(apart.gradient.begin(), apart.gradient.end(),
                                                  apart.gradient.begin(), 0.0);
        EXPECT_TRUE(std::isfinite(squares) && squares > 0) << name << ": " << squares;
        std::uint64_t bytes = apart.bytes;
        for (const Keep keep : {Keep::kMaps, Keep::kNothing}) {
            options.keep = keep;
            const Evaluation shared = evaluate(**network, image, c.depth, options);
            for (std::size_t i = 0; i < apart.maps.size(); ++i) {
                // Nothing but one that is pooled at once for nobody else may be missing.
                EXPECT_TRUE(same_bytes(shared.maps[i], apart.maps[i]) ||
                            (shared.maps[i].empty() && c.variant == kHalf &&
                             keep == Keep::kNothing && pool_follows(static_cast<int>(i))))
                    << name << " " << i;
            }
            EXPECT_EQ(shared.gradient, apart.gradient) << name;
            EXPECT_LE(shared.bytes, bytes) << name;
            bytes = shared.bytes;
        }
        options.backward = false;
        const Evaluation forward = evaluate(**network, image, c.depth, options);
        for (std::size_t i = 0; i < apart.maps.size(); ++i) {
            EXPECT_TRUE(same_bytes(forward.maps[i], apart.maps[i])) << name << " " << i;
        }
        EXPECT_LE(forward.bytes, bytes) << name;
    }
}

TEST_F(PlanTest, TooSmallAPictureIsRefusedWithTheSizeThatIsNeeded) {
    const EncoderWeights weights = testing::tiny_encoder(13, 7);
    auto network = Network::upload(stream(), weights, 12, nullptr);
    ASSERT_TRUE(network);
    gpu::Arena arena(device());
    auto plan = Plan::create(**network, arena, {3, 15, 40}, 12, {});
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(plan.error().message.find("at least 16 pixels"), std::string::npos)
        << plan.error().message;
    EXPECT_EQ(Plan::smallest_side(12), 16u);
    EXPECT_EQ(Plan::smallest_side(9), 8u);
    EXPECT_EQ(Plan::smallest_side(0), 1u);
}

// What the tuner chooses is what the weights are laid out for, and what plans record.
TEST_F(PlanTest, TheTunerChoosesTheVariants) {
    const EncoderWeights weights = testing::tiny_encoder(13, 7);
    const auto maps = [&](nn::ConvVariant forced) {
        nn::TunerOptions options;
        options.forced = forced;
        nn::ConvTuner tuner(device(), options);
        auto network = Network::upload(stream(), weights, 3, &tuner);
        EXPECT_TRUE(network);
        gpu::Arena arena(device());
        const nn::Shape shape{3, 21, 34};
        PlanOptions plan_options;
        plan_options.keep = Keep::kMaps;
        auto plan = Plan::create(**network, arena, shape, 3, plan_options);
        EXPECT_TRUE(plan);
        const gpu::Buffer& image = arena.reserve(shape.size());
        EXPECT_TRUE(arena.commit("a test"));
        EXPECT_TRUE(stream().upload(std::vector<float>(shape.size(), 0.3f), image));
        for (int layer = 0; layer <= 3; ++layer) {
            const bool winograd = forced == nn::ConvVariant::kWinograd && layer > 1;
            EXPECT_EQ(plan->variant(layer),
                      winograd ? nn::ConvVariant::kWinograd : nn::ConvVariant::kDirect)
                << layer;
            EXPECT_EQ((*network)->layer(layer).forward.winograd != nullptr, winograd) << layer;
        }
        gpu::Program program(device());
        plan->record_forward(program, image, [](int, const gpu::Buffer&) {});
        EXPECT_TRUE(program.finish());
        EXPECT_TRUE(stream().run(program));
        std::vector<float> map(plan->shape(3).size());
        EXPECT_TRUE(stream().download(plan->map(3), map));
        return map;
    };
    const std::vector<float> direct = maps(nn::ConvVariant::kDirect);
    const std::vector<float> winograd = maps(nn::ConvVariant::kWinograd);
    EXPECT_NE(direct, winograd) << "they round differently";
    EXPECT_LT(testing::relative_error(winograd, {direct.begin(), direct.end()}), 1e-5);
}

TEST_F(PlanTest, AMissingLayerIsNamed) {
    const EncoderWeights weights = testing::tiny_encoder(13, 7);
    auto network = Network::upload(stream(), weights, 15, nullptr);
    ASSERT_FALSE(network);
    EXPECT_EQ(network.error().code, ErrorCode::kWeights);
    EXPECT_NE(network.error().message.find("relu5_4"), std::string::npos);
    EXPECT_NE(network.error().message.find("relu5_1"), std::string::npos);
}

}  // namespace
}  // namespace impasto::encoder
