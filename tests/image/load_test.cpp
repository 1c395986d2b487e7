// Every kind of JPEG and PNG, and every kind of file that is neither or is broken.
#include "image/load.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "image/encode.h"
#include "picture_files.h"

namespace impasto {
namespace {

using namespace std::string_view_literals;
using testing::Bytes;
using testing::bytes_of;
using testing::fixture;
using testing::fixture_path;
using testing::Folder;
using testing::Random;
using testing::random_image;

constexpr int kWidth = 17;  // of the PNG fixtures, see make_fixtures.py
constexpr int kHeight = 11;

// expected(x, y, c) in [0, 1], c = 3 for alpha.
void expect_pixels(const Image& image, float tolerance,
                   const std::function<float(int, int, int)>& expected) {
    ASSERT_EQ(image.rgb.size(), 3 * image.pixels());
    for (int c = 0; c < (image.alpha.empty() ? 3 : 4); ++c) {
        const float* plane =
            c == 3 ? image.alpha.data() : &image.rgb[static_cast<std::size_t>(c) * image.pixels()];
        for (int y = 0; y < image.height; ++y) {
            for (int x = 0; x < image.width; ++x) {
                ASSERT_NEAR(plane[y * image.width + x], expected(x, y, c), tolerance)
                    << "channel " << c << " at " << x << ", " << y;
            }
        }
    }
}

void expect_png(const std::string& name, bool alpha,
                const std::function<float(int, int, int)>& expected) {
    SCOPED_TRACE(name);
    const auto image = load_image(fixture_path(name));
    ASSERT_TRUE(image) << image.error().message;
    ASSERT_EQ(image->width, kWidth);
    ASSERT_EQ(image->height, kHeight);
    EXPECT_EQ(image->alpha.empty(), !alpha);
    expect_pixels(*image, 1e-6f, expected);
}

// The load must fail, with one line that names the file and holds `what`.
void expect_error(const Bytes& bytes, std::string_view what, ErrorCode code = ErrorCode::kInput) {
    const auto image = load_image_from_memory(bytes, "some.file");
    ASSERT_FALSE(image) << what;
    EXPECT_EQ(image.error().code, code);
    EXPECT_NE(image.error().message.find(what), std::string::npos) << image.error().message;
    EXPECT_NE(image.error().message.find("'some.file'"), std::string::npos);
    EXPECT_EQ(image.error().message.find('\n'), std::string::npos);
}

TEST(Load, PngOf16BitKeepsItsPrecision) {
    const auto wide = [](int x, int y, int c) {
        return static_cast<float>((x * 3001 + y * 257 + c * 777) % 65536) / 65535.0f;
    };
    expect_png("rgb16.png", false, wide);
    expect_png("rgba16.png", true, wide);
    expect_png("grey16.png", false, [&](int x, int y, int) { return wide(x, y, 0); });
}

TEST(Load, PngGrey) {
    expect_png("grey.png", false, [](int x, int, int) { return static_cast<float>(x * 15) / 255; });
    expect_png("grey1.png", false, [](int x, int, int) { return x * 15 > 100 ? 1.0f : 0.0f; });
}

TEST(Load, PngGreyAndAlpha) {
    expect_png("grey_alpha.png", true, [](int x, int y, int c) {
        return static_cast<float>(c == 3 ? 255 - y * 20 : x * 15) / 255;
    });
}

TEST(Load, PngPalette) {
    const auto color = [](int x, int y, int c) {
        constexpr int kPalette[4][4] = {
            {255, 0, 0, 255}, {0, 255, 0, 128}, {0, 0, 255, 0}, {40, 80, 120, 255}};
        return static_cast<float>(kPalette[(x + y) % 4][c]) / 255;
    };
    expect_png("palette.png", false, color);
    expect_png("palette_alpha.png", true, color);
}

TEST(Load, PngOrientationFromExifChunk) {
    const auto image = load_image(fixture_path("exif6.png"));
    ASSERT_TRUE(image) << image.error().message;
    ASSERT_EQ(image->width, kHeight);
    ASSERT_EQ(image->height, kWidth);
    expect_pixels(*image, 1e-6f, [](int, int y, int) { return static_cast<float>(y * 15) / 255; });
}

TEST(Load, Jpeg) {
    for (const char* name : {"baseline.jpg", "progressive.jpg", "cmyk.jpg"}) {
        SCOPED_TRACE(name);
        const auto image = load_image(fixture_path(name));
        ASSERT_TRUE(image) << image.error().message;
        ASSERT_EQ(image->width, 48);
        ASSERT_EQ(image->height, 40);
        EXPECT_TRUE(image->alpha.empty());
        expect_pixels(*image, 10.0f / 255.0f, [](int x, int y, int c) {
            return static_cast<float>(c == 0 ? x * 5 : c == 1 ? y * 6 : 128) / 255.0f;
        });
    }
}

TEST(Load, JpegGrey) {
    const auto image = load_image(fixture_path("grey.jpg"));
    ASSERT_TRUE(image) << image.error().message;
    expect_pixels(*image, 4.0f / 255.0f, [](int x, int y, int) {
        return (0.299f * static_cast<float>(x * 5) + 0.587f * static_cast<float>(y * 6) +
                0.114f * 128.0f) /
               255.0f;
    });
}

TEST(Load, OpaqueAlphaIsDropped) {
    Image image = random_image(5, 4, true);
    for (float& a : image.alpha) a = 1.0f;
    const auto loaded = load_image_from_memory(*encode_png(image), "x");
    ASSERT_TRUE(loaded);
    EXPECT_TRUE(loaded->alpha.empty());
}

TEST(Load, ThinAndTinyPictures) {
    for (const auto& [width, height] : {std::pair{1, 1}, {30000, 3}, {3, 30000}}) {
        const Image image = random_image(width, height, false);
        const auto loaded = load_image_from_memory(*encode_png(image), "x");
        ASSERT_TRUE(loaded) << loaded.error().message;
        EXPECT_EQ(loaded->width, width);
        EXPECT_EQ(loaded->rgb, image.rgb);
        EXPECT_TRUE(load_image_from_memory(*encode_jpeg(image), "x"));
    }
}

TEST(Load, JunkAfterTheEndIsTolerated) {
    for (const char* name : {"baseline.jpg", "progressive.jpg", "grey.png"}) {
        Bytes bytes = fixture(name);
        const Bytes junk = bytes_of("\xFF\xD8 a preview \0\0\xFF"sv);
        bytes.insert(bytes.end(), junk.begin(), junk.end());
        EXPECT_TRUE(load_image_from_memory(bytes, name)) << name;
    }
}

TEST(Load, FillBytesBeforeMarkersAreTolerated) {
    Bytes bytes = fixture("progressive.jpg");
    bytes.insert(bytes.end() - 2, 3, std::byte{0xFF});
    EXPECT_TRUE(load_image_from_memory(bytes, "x"));
}

TEST(Load, TruncatedAtEveryLengthIsAnError) {
    for (const char* name : {"baseline.jpg", "progressive.jpg", "grey.jpg", "rgb16.png",
                             "palette_alpha.png", "exif6.png"}) {
        const Bytes bytes = fixture(name);
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            const auto image = load_image_from_memory(std::span(bytes).first(length), "short.file");
            ASSERT_FALSE(image) << name << " cut to " << length;
            EXPECT_EQ(image.error().code, ErrorCode::kInput);
            if (length >= 12) {
                EXPECT_NE(image.error().message.find("truncated"), std::string::npos)
                    << name << " cut to " << length << ": " << image.error().message;
            }
        }
    }
}

// Damage may go unseen in a JPEG; it must not crash, hang or leave the picture's own bounds.
TEST(Load, RandomDamageNeverCrashes) {
    Random random(2463534242U);
    for (const char* name :
         {"baseline.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg", "rgb16.png", "palette.png"}) {
        const Bytes whole = fixture(name);
        for (int round = 0; round < 1500; ++round) {
            Bytes bytes = whole;
            for (std::uint32_t n = random.next() % 4 + 1; n > 0; --n) {
                bytes[random.next() % bytes.size()] = static_cast<std::byte>(random.next() >> 8);
            }
            const auto image = load_image_from_memory(bytes, name);
            if (image) {
                EXPECT_EQ(image->rgb.size(), 3 * image->pixels());
            }
        }
    }
}

TEST(Load, EveryWrongByteOfAPngIsSeen) {
    const Bytes whole = fixture("grey_alpha.png");
    for (std::size_t at = 0; at < whole.size(); ++at) {
        Bytes bytes = whole;
        bytes[at] ^= std::byte{0x10};
        EXPECT_FALSE(load_image_from_memory(bytes, "x")) << "byte " << at;
    }
}

TEST(Load, JpegThatLacksAChannelIsAnError) {
    Bytes bytes = fixture("baseline.jpg");
    // The scan's header names three channels; the third becomes the second once more.
    const Bytes marker = bytes_of("\xFF\xDA"sv);
    const auto sos = std::search(bytes.begin(), bytes.end(), marker.begin(), marker.end());
    ASSERT_NE(sos, bytes.end());
    sos[9] = sos[7];
    expect_error(bytes, "channel 3 of 3 has no data");
}

TEST(Load, HuffmanTableThatOverflowsIsAnError) {
    Bytes bytes = fixture("baseline.jpg");
    Bytes table = bytes_of("\xFF\xC4\x01\x3C\x00\xFF\x2A"sv);  // 255 + 42 codes
    table.resize(2 + 0x13C);
    bytes.insert(bytes.begin() + 2, table.begin(), table.end());
    expect_error(bytes, "Huffman");
}

TEST(Load, AbsurdSizesAreRefusedBeforeAnythingIsAllocated) {
    Bytes jpeg = fixture("baseline.jpg");
    const Bytes sof = bytes_of("\xFF\xC0"sv);
    const auto frame = std::search(jpeg.begin(), jpeg.end(), sof.begin(), sof.end());
    ASSERT_NE(frame, jpeg.end());
    for (std::ptrdiff_t i = 5; i < 9; ++i) frame[i] = std::byte{0xFE};
    expect_error(jpeg, "far more than");

    Bytes png = bytes_of("\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF"sv);
    const Bytes rest = bytes_of("\x08\x02\0\0\0\xA4\xEC\x23\x6C\0\0\0\0IEND\xAE\x42\x60\x82"sv);
    png.insert(png.end(), rest.begin(), rest.end());
    const auto image = load_image_from_memory(png, "x");
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().code, ErrorCode::kInput);
}

