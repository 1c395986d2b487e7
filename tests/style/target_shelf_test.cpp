// Targets that are kept: the same numbers as new ones, and never another style's.
#include "style/target_shelf.h"

#include <cstring>
#include <functional>

#include "style/session.h"
#include "support/gpu_fixture.h"
#include "support/tiny_encoder.h"

namespace impasto::style {
namespace {

class TargetShelfTest : public testing::GpuTest {
  protected:
    void SetUp() override {
        GpuTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) {
            return;
        }
        network_ = upload();
    }

    std::shared_ptr<const encoder::Network> upload() {
        auto network = encoder::Network::upload(stream(), weights_, options_.depth(), nullptr);
        EXPECT_TRUE(network) << (network ? "" : network.error().message);
        return network ? std::shared_ptr<const encoder::Network>(*std::move(network)) : nullptr;
    }

    std::unique_ptr<StyleTargets> take_or_make(TargetShelf* shelf) {
        auto targets =
            TargetShelf::take_or_make(shelf, stream(), network_, styles_, scale_, options_);
        EXPECT_TRUE(targets) << (targets ? "" : targets.error().message);
        return targets ? *std::move(targets) : nullptr;
    }

    bool is_kept(TargetShelf& shelf) {
        return shelf.find(network_, styles_, scale_, options_) != nullptr;
    }

    KeptTargets download(const StyleTargets& targets) {
        auto kept = targets.download(stream());
        EXPECT_TRUE(kept);
        return kept ? *std::move(kept) : KeptTargets();
    }

