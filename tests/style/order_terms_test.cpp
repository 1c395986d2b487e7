// The terms of long-range order, against double precision.
#include "style/order_terms.h"

#include "nn/autocovariance.h"
#include "style/objective.h"
#include "style/order.h"
#include "style/session.h"
#include "support/gpu_fixture.h"
#include "support/tiny_encoder.h"

namespace impasto::style {
namespace {

using nn::reference::Values;

// Stripes that lean, and some noise.
Image striped(int width, int height, std::uint32_t seed) {
    Image image = testing::random_image(width, height, seed);
    for (std::size_t i = 0; i < image.rgb.size(); ++i) {
        const auto x = static_cast<double>(i % static_cast<std::size_t>(width));
        const auto y = static_cast<double>(i / static_cast<std::size_t>(width) %
                                           static_cast<std::size_t>(height));
        image.rgb[i] =
            0.3f * image.rgb[i] +
            static_cast<float>(0.35 + 0.3 * std::sin(2 * 3.14159265 * (x / 16 + y / 24)));
    }
    return image;
}

class OrderTermsTest : public testing::GpuTest {
  protected:
    void SetUp() override {
        GpuTest::SetUp();
        options_.style_layers = {{0, 1.0f}};
        options_.content_layers.clear();
        options_.content_weight = 0;
        options_.style_weight = 2;
        options_.tv_weight = 0;
        options_.structure = 0.5f;
        options_.wrap = {true, false};
    }

    // Loss, then the gradient; the style terms of the layers are left out.
    std::vector<float> run(const Image& image, const Image& style) {
        options_.maps = image.maps;
        options_.style_layers[0].weight = 1e-30f;
        const std::vector<Image> styles{style};
        auto network =
            encoder::Network::upload(stream(), weights_, options_.depth(), options_.tuner);
        EXPECT_TRUE(network);
        const nn::Shape shape{static_cast<std::uint32_t>(image.planes()),
                              static_cast<std::uint32_t>(image.height),
                              static_cast<std::uint32_t>(image.width)};
        options_.style_layers.clear();
        auto targets =
            StyleTargets::create(stream(), **network, styles, StyleScale(0, shape), options_);
        EXPECT_TRUE(targets) << (targets ? "" : targets.error().message);
        EXPECT_GT((*targets)->order()->count(), 8u);
        gpu::Arena arena(device());
        auto uploaded = upload_image(stream(), arena, image, shape.width, shape.height, {});
        EXPECT_TRUE(uploaded);
        auto objective =
            Objective::create(stream(), **network, shape, **uploaded, targets->get(), options_, 1);
        EXPECT_TRUE(objective) << (objective ? "" : objective.error().message);
        gpu::Program program(device());
        (*objective)->record(program, **uploaded);
        EXPECT_TRUE(program.finish());
        EXPECT_TRUE(stream().run(program));
        std::vector<float> found(shape.size());
        EXPECT_TRUE(stream().download((*objective)->gradient(), found));
        found.insert(found.begin(), (*objective)->losses(0).total);
        options_.style_layers = {{0, 1.0f}};
        return found;
    }

    Values map(const Values& image, const nn::Shape& shape, nn::Borders borders,
               nn::Shape& of) const {
        ObjectiveOptions options;
        options.first_padding = options.padding = borders;
        const testing::ReferenceEncoder encoder(weights_, options);
        const auto layers = encoder.forward(image, shape, kOrderLayer);
        of = layers.back().shape;
        return layers.back().map;
    }

    double loss(const Values& image, const nn::Shape& shape, const Image& style) const {
        nn::Shape style_shape;
        const Values target_map =
            map(testing::values_of(style.rgb), testing::shape_of(style),
                {nn::Border::kReplicate, nn::Border::kReplicate}, style_shape);
        const auto shifts = find_shifts(style, style_shape.width, style_shape.height,
                                        shape.width / 4, shape.height / 4);
        Values means;
        for (std::size_t c = 0; c < style_shape.channels; ++c) {
            double sum = 0;
            for (std::size_t p = 0; p < style_shape.plane(); ++p) {
                sum += target_map[c * style_shape.plane() + p];
            }
            means.push_back(sum / static_cast<double>(style_shape.plane()));
        }
        const Values target =
            nn::reference::autocovariance(target_map, style_shape, shifts, means, {});
        nn::Shape of;
        const nn::Borders borders{nn::Border::kZero, nn::Border::kWrap};
        const Values features =
            map(image, shape, {options_.first_borders().y, nn::Border::kWrap}, of);
        const Values d = nn::reference::difference(
            nn::reference::autocovariance(features, of, shifts, means, borders), target);
        return 2 * 0.5 * nn::reference::dot(d, d) / nn::reference::dot(target, target);
    }

