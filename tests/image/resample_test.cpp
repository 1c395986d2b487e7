// Textures at other sizes: light, vectors, mips, and what transparent texels hide.
#include "image/resample.h"

#include <gtest/gtest.h>

#include <cmath>

#include "image/bleed.h"
#include "image/blur.h"
#include "image/srgb.h"
#include "picture_files.h"

namespace impasto {
namespace {

using testing::random_image;

Image rolled(const Image& image, int dx, int dy) {
    Image out = image;
    const auto roll = [&](const std::vector<float>& from, std::vector<float>& to) {
        for (std::size_t i = 0; i < from.size(); ++i) {
            const std::size_t p = i % image.pixels();
            const int x = (static_cast<int>(p) % image.width + dx) % image.width;
            const int y = (static_cast<int>(p) / image.width + dy) % image.height;
            to[i - p + static_cast<std::size_t>(y * image.width + x)] = from[i];
        }
    };
    roll(image.rgb, out.rgb);
    roll(image.alpha, out.alpha);
    return out;
}

TEST(Srgb, IsTheCurveOfTheStandardAndItsInverse) {
    EXPECT_EQ(srgb_to_linear(0.0f), 0.0f);
    EXPECT_NEAR(srgb_to_linear(1.0f), 1.0f, 1e-6f);
    EXPECT_NEAR(srgb_to_linear(0.5f), 0.2140411f, 1e-6f);
    EXPECT_NEAR(srgb_to_linear(0.04f), 0.04f / 12.92f, 1e-8f);
    EXPECT_NEAR(linear_to_srgb(0.5f), 0.7353570f, 1e-6f);
    for (int code = 0; code < 65536; ++code) {
        const float v = static_cast<float>(code) / 65535.0f;
        ASSERT_NEAR(linear_to_srgb(srgb_to_linear(v)), v, 1e-6f) << code;
    }
}

TEST(Resample, ColoursAreAveragedAsLight) {
    Image chequer = random_image(64, 64, false);
    for (std::size_t i = 0; i < chequer.rgb.size(); ++i) {
        chequer.rgb[i] = static_cast<float>((i % 64 + i / 64) % 2);
    }
    const Image light = resample(chequer, 16, 16, Sampling::kSrgb, {true, true});
    const Image numbers = resample(chequer, 16, 16, Sampling::kLinear, {true, true});
    for (const float v : light.rgb) EXPECT_NEAR(v, linear_to_srgb(0.5f), 1e-3f);
    for (const float v : numbers.rgb) EXPECT_NEAR(v, 0.5f, 1e-3f);
}

TEST(Resample, NormalsStayUnitAndBitsStay) {
    Image normals = random_image(40, 30, false);
    renormalise(normals.rgb);
    normals.bits = 16;
    for (const int size : {17, 30, 90}) {
        const Image out = resample(normals, size, size, Sampling::kNormal);
        EXPECT_EQ(out.bits, 16);
        const std::size_t pixels = out.pixels();
        for (std::size_t i = 0; i < pixels; ++i) {
            double squares = 0.0;
            for (std::size_t c = 0; c < 3; ++c) {
                const double v = 2.0 * static_cast<double>(out.rgb[c * pixels + i]) - 1.0;
                squares += v * v;
            }
            ASSERT_NEAR(squares, 1.0, 1e-5);
        }
    }
    std::vector<float> nothing{0.5f, 0.5f, 0.5f};
    renormalise(nothing);
    EXPECT_EQ(nothing, (std::vector<float>{0.5f, 0.5f, 1.0f}));
}

TEST(Resample, WrappedIsThatOfTheRolledPicture) {
    const Image image = random_image(32, 24, true);
    for (const Sampling sampling : {Sampling::kSrgb, Sampling::kLinear}) {
        const Image a = rolled(resample(image, 16, 12, sampling, {true, true}), 5, 3);
        const Image b = resample(rolled(image, 10, 6), 16, 12, sampling, {true, true});
        for (std::size_t i = 0; i < a.rgb.size(); ++i) ASSERT_NEAR(a.rgb[i], b.rgb[i], 1e-4f);
    }
}

TEST(MipChain, EndsAtOnePixelWithTheMean) {
    for (const auto& [width, height] : {std::pair{64, 32}, {37, 11}, {1, 5}}) {
        const Image image = random_image(width, height, false);
        const auto chain = mip_chain(image, Sampling::kLinear);
        ASSERT_FALSE(chain.empty());
        int w = width;
        int h = height;
        for (const Image& level : chain) {
            w = std::max(1, w / 2);
            h = std::max(1, h / 2);
            EXPECT_EQ(level.width, w);
            EXPECT_EQ(level.height, h);
        }
        EXPECT_EQ(w * h, 1);
        double mean = 0.0;
        for (std::size_t i = 0; i < image.pixels(); ++i) {
            mean += static_cast<double>(image.rgb[i]) / static_cast<double>(image.pixels());
        }
        EXPECT_NEAR(static_cast<double>(chain.back().rgb[0]), mean, 1e-5) << width;
    }
    EXPECT_TRUE(mip_chain(random_image(1, 1, false), Sampling::kSrgb).empty());
}

// A red disc on transparent green: no level shows green where anything is to be seen, nor beside
// it.
TEST(MipChain, DoesNotFringe) {
    Image image;
    image.width = image.height = 64;
    image.rgb.assign(3 * 64 * 64, 0.0f);
    image.alpha.assign(64 * 64, 0.0f);
    for (std::size_t i = 0; i < 64 * 64; ++i) {
        const double x = static_cast<double>(i % 64) - 31.5;
        const double y = static_cast<double>(i / 64) - 31.5;
        const bool inside = x * x + y * y < 400.0;
        image.alpha[i] = inside ? 1.0f : 0.0f;
        image.rgb[i + (inside ? 0 : 64 * 64)] = 0.8f;
    }
    for (const Image& level : mip_chain(image, Sampling::kSrgb)) {
        for (std::size_t i = 0; i < level.pixels(); ++i) {
            EXPECT_NEAR(level.rgb[i], 0.8f, 1e-4f) << level.width;
            EXPECT_NEAR(level.rgb[level.pixels() + i], 0.0f, 1e-4f) << level.width;
        }
    }
}

TEST(Bleed, FillsWhatIsNotCoveredAndNothingElse) {
    Image image = random_image(45, 31, false);
    std::vector<float> covered(image.pixels(), 0.0f);
    for (std::size_t i = 0; i < covered.size(); ++i) {
        const bool in = i % 45 > 10 && i % 45 < 20 && i / 45 > 5 && i / 45 < 20;
        covered[i] = in ? 1.0f : 0.0f;
        if (!in) continue;
        for (std::size_t c = 0; c < 3; ++c) image.rgb[c * covered.size() + i] = 0.25f;
    }
    std::vector<float> filled = image.rgb;
    bleed_colors(filled, covered, 45, 31);
    for (const float v : filled) ASSERT_NEAR(v, 0.25f, 1e-5f);
    // Nothing to take from, and nothing to fill.
    filled = image.rgb;
    bleed_colors(filled, std::vector<float>(covered.size(), 0.0f), 45, 31);
    EXPECT_EQ(filled, image.rgb);
    bleed_colors(filled, std::vector<float>(covered.size(), 1.0f), 45, 31);
    EXPECT_EQ(filled, image.rgb);
}

TEST(Bleed, TakesTheColoursNearBy) {
    // Dark left, light right, the middle open; with wrapping the outer columns meet too.
    std::vector<float> plane(32 * 8);
    std::vector<float> covered(plane.size());
    for (std::size_t i = 0; i < plane.size(); ++i) {
        const std::size_t x = i % 32;
        plane[i] = x < 16 ? 0.0f : 1.0f;
        covered[i] = x < 8 || x >= 24 ? 1.0f : 0.0f;
    }
    std::vector<float> filled = plane;
    bleed_colors(filled, covered, 32, 8);
    for (std::size_t y = 0; y < 8; ++y) {
        EXPECT_LT(filled[y * 32 + 9], 0.2f);
        EXPECT_GT(filled[y * 32 + 22], 0.8f);
        EXPECT_NEAR(filled[y * 32 + 15] + filled[y * 32 + 16], 1.0f, 1e-5f);
        EXPECT_EQ(filled[y * 32], 0.0f);
        EXPECT_EQ(filled[y * 32 + 31], 1.0f);
    }
}

TEST(Blur, IsTheGaussianOfItsDefinition) {
    std::vector<float> plane(41 * 41, 0.0f);
    plane[20 * 41 + 20] = 1.0f;
    const auto out = gaussian_blur(plane, 41, 41, 2.0f);
    const double middle = static_cast<double>(out[20 * 41 + 20]);
    EXPECT_NEAR(middle, 1.0 / (2.0 * 3.14159265 * 4.0), 5e-4);
    EXPECT_NEAR(static_cast<double>(out[20 * 41 + 22]) / middle, std::exp(-0.5), 1e-3);
    EXPECT_NEAR(static_cast<double>(out[18 * 41 + 18]) / middle, std::exp(-1.0), 1e-3);
    // A constant stays one, also at the edges; so does its high-pass, 0.
    for (const Wrap wrap : {Wrap{}, Wrap{true, false}, Wrap{true, true}}) {
        const std::vector<float> grey(5 * 90, 0.7f);
        for (const float v : gaussian_blur(grey, 5, 90, 6.0f, wrap)) ASSERT_NEAR(v, 0.7f, 1e-5f);
        for (const float v : high_pass(grey, 5, 90, 6.0f, wrap)) ASSERT_NEAR(v, 0.0f, 1e-5f);
    }
}

TEST(Blur, WrappedIsThatOfTheRolledPicture) {
    Image image = random_image(23, 19, false);
    image.rgb.resize(image.pixels());
    for (const float sigma : {0.7f, 3.0f, 20.0f}) {
        Image blurred = image;
        blurred.rgb = gaussian_blur(image.rgb, 23, 19, sigma, {true, true});
        const Image a = rolled(blurred, 7, 11);
        const auto b = gaussian_blur(rolled(image, 7, 11).rgb, 23, 19, sigma, {true, true});
        for (std::size_t i = 0; i < b.size(); ++i) ASSERT_NEAR(a.rgb[i], b[i], 1e-6f);
    }
}

}  // namespace
}  // namespace impasto
