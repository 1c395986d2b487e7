// Files of 16 bit and of one channel.
#include <gtest/gtest.h>

#include "image/load.h"
#include "image/png_check.h"
#include "image/save.h"
#include "picture_files.h"

namespace impasto {
namespace {

using testing::Folder;
using testing::random_image;

// Random codes of as many bits.
Image random_samples(int width, int height, bool alpha, SampleFormat format) {
    Image image = random_image(width, height, alpha, 3);
    testing::Random random(99);
    const std::uint32_t codes = format.bits == 16 ? 65536 : 256;
    const auto fill = [&](std::vector<float>& planes) {
        for (float& v : planes) {
            v = static_cast<float>(random.next() % codes) / static_cast<float>(codes - 1);
        }
    };
    fill(image.rgb);
    fill(image.alpha);
    if (!format.grey) return image;
    const std::size_t pixels = image.pixels();
    for (std::size_t i = pixels; i < 3 * pixels; ++i) image.rgb[i] = image.rgb[i - pixels];
    return image;
}

TEST(SampleFormat, PngRoundTripIsExact) {
    const Folder folder;
    for (const SampleFormat format : {SampleFormat{8, false}, {8, true}, {16, false}, {16, true}}) {
        for (const bool alpha : {false, true}) {
            for (const auto& [width, height] : {std::pair{37, 23}, {1, 1}, {1, 300}}) {
                const Image image = random_samples(width, height, alpha, format);
                const std::vector<PngText> texts{{"Comment", "round"}};
                ASSERT_TRUE(save_image(folder / "x.png", image, texts, format));
                std::vector<PngText> read;
                const auto loaded = load_image(folder / "x.png", &read);
                ASSERT_TRUE(loaded) << loaded.error().message;
                EXPECT_EQ(loaded->rgb, image.rgb);
                EXPECT_EQ(loaded->alpha, image.alpha);
                EXPECT_EQ(loaded->bits, format.bits);
                EXPECT_EQ(loaded->grey, format.grey);
                EXPECT_EQ(read, texts);
            }
        }
    }
}

TEST(SampleFormat, SmoothRampsOf16BitAreFilteredWell) {
    Image ramp = testing::ramp_image(256, 256);
    const auto bytes = encode_png(ramp, {}, {16, false});
    ASSERT_TRUE(bytes);
    EXPECT_TRUE(check_png(*bytes));
    EXPECT_LT(bytes->size(), 256u * 256u * 6u / 10u);
}

TEST(SampleFormat, JpegHas8BitAndIsGreyToo) {
    const Folder folder;
    Image ramp = testing::ramp_image(64, 48);
    ASSERT_TRUE(save_image(folder / "x.jpg", ramp, {}, {8, true}));
    const auto loaded = load_image(folder / "x.jpg");
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->bits, 8);
    const std::size_t pixels = ramp.pixels();
    for (std::size_t i = 0; i < 3 * pixels; ++i) {
        ASSERT_NEAR(loaded->rgb[i], ramp.rgb[i % pixels], 4.0f / 255.0f);
    }
    for (const SampleFormat format : {SampleFormat{16, false}, {12, false}}) {
        const Status status = save_image(folder / "y.jpg", ramp, {}, format);
        ASSERT_FALSE(status);
        EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    }
    EXPECT_EQ(folder.files(), 1);
}

}  // namespace
}  // namespace impasto
