// Pictures that repeat: what is rolled by as much as the pools divide by is rolled on the way
// through everything, so that no place of the picture is an edge.
#include <algorithm>
#include <cmath>

#include "style/probe.h"
#include "style/session.h"
#include "support/gpu_fixture.h"
#include "support/tiny_encoder.h"
#include "weights/load.h"

namespace impasto::style {
namespace {

constexpr int kStep = 16;  // what the pools before relu5_1 divide by

// (planes, height, width), moved right by `dx` and down by `dy`, what leaves coming in again.
std::vector<float> rolled(const std::vector<float>& from, int width, int height, int dx, int dy) {
    std::vector<float> to(from.size());
    const int planes = static_cast<int>(from.size()) / (width * height);
    for (int c = 0; c < planes; ++c) {
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                const int row = (y + dy) % height;
                const int column = (x + dx) % width;
                to[static_cast<std::size_t>((c * height + row) * width + column)] =
                    from[static_cast<std::size_t>((c * height + y) * width + x)];
            }
        }
    }
    return to;
}

Image rolled(const Image& from, int dx, int dy) {
    Image to = from;
    to.rgb = rolled(from.rgb, from.width, from.height, dx, dy);
    return to;
}

// White below a slanted line that goes around both edges, with soft sides.
Mask slanted(int width, int height) {
    Mask mask{width, height, {}};
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const double turn = 2 * 3.14159265358979 *
                                (static_cast<double>(x) / width + static_cast<double>(y) / height);
            mask.weights.push_back(static_cast<float>(std::clamp(0.5 + std::sin(turn), 0.0, 1.0)));
        }
    }
    return mask;
}

// Rolled with the picture, where there is one.
std::shared_ptr<const Masks> rolled(const std::shared_ptr<const Masks>& from, int dx, int dy) {
    if (from == nullptr) {
        return nullptr;
    }
    auto to = std::make_shared<Masks>(*from);
    to->blend.weights = rolled(from->blend.weights, from->blend.width, from->blend.height, dx, dy);
    return to;
}

// What an objective has besides: nothing; an order that is looked for; two styles, each where a
// mask says, and both.
struct Objectives {
    const char* name;
    float structure;
    bool blends;
};
constexpr Objectives kObjectives[] = {{"plain", 0, false},
                                      {"structure", 0.5f, false},
                                      {"blend mask", 0, true},
                                      {"structure, blend mask", 0.5f, true}};

EncoderWeights builtin_encoder() {
    auto weights = load_weights({});
    EXPECT_TRUE(weights) << (weights ? "" : weights.error().message);
    return weights ? *std::move(weights) : EncoderWeights();
}

class TileTest : public testing::GpuTest {
  protected:
    std::vector<ProbeTensor> run(const Image& image, const Image& content) {
        auto tensors = probe(device(), weights_, image, content, styles_, options_);
        EXPECT_TRUE(tensors) << (tensors ? "" : tensors.error().message);
        return tensors ? *tensors : std::vector<ProbeTensor>();
    }

    // How far the gradient of the rolled image is from the rolled gradient, relative to it.
    double rolled_error(int dx, int dy) {
        const auto still = run(image_, content_);
        const auto masks = options_.masks;
        options_.masks = rolled(masks, dx, dy);
        const auto moved = run(rolled(image_, dx, dy), rolled(content_, dx, dy));
        options_.masks = masks;
        if (still.empty() || moved.empty()) {
            return 1;
        }
        EXPECT_EQ(still.back().name, "gradient");
        gradient_ = rolled(still.back().values, image_.width, image_.height, dx, dy);
        return testing::relative_error(moved.back().values, testing::values_of(gradient_));
    }

    EncoderWeights weights_ = testing::tiny_encoder(13, 11);
    ObjectiveOptions options_;
    Image image_ = testing::random_image(80, 48, 1);
    Image content_ = testing::random_image(80, 48, 2);
    std::vector<Image> styles_{testing::random_image(70, 45, 3)};
    std::vector<float> gradient_;  // that was expected last
};

