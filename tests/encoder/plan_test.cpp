#include "encoder/plan.h"

#include "encoder/network.h"
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

        auto network = Network::upload(stream(), weights, c.depth, nn::ConvChoice::kAuto);
        ASSERT_TRUE(network) << network.error().message;
        gpu::Arena arena(device());
        auto plan = Plan::create(**network, arena, shape, c.depth,
                                 {options.pooling, options.first_padding, options.padding, false});
        ASSERT_TRUE(plan) << plan.error().message;
        const gpu::Buffer& input = arena.reserve(shape.size());
        ASSERT_TRUE(arena.commit("a test"));
        ASSERT_TRUE(stream().upload(image.rgb, input));
        gpu::Program program(device());
        plan->record_forward(program, input);
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

TEST_F(PlanTest, TooSmallAPictureIsRefusedWithTheSizeThatIsNeeded) {
    const EncoderWeights weights = testing::tiny_encoder(13, 7);
    auto network = Network::upload(stream(), weights, 12, nn::ConvChoice::kAuto);
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

TEST_F(PlanTest, AMissingLayerIsNamed) {
    const EncoderWeights weights = testing::tiny_encoder(13, 7);
    auto network = Network::upload(stream(), weights, 15, nn::ConvChoice::kAuto);
    ASSERT_FALSE(network);
    EXPECT_EQ(network.error().code, ErrorCode::kWeights);
    EXPECT_NE(network.error().message.find("relu5_4"), std::string::npos);
    EXPECT_NE(network.error().message.find("relu5_1"), std::string::npos);
}

}  // namespace
}  // namespace impasto::encoder