TEST(Load, OtherKindsOfFilesAreNamed) {
    expect_error(bytes_of("RIFF\x10\0\0\0WEBPVP8 "sv), "WebP");
    expect_error(bytes_of("GIF89a\1\0\1\0"sv), "GIF");
    expect_error(bytes_of("\0\0\0\x18"
                          "ftypheic\0\0\0\0"sv),
                 "HEIC");
    expect_error(bytes_of("\0\0\0\x1C"
                          "ftypavif"sv),
                 "AVIF");
    expect_error(bytes_of("II*\0\x08\0\0\0"sv), "TIFF");
    expect_error(bytes_of("v/1\x01\x02\0\0\0"sv), "OpenEXR");
    expect_error(bytes_of("%PDF-1.7\n"sv), "PDF");
    expect_error(bytes_of("hello, world\n"sv), "text");
    expect_error(bytes_of("BMs are heavy\n"sv), "text");
    expect_error(bytes_of("BM\x36\0\0\0\0\0"sv), "BMP");
    expect_error(bytes_of("<?xml version=\"1.0\"?><svg>"sv), "SVG");
    expect_error(bytes_of("\x01\x02\x03\x04"sv), "not a picture");
    expect_error({}, "empty");
}

TEST(Load, UnsupportedJpegsAreNamed) {
    Bytes bytes = fixture("baseline.jpg");
    const Bytes sof = bytes_of("\xFF\xC0"sv);
    const auto frame = std::search(bytes.begin(), bytes.end(), sof.begin(), sof.end());
    frame[1] = std::byte{0xC9};
    expect_error(bytes, "arithmetic");
    frame[1] = std::byte{0xC3};
    expect_error(bytes, "lossless");
    frame[1] = std::byte{0xC1};
    frame[4] = std::byte{12};
    expect_error(bytes, "12 bits");

    Bytes cmyk = fixture("cmyk.jpg");
    cmyk[6] = std::byte{'a'};  // "Adobe" no more
    expect_error(cmyk, "CMYK");
}