TEST_F(TileTest, TheGradientOfARolledImageIsTheRolledGradient) {
    struct Case {
        Wrap wrap;
        int dx;
        int dy;
    };
    for (const auto variant :
         {nn::ConvVariant::kDirect, nn::ConvVariant::kWinograd, nn::ConvVariant::kHalf}) {
        nn::TunerOptions tuning;
        tuning.forced = variant;
        nn::ConvTuner tuner(device(), tuning);
        options_.tuner = &tuner;
        for (const auto& [wrap, dx, dy] :
             {Case{{true, true}, kStep, 2 * kStep}, Case{{true, false}, 3 * kStep, 0},
              Case{{false, true}, 0, kStep}}) {
            SCOPED_TRACE(std::string(nn::variant_name(variant)) + " " + std::to_string(dx) + " " +
                         std::to_string(dy));
            options_.wrap = wrap;
            // Gram matrices are summed in another order, and 16 bits may round otherwise for it.
            const double bound = variant == nn::ConvVariant::kHalf ? 1e-2 : 1e-5;
            EXPECT_LT(rolled_error(dx, dy), bound);
        }
        // Without wrapping an edge is an edge: the test can fail.
        options_.wrap = {};
        EXPECT_GT(rolled_error(kStep, 0), 1e-2);
        options_.tuner = nullptr;
    }
}

TEST_F(TileTest, WhateverTheObjectiveAndTheEncoder) {
    nn::TunerOptions tuning;
    tuning.forced = nn::ConvVariant::kDirect;
    nn::ConvTuner tuner(device(), tuning);
    options_.tuner = &tuner;
    for (const bool builtin : {false, true}) {
        if (builtin) {
            weights_ = builtin_encoder();
        }
        std::vector<float> plain;
        for (const Objectives& objective : kObjectives) {
            SCOPED_TRACE(std::string(builtin ? "builtin, " : "tiny, ") + objective.name);
            options_.structure = objective.structure;
            options_.masks = nullptr;
            styles_.resize(1);
            if (objective.blends) {
                styles_.push_back(testing::random_image(64, 64, 4));
                auto masks = std::make_shared<Masks>();
                masks->blend = slanted(image_.width, image_.height);
                options_.masks = std::move(masks);
            }
            options_.wrap = {true, true};
            EXPECT_LT(rolled_error(kStep, 2 * kStep), 1e-5);
            // It is another objective: what is compared has a part in it.
            if (plain.empty()) {
                plain = gradient_;
            } else {
                EXPECT_GT(testing::relative_error(gradient_, testing::values_of(plain)), 1e-3);
            }
            options_.wrap = {};
            EXPECT_GT(rolled_error(kStep, 0), 1e-3);
        }
    }
}

class TileSessionTest : public testing::GpuTest {
  protected:
    void SetUp() override {
        GpuTest::SetUp();
        options_.size = 80;
        options_.first_size = 80;
        options_.iterations = {5};
        options_.objective.wrap = {true, true};
    }

    Image result(const Image& content) {
        auto session = Session::create(device(), weights_, content, styles_, options_, {});
        EXPECT_TRUE(session) << (session ? "" : session.error().message);
        if (!session) {
            return {};
        }
        const Status status = (*session)->advance(1000);
        EXPECT_TRUE(status) << (status ? "" : status.error().message);
        EXPECT_TRUE((*session)->progress().done);
        for (const Scale& scale : (*session)->scales()) {
            EXPECT_EQ(scale.width % kStep, 0u);
            EXPECT_EQ(scale.height % kStep, 0u);
        }
        auto image = (*session)->image();
        EXPECT_TRUE(image);
        return image ? *image : Image();
    }

