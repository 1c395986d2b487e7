#include "viewer/pixels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace impasto::viewer {
namespace {

Impasto::Image image(int width, int height, const std::vector<float>& rgb,
                     const std::vector<float>& alpha = {}) {
    ImpastoImage* made = nullptr;
    EXPECT_EQ(impasto_image_create(width, height, rgb.data(),
                                   alpha.empty() ? nullptr : alpha.data(), &made, nullptr, 0),
              IMPASTO_SUCCESS);
    return Impasto::Image(made);
}

// A ramp from left to right in red, from top to bottom in green; blue beyond its range.
Impasto::Image ramps(int width, int height) {
    const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    std::vector<float> rgb(3 * pixels);
    for (std::size_t i = 0; i < pixels; ++i) {
        const auto x = i % static_cast<std::size_t>(width);
        const auto y = i / static_cast<std::size_t>(width);
        rgb[i] = (static_cast<float>(x) + 0.5f) / static_cast<float>(width);
        rgb[pixels + i] = (static_cast<float>(y) + 0.5f) / static_cast<float>(height);
        rgb[2 * pixels + i] = x % 2 == 0 ? -3.0f : 7.0f;
    }
    return image(width, height, rgb);
}

TEST(Pixels, AreTheRoundedBytesOfAPictureThatFits) {
    const Pixels its = pixels_of(*image(2, 1, {0, 1, 0.5f, 0.25f, -1, 2}, {1, 0.5f}));
    EXPECT_EQ(its.width, 2u);
    EXPECT_EQ(its.height, 1u);
    EXPECT_EQ(its.picture_width, 2u);
    EXPECT_EQ(its.rgba, (std::vector<std::uint8_t>{0, 128, 0, 255, 255, 64, 255, 128}));
}

TEST(Pixels, WithoutAlphaAreOpaque) {
    const Pixels its = pixels_of(*ramps(5, 3));
    for (std::size_t i = 3; i < its.rgba.size(); i += 4) {
        EXPECT_EQ(its.rgba[i], 255);
    }
}

TEST(Pixels, OfALargePictureAreASmallerCopyOfIt) {
    struct Size {
        int width, height;
    };
    for (const Size size :
         {Size{300, 100}, Size{100, 301}, Size{257, 256}, Size{2000, 1}, Size{101, 100}}) {
        const Pixels its = pixels_of(*ramps(size.width, size.height), 100);
        EXPECT_EQ(std::max(its.width, its.height), 100u);
        EXPECT_EQ(its.picture_width, static_cast<std::uint32_t>(size.width));
        EXPECT_EQ(its.picture_height, static_cast<std::uint32_t>(size.height));
        const double shape = static_cast<double>(size.width) / size.height;
        if (std::min(its.width, its.height) > 1) {
            EXPECT_NEAR(its.width, its.height * shape, 0.5 + 0.5 * shape);
        }
        ASSERT_EQ(its.rgba.size(), std::size_t{4} * its.width * its.height);
        // Every part of it is where it was.
        for (std::uint32_t y = 0; y < its.height; ++y) {
            for (std::uint32_t x = 0; x < its.width; ++x) {
                const std::uint8_t* texel = &its.rgba[std::size_t{4} * (y * its.width + x)];
                EXPECT_NEAR(texel[0], 255 * (x + 0.5) / its.width, 255.0 / its.width + 1);
                EXPECT_NEAR(texel[1], 255 * (y + 0.5) / its.height, 255.0 / its.height + 1);
            }
        }
    }
}

TEST(Pixels, KeepTheMeanOfWhatTheyAreMadeFrom) {
    const Pixels its = pixels_of(*ramps(400, 400), 100);  // four by four pixels each
    for (std::size_t i = 0; i < its.rgba.size(); i += 4) {
        EXPECT_EQ(its.rgba[i + 2], 128);  // half black, half white, clamped before the mean
    }
}

}  // namespace
}  // namespace impasto::viewer