    EncoderWeights weights_ = testing::tiny_encoder(13, 11);
    ObjectiveOptions options_;
    StyleScale scale_{48, {3, 40, 64}};
    std::vector<Image> styles_{testing::random_image(70, 45, 3), testing::random_image(50, 60, 4)};
    std::shared_ptr<const encoder::Network> network_;
};

TEST_F(TargetShelfTest, TheyAreTheSame) {
    for (const bool blends : {false, true}) {
        TargetShelf shelf;
        options_.structure = 0.5f;
        options_.wrap = {true, true};
        if (blends) {
            auto masks = std::make_shared<Masks>();
            masks->blend = {2, 1, {0, 1}};
            masks->styles = {{}, {1, 2, {1, 0.5f}}};
            options_.masks = std::move(masks);
        }
        const KeptTargets expected = download(*take_or_make(nullptr));
        ASSERT_TRUE(expected.order);
        EXPECT_GT(expected.order->count, 0u);
        EXPECT_EQ(expected.grams.size(), options_.style_layers.size() * options_.regions());
        EXPECT_FALSE(is_kept(shelf));
        for (const bool kept : {false, true}) {
            SCOPED_TRACE(kept);
            EXPECT_EQ(is_kept(shelf), kept);
            const KeptTargets found = download(*take_or_make(&shelf));
            EXPECT_EQ(found.grams, expected.grams);
            EXPECT_EQ(found.squares, expected.squares);
            // Whole numbers in floats' places.
            ASSERT_EQ(found.order->shifts.size(), expected.order->shifts.size());
            EXPECT_EQ(std::memcmp(found.order->shifts.data(), expected.order->shifts.data(),
                                  expected.order->shifts.size() * sizeof(float)),
                      0);
            EXPECT_EQ(found.order->means, expected.order->means);
            EXPECT_EQ(found.order->targets, expected.order->targets);
            EXPECT_EQ(found.order->squares, expected.order->squares);
        }
    }
}

TEST_F(TargetShelfTest, WhateverTheyDependOnMakesOthers) {
    TargetShelf shelf;
    take_or_make(&shelf);
    ASSERT_TRUE(is_kept(shelf));
    // Not on these.
    options_.style_weight = 3;
    options_.content_weight = 0;
    options_.style_layers[1].weight = 0.25f;
    scale_.picture = {3, 48, 48};
    EXPECT_TRUE(is_kept(shelf));
    const ObjectiveOptions options = options_;
    const auto styles = styles_;
    const auto scale = scale_;
    const std::function<void()> changes[] = {
        [&] { options_.style_layers.pop_back(); },
        [&] { options_.pooling = nn::Pooling::kAverage; },
        [&] { options_.first_padding = {}; },
        [&] {
            options_.padding = {nn::Border::kReplicate, nn::Border::kReplicate};
        },
        [&] {
            options_.style_blend = {1, 2};
        },
        [&] {
            options_.wrap = {true, false};
        },
        [&] { options_.leader = 1; },
        [&] { options_.structure = 0.5f; },
        [&] { options_.lattice.found = true; },
        [&] {
            auto masks = std::make_shared<Masks>();
            masks->styles = {{}, {1, 2, {1, 0.5f}}};
            options_.masks = std::move(masks);
        },
        [&] {
            auto masks = std::make_shared<Masks>();
            masks->blend = {2, 1, {0, 1}};
            options_.masks = std::move(masks);
        },
        [&] { scale_.longest = 49; },
        [&] { styles_[1].rgb[700] += 1e-6f; },
        [&] { std::swap(styles_[0], styles_[1]); },
        [&] { styles_.pop_back(); },
    };
    for (std::size_t i = 0; i < std::size(changes); ++i) {
        changes[i]();
        EXPECT_FALSE(is_kept(shelf)) << i;
        options_ = options;
        styles_ = styles;
        scale_ = scale;
        EXPECT_TRUE(is_kept(shelf)) << i;
    }
    network_ = upload();
    EXPECT_FALSE(is_kept(shelf));
}

TEST_F(TargetShelfTest, StylesArePreparedOnce) {
    TargetShelf shelf;
    SessionOptions options;
    options.objective.structure = 0.5f;
    options.objective.wrap = {true, true};
    const auto expect_the_same = [&] {
        const PreparedStyles expected = TargetShelf::prepare(nullptr, styles_, options);
        for (int i = 0; i < 2; ++i) {
            const PreparedStyles found = TargetShelf::prepare(&shelf, styles_, options);
            ASSERT_EQ(found.styles.size(), styles_.size());
            EXPECT_EQ(found.styles[0].rgb, expected.styles[0].rgb);
            EXPECT_EQ(found.styles[1].rgb, expected.styles[1].rgb);
            EXPECT_EQ(found.lattice, expected.lattice);
        }
    };
    for (const bool flatten : {false, true}) {
        options.flatten = flatten;
        for (const std::size_t leader : {0u, 1u}) {
            options.objective.leader = leader;
            expect_the_same();
        }
    }
    EXPECT_NE(TargetShelf::prepare(&shelf, styles_, options).styles[0].rgb, styles_[0].rgb);
    options.objective.structure = 0;
    EXPECT_FALSE(TargetShelf::prepare(&shelf, styles_, options).lattice.found);
    styles_[0].rgb[7] += 0.5f;
    expect_the_same();
}

TEST_F(TargetShelfTest, ThoseThatWereUsedLastStay) {
    std::size_t bytes = download(*take_or_make(nullptr)).bytes();
    for (const Image& style : styles_) {
        bytes += style.rgb.size() * sizeof(float);
    }
    TargetShelf shelf(2 * bytes);
    const auto is_kept_at = [&](std::uint32_t longest) {
        scale_.longest = longest;
        return is_kept(shelf);
    };
    for (const std::uint32_t longest : {32u, 40u}) {
        scale_.longest = longest;
        take_or_make(&shelf);
    }
    EXPECT_TRUE(is_kept_at(40));
    EXPECT_TRUE(is_kept_at(32));
    scale_.longest = 48;
    take_or_make(&shelf);
    EXPECT_TRUE(is_kept_at(32));
    EXPECT_FALSE(is_kept_at(40));
    EXPECT_TRUE(is_kept_at(48));
    TargetShelf small(bytes - 1);
    take_or_make(&small);
    EXPECT_FALSE(is_kept(small));
}

// At every scale, and although the first session's weights have changed meanwhile.
TEST_F(TargetShelfTest, ASessionPaintsTheSamePicture) {
    SessionOptions options;
    options.size = 64;
    options.first_size = 32;
    options.iterations = {3, 3};
    const Image content = testing::random_image(60, 44, 1);
    const auto session = [&] {
        auto made = Session::create(device(), weights_, content, styles_, options, {});
        EXPECT_TRUE(made) << (made ? "" : made.error().message);
        return *std::move(made);
    };
    const auto picture = [&] {
        const auto made = session();
        EXPECT_TRUE(made->advance(100));
        auto image = made->image();
        EXPECT_TRUE(image);
        return image ? image->rgb : std::vector<float>();
    };
    const std::vector<float> expected = picture();
    options.targets = std::make_shared<TargetShelf>();
    options.network = std::make_shared<encoder::NetworkPlace>();
    const auto first = session();
    ObjectiveOptions other = options.objective;
    other.style_blend = {1, 3};
    ASSERT_TRUE(first->set_objective(other));
    EXPECT_EQ(picture(), expected);
    EXPECT_EQ(picture(), expected);
}

}  // namespace
}  // namespace impasto::style