    // The largest difference of the rolled content's picture from the rolled picture.
    float rolled_difference() {
        const Image expected = rolled(result(content_), kStep, 2 * kStep);
        const auto masks = options_.objective.masks;
        options_.objective.masks = rolled(masks, kStep, 2 * kStep);
        const Image moved = result(rolled(content_, kStep, 2 * kStep));
        options_.objective.masks = masks;
        EXPECT_EQ(moved.rgb.size(), expected.rgb.size());
        float largest = 0;
        for (std::size_t i = 0; i < std::min(expected.rgb.size(), moved.rgb.size()); ++i) {
            largest = std::max(largest, std::abs(moved.rgb[i] - expected.rgb[i]));
        }
        return largest;
    }

    EncoderWeights weights_ = testing::tiny_encoder(13, 11);
    SessionOptions options_;
    Image content_ = testing::random_image(80, 48, 2);
    std::vector<Image> styles_{testing::random_image(70, 45, 3)};
};

TEST_F(TileSessionTest, ThePictureOfARolledContentIsTheRolledPicture) {
    for (const Optimizer optimizer : {Optimizer::kLbfgs, Optimizer::kAdam}) {
        options_.optimizer = optimizer;
        EXPECT_LT(rolled_difference(), 1.0f / 255);
    }
}

TEST_F(TileSessionTest, WhateverTheObjectiveAndTheEncoder) {
    for (const bool builtin : {false, true}) {
        if (builtin) {
            weights_ = builtin_encoder();
        }
        for (const Objectives& objective : kObjectives) {
            SCOPED_TRACE(std::string(builtin ? "builtin, " : "tiny, ") + objective.name);
            options_.objective.structure = objective.structure;
            options_.objective.masks = nullptr;
            styles_.resize(1);
            if (objective.blends) {
                styles_.push_back(testing::random_image(64, 64, 4));
                auto masks = std::make_shared<Masks>();
                masks->blend = slanted(content_.width, content_.height);
                options_.objective.masks = std::move(masks);
            }
            EXPECT_LT(rolled_difference(), 1.0f / 255);
        }
    }
}

// Several scales, and sizes that the pools do not divide: the picture is of the asked size, and its
// edges meet as its inside does.
TEST_F(TileSessionTest, AnySizeTiles) {
    options_.size = 75;
    options_.first_size = 32;
    options_.iterations = {8, 8};
    const Image image = result(testing::random_image(90, 60, 4));
    ASSERT_EQ(image.width, 75);
    ASSERT_EQ(image.height, 50);
    // The content does not tile, so neither does what begins from it; noise does.
    options_.init = Init::kNoise;
    options_.objective.content_layers.clear();
    options_.iterations = {40, 40};
    const Image texture = result(testing::random_image(90, 60, 4));
    const auto step = [&](int x, int next) {
        double sum = 0;
        for (int row = 0; row < 3 * texture.height; ++row) {
            const float* line = &texture.rgb[static_cast<std::size_t>(row * texture.width)];
            sum += static_cast<double>(std::abs(line[x] - line[next]));
        }
        return sum;
    };
    double mean = 0;
    double squares = 0;
    for (int x = 0; x + 1 < texture.width; ++x) {
        mean += step(x, x + 1);
        squares += step(x, x + 1) * step(x, x + 1);
    }
    mean /= texture.width - 1;
    const double deviation = std::sqrt(squares / (texture.width - 1) - mean * mean);
    EXPECT_LT(step(texture.width - 1, 0), mean + 3 * deviation);
}

TEST_F(TileSessionTest, AnAxisThatDoesNotWrapKeepsItsSize) {
    options_.objective.wrap = {true, false};
    options_.size = 83;
    options_.first_size = 83;
    auto session = Session::create(device(), weights_, content_, styles_, options_, {});
    ASSERT_TRUE(session);
    EXPECT_EQ((*session)->scales().back().width, 80u);
    EXPECT_EQ((*session)->scales().back().height, 50u);
}

}  // namespace
}  // namespace impasto::style
