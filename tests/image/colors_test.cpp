// Luminance of one picture, colours of another.
#include "image/colors.h"

#include <gtest/gtest.h>

#include <cmath>

#include "picture_files.h"

namespace impasto {
namespace {

using testing::random_image;

float luma(const Image& image, std::size_t i) {
    const std::size_t n = image.pixels();
    return 0.299f * image.rgb[i] + 0.587f * image.rgb[n + i] + 0.114f * image.rgb[2 * n + i];
}

TEST(Colors, LuminanceOfTheResultHueOfTheContent) {
    const Image result = random_image(20, 10, false, 1);
    const Image content = random_image(20, 10, true, 2);
    const auto out = keep_content_colors(result, content);
    ASSERT_TRUE(out);
    EXPECT_EQ(out->alpha, content.alpha);
    const std::size_t n = out->pixels();
    for (std::size_t i = 0; i < n; ++i) {
        EXPECT_NEAR(luma(*out, i), luma(result, i), 1e-5f);
        // The chroma is content's, times one factor in [0, 1].
        const float r = out->rgb[i] - luma(*out, i);
        const float b = out->rgb[2 * n + i] - luma(*out, i);
        const float content_r = content.rgb[i] - luma(content, i);
        const float content_b = content.rgb[2 * n + i] - luma(content, i);
        EXPECT_NEAR(r * content_b, b * content_r, 1e-5f);
        EXPECT_LE(std::abs(r), std::abs(content_r) + 1e-5f);
        EXPECT_GE(r * content_r, -1e-6f);
        for (std::size_t c = 0; c < 3; ++c) {
            EXPECT_GE(out->rgb[c * n + i], -1e-5f);
            EXPECT_LE(out->rgb[c * n + i], 1.0f + 1e-5f);
        }
    }
}

TEST(Colors, ItsOwnColoursChangeNothing) {
    const Image image = random_image(20, 10, false);
    const auto out = keep_content_colors(image, image);
    ASSERT_TRUE(out);
    for (std::size_t i = 0; i < image.rgb.size(); ++i) {
        EXPECT_NEAR(out->rgb[i], image.rgb[i], 1e-5f);
    }
}

TEST(Colors, ValuesFarOutsideGiveBlackAndWhite) {
    Image result = random_image(2, 1, false);
    result.rgb = {9, -9, 9, -9, 9, -9};
    const auto out = keep_content_colors(result, random_image(2, 1, false, 3));
    ASSERT_TRUE(out);
    for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(out->rgb[i], i % 2 == 0 ? 1 : 0, 1e-5f);
}

TEST(Colors, TwoSizesAreAnError) {
    const auto out = keep_content_colors(random_image(2, 3, false), random_image(3, 2, false));
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace impasto