    EncoderWeights weights_ = testing::tiny_encoder(13, 11);
    ObjectiveOptions options_;
};

TEST_F(OrderTermsTest, EqualsTheReference) {
    options_.first_padding = {};
    const Image image = striped(64, 40, 1);
    const Image style = striped(80, 64, 2);
    const auto found = run(image, style);
    const nn::Shape shape = testing::shape_of(image);
    const Values values = testing::values_of(image.rgb);
    const double expected = loss(values, shape, style);
    EXPECT_NEAR(static_cast<double>(found[0]) / expected, 1, 1e-4);
    std::mt19937 engine(5);
    std::normal_distribution<double> normal;
    for (int trial = 0; trial < 3; ++trial) {
        constexpr double kStep = 1e-6;
        Values ahead = values;
        Values behind = values;
        double slope = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double direction = normal(engine) / std::sqrt(static_cast<double>(values.size()));
            ahead[i] += kStep * direction;
            behind[i] -= kStep * direction;
            slope += static_cast<double>(found[1 + i]) * direction;
        }
        const double difference =
            (loss(ahead, shape, style) - loss(behind, shape, style)) / (2 * kStep);
        EXPECT_NEAR(slope, difference, 1e-3 * std::abs(difference) + 1e-8) << trial;
    }
}

// Maps of 16 bits, whose ReLUs and pools decide some values otherwise (a few thousandths of them,
// and a gradient moves by the square root), and both pictures of a stack: close to the same.
TEST_F(OrderTermsTest, HalfIsCloseAndAStackCountsItsMean) {
    const Image image = striped(64, 40, 1);
    const Image style = striped(80, 64, 2);
    const auto full = run(image, style);
    nn::TunerOptions tuning;
    tuning.forced = nn::ConvVariant::kHalf;
    nn::ConvTuner tuner(device(), tuning);
    options_.tuner = &tuner;
    const auto half = run(image, style);
    options_.tuner = nullptr;
    EXPECT_NEAR(half[0] / full[0], 1, 1e-2);
    EXPECT_LT(testing::relative_error(half, {full.begin(), full.end()}), 0.15);
    Image both = image;
    both.maps = 2;
    both.rgb.insert(both.rgb.end(), image.rgb.begin(), image.rgb.end());
    Image styles = style;
    styles.maps = 2;
    styles.rgb.insert(styles.rgb.end(), style.rgb.begin(), style.rgb.end());
    EXPECT_NEAR(run(both, styles)[0] / full[0], 1, 1e-5);
}

// The style whose order is compared, and which is fitted to what wraps, is the one that counted
// most when the session was made: with another blend the session's losses are those of a session
// that began with that blend and that leader, and not with the other.
TEST_F(OrderTermsTest, TheLeaderStaysWhenTheBlendChanges) {
    const std::vector<Image> styles{testing::random_image(70, 64, 3), striped(72, 60, 2)};
    SessionOptions session_options;
    session_options.size = session_options.first_size = 80;
    const auto created = [&](std::size_t leader, const std::vector<float>& blend) {
        session_options.objective = ObjectiveOptions();
        session_options.objective.structure = 1;
        session_options.objective.wrap = {true, true};
        session_options.objective.leader = leader;
        session_options.objective.style_blend = blend;
        auto session =
            Session::create(device(), weights_, striped(80, 48, 4), styles, session_options, {});
        EXPECT_TRUE(session) << (session ? "" : session.error().message);
        return *std::move(session);
    };
    const auto losses = [](Session& session) {
        const auto found = session.image_losses();
        EXPECT_TRUE(found);
        return *found;
    };
    const auto changed = created(1, {0.3f, 0.7f});
    EXPECT_TRUE(changed->options().objective.lattice.found);
    // As it comes from a caller, who knows of no leader.
    ObjectiveOptions other;
    other.style_blend = {0.8f, 0.2f};
    ASSERT_TRUE(changed->set_objective(other));
    const float found = losses(*changed).style;
    EXPECT_EQ(found, losses(*created(1, {0.8f, 0.2f})).style);
    EXPECT_GT(std::abs(found / losses(*created(0, {0.8f, 0.2f})).style - 1), 1e-3f);
}

}  // namespace
}  // namespace impasto::style
