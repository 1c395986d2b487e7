// EXIF's eight orientations, through whole JPEG files, and damaged notes.
#include <gtest/gtest.h>

#include "image/encode.h"
#include "image/exif_orientation.h"
#include "image/load.h"
#include "image/orient.h"
#include "picture_files.h"

namespace impasto {
namespace {

using namespace std::string_view_literals;
using testing::Bytes;
using testing::bytes_of;

// A TIFF block with one entry: Orientation, SHORT.
Bytes tiff_with(int orientation, bool little) {
    Bytes tiff = little ? bytes_of("II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0?\0\0\0\0\0\0\0"sv)
                        : bytes_of("MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0?\0\0\0\0\0\0"sv);
    tiff[little ? 18 : 19] = static_cast<std::byte>(orientation);
    return tiff;
}

Bytes with_exif(const Bytes& jpeg, const Bytes& tiff) {
    const std::size_t length = 2 + 6 + tiff.size();
    std::string out = "\xFF\xD8\xFF\xE1";
    out += static_cast<char>(length >> 8);
    out += static_cast<char>(length);
    out += "Exif\0\0"sv;
    out.append(reinterpret_cast<const char*>(tiff.data()), tiff.size());
    out.append(reinterpret_cast<const char*>(jpeg.data()) + 2, jpeg.size() - 2);
    return bytes_of(out);
}

// The table of EXIF 2.3, 4.6.4: where the pixel (x, y) of the upright picture lies in the file.
std::pair<int, int> stored_at(int orientation, int x, int y, int width, int height) {
    switch (orientation) {
        case 2:
            return {width - 1 - x, y};
        case 3:
            return {width - 1 - x, height - 1 - y};
        case 4:
            return {x, height - 1 - y};
        case 5:
            return {y, x};
        case 6:
            return {y, height - 1 - x};
        case 7:
            return {width - 1 - y, height - 1 - x};
        case 8:
            return {width - 1 - y, x};
        default:
            return {x, y};
    }
}

TEST(Orientation, AllEightInJpegFiles) {
    const Bytes jpeg = *encode_jpeg(testing::ramp_image(19, 13));
    const auto stored = load_image_from_memory(jpeg, "plain");
    ASSERT_TRUE(stored);
    for (int orientation = 1; orientation <= 8; ++orientation) {
        for (const bool little : {false, true}) {
            SCOPED_TRACE(orientation);
            const auto image =
                load_image_from_memory(with_exif(jpeg, tiff_with(orientation, little)), "turned");
            ASSERT_TRUE(image) << image.error().message;
            ASSERT_EQ(image->width, orientation >= 5 ? 13 : 19);
            ASSERT_EQ(image->height, orientation >= 5 ? 19 : 13);
            for (int i = 0; i < 3 * 19 * 13; ++i) {
                const int x = i % image->width;
                const int y = i / image->width % image->height;
                const int c = i / (19 * 13);
                const auto [from_x, from_y] = stored_at(orientation, x, y, 19, 13);
                const auto from = static_cast<std::size_t>((c * 13 + from_y) * 19 + from_x);
                ASSERT_EQ(image->rgb[static_cast<std::size_t>(i)], stored->rgb[from]);
            }
        }
    }
}

TEST(Orientation, AlphaTurnsAlong) {
    const Image image = testing::random_image(4, 3, true);
    const Image turned = apply_orientation(image, 6);
    EXPECT_EQ(turned.alpha[0], image.alpha[2 * 4]);
    EXPECT_EQ(apply_orientation(turned, 8).alpha, image.alpha);
    EXPECT_EQ(apply_orientation(turned, 8).rgb, image.rgb);
}

TEST(Orientation, DamagedNotesAreUpright) {
    for (const int value : {0, 9, 255}) EXPECT_EQ(exif_orientation(tiff_with(value, true)), 1);
    for (const bool little : {false, true}) {
        const Bytes whole = tiff_with(6, little);
        EXPECT_EQ(exif_orientation(whole), 6);
        for (std::size_t length = 0; length < 20; ++length) {
            EXPECT_EQ(exif_orientation(std::span(whole).first(length)), 1) << length;
        }
        testing::Random random(99);
        for (int round = 0; round < 5000; ++round) {
            Bytes bytes = whole;
            bytes[random.next() % bytes.size()] = static_cast<std::byte>(random.next() >> 8);
            const int orientation = exif_orientation(bytes);
            EXPECT_TRUE(orientation >= 1 && orientation <= 8);
        }
    }
    // A directory far outside.
    EXPECT_EQ(exif_orientation(bytes_of("II*\0\xFF\xFF\xFF\xFF"sv)), 1);
    EXPECT_EQ(exif_orientation({}), 1);
}

}  // namespace
}  // namespace impasto
