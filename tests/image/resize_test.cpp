// Resampling against its definition.
#include "image/resize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "picture_files.h"

namespace impasto {
namespace {

using testing::random_image;

TEST(Resize, ConstantsStayConstant) {
    const std::vector<float> plane(13 * 7, 0.3f);
    for (const auto& [width, height] : {std::pair{1, 1}, {5, 3}, {13, 7}, {40, 90}}) {
        const auto out = resize_plane(plane, 13, 7, width, height);
        ASSERT_EQ(out.size(), static_cast<std::size_t>(width * height));
        for (const float v : out) EXPECT_NEAR(v, 0.3f, 1e-6f);
    }
}

TEST(Resize, SameSizeIsACopy) {
    const Image image = random_image(9, 5, true);
    const Image same = resize_image(image, 9, 5);
    EXPECT_EQ(same.alpha, image.alpha);
    for (std::size_t i = 0; i < image.rgb.size(); ++i) {
        EXPECT_NEAR(same.rgb[i], image.rgb[i], 1e-6f);
    }
}

// The inside of a ramp stays the ramp: the cubic reproduces straight lines, nearly so when widened.
TEST(Resize, RampsStayStraight) {
    std::vector<float> ramp(64);
    std::iota(ramp.begin(), ramp.end(), 0.5f);
    for (const int size : {16, 24, 200}) {
        const auto out = resize_plane(ramp, 64, 1, size, 1);
        const float step = 64.0f / static_cast<float>(size);
        for (int i = size / 4; i < size * 3 / 4; ++i) {
            EXPECT_NEAR(out[static_cast<std::size_t>(i)], (static_cast<float>(i) + 0.5f) * step,
                        5e-3f);
        }
    }
}

// Pillow 9.4, Image.resize(..., BICUBIC) of mode "F".
TEST(Resize, AgreesWithPillow) {
    const std::vector<float> plane{0, 1, 4, 9, 16, 25, 36, 49, 1, 0, 5, 2, 7, 3, 8, 4};
    const std::vector<float> smaller = resize_plane(plane, 8, 2, 3, 2);
    const std::vector<float> larger = resize_plane(plane, 8, 2, 5, 3);
    const std::vector<float> expected_smaller{1.03579f, 12.71856f, 37.48528f,
                                              1.50895f, 4.41956f,  5.55702f};
    const std::vector<float> expected_larger{0.13486f, 3.68718f, 12.69286f, 27.74816f, 47.15439f,
                                             0.31585f, 3.34704f, 8.34867f,  15.78293f, 25.13065f,
                                             0.49684f, 3.00689f, 4.00448f,  3.81770f,  3.10690f};
    for (std::size_t i = 0; i < smaller.size(); ++i) {
        EXPECT_NEAR(smaller[i], expected_smaller[i], 1e-4f) << i;
    }
    for (std::size_t i = 0; i < larger.size(); ++i) {
        EXPECT_NEAR(larger[i], expected_larger[i], 1e-4f) << i;
    }
}

// Rolled by a whole number of pixels in both sizes, before or after, is the same.
TEST(Resize, WhatWrapsHasNoEdge) {
    const Image image = random_image(12, 8, true);
    const auto rolled = [](std::span<const float> plane, int width, int height, int dx, int dy) {
        std::vector<float> to(plane.size());
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                to[static_cast<std::size_t>((y + dy) % height * width + (x + dx) % width)] =
                    plane[static_cast<std::size_t>(y * width + x)];
            }
        }
        return to;
    };
    const std::vector<float> plane(image.rgb.begin(), image.rgb.begin() + 96);
    for (const auto& [width, height] : {std::pair{18, 12}, {6, 4}, {3, 2}}) {
        const auto one =
            resize_plane(rolled(plane, 12, 8, 4, 4), 12, 8, width, height, {true, true});
        const auto two = rolled(resize_plane(plane, 12, 8, width, height, {true, true}), width,
                                height, width / 3, height / 2);
        for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(one[i], two[i], 1e-6f);
    }
}

TEST(Resize, ShrinkingDoesNotAlias) {
    std::vector<float> stripes(512);
    for (std::size_t i = 0; i < stripes.size(); ++i) stripes[i] = i % 2 == 0 ? 0.0f : 1.0f;
    for (const float v : resize_plane(stripes, 512, 1, 100, 1)) EXPECT_NEAR(v, 0.5f, 0.05f);
}

TEST(Resize, WhatTransparentPixelsHideStaysHidden) {
    Image image;  // the left half red and opaque, the right half green and transparent
    image.width = image.height = 16;
    for (int c = 0; c < 4; ++c) {
        for (int i = 0; i < 256; ++i) {
            const bool left = i % 16 < 8;
            (c == 3 ? image.alpha : image.rgb)
                .push_back(c == 0 || c == 3 ? (left ? 1.0f : 0.0f)
                           : c == 1         ? (left ? 0.0f : 1.0f)
                                            : 0.0f);
        }
    }
    const Image out = resize_image(image, 7, 7);
    for (std::size_t i = 0; i < 49; ++i) {
        EXPECT_GE(out.alpha[i], 0.0f);
        EXPECT_LE(out.alpha[i], 1.0f);
        if (out.alpha[i] > 0.01f) {
            EXPECT_NEAR(out.rgb[i], 1.0f, 1e-4f) << i;
            EXPECT_NEAR(out.rgb[49 + i], 0.0f, 1e-4f) << i;
        }
    }
}

}  // namespace
}  // namespace impasto