TEST(Load, MissingFilesFoldersAndEmptyFiles) {
    const Folder folder;
    const auto expect_file_error = [](const std::filesystem::path& path, std::string_view what) {
        const auto image = load_image(path);
        ASSERT_FALSE(image);
        EXPECT_EQ(image.error().code, ErrorCode::kInput);
        EXPECT_NE(image.error().message.find(what), std::string::npos) << image.error().message;
        EXPECT_NE(image.error().message.find(path.filename().string()), std::string::npos);
    };
    expect_file_error(folder / "none.jpg", "no such file");
    expect_file_error(folder / "", "folder");
    testing::write_bytes(folder / "empty.png", {});
    expect_file_error(folder / "empty.png", "empty");
    testing::write_bytes(folder / "text.jpg", bytes_of("just words"));
    expect_file_error(folder / "text.jpg", "text");
    testing::write_bytes(folder / "long.jpg", Bytes(100000, std::byte{'a'}));
    expect_file_error(folder / "long.jpg", "text");
}

TEST(Load, FileNamesBeyondAscii) {
    const Folder folder;
    const auto path = folder / "" / std::filesystem::path(u8"Öl und 水彩.png");
    testing::write_bytes(path, fixture("grey.png"));
    EXPECT_TRUE(load_image(path));
}

TEST(Load, RealPictures) {
    const char* root = std::getenv("IMPASTO_TEST_IMAGES");
    if (root == nullptr) GTEST_SKIP() << "IMPASTO_TEST_IMAGES names no folder of pictures";
    int pictures = 0;
    for (const char* kind : {"content", "style"}) {
        for (const auto& entry :
             std::filesystem::directory_iterator(std::filesystem::path(root) / kind)) {
            const auto image = load_image(entry.path());
            ASSERT_TRUE(image) << image.error().message;
            EXPECT_GT(image->width, 64);
            EXPECT_GT(image->height, 64);
            Bytes bytes = testing::read_bytes(entry.path());
            bytes.resize(bytes.size() * 3 / 4);
            EXPECT_FALSE(load_image_from_memory(bytes, "cut")) << entry.path();
            ++pictures;
        }
    }
    EXPECT_GT(pictures, 0);
}

}  // namespace
}  // namespace impasto
