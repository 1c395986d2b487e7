#include "nn/texels.h"

#include <bit>
#include <cmath>
#include <span>

#include "base/float16.h"
#include "gpu/texture.h"
#include "image/colors.h"
#include "image/texels.h"
#include "nn/workbench.h"
#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

class Texels : public testing::GpuFormTest {};

double linear(double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); }
double encoded(double v) {
    return v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}

// Channel c of texel i as it is stored, in [0, 1].
double stored(TexelFormat format, const std::vector<float>& words, std::size_t i, std::size_t c) {
    const auto word = [&](std::size_t at) { return std::bit_cast<std::uint32_t>(words[at]); };
    switch (format) {
        case TexelFormat::kRgba8:
            return static_cast<double>(word(i) >> (8 * c) & 0xff) / 255;
        case TexelFormat::kRgba16f: {
            const std::uint32_t two = word(2 * i + c / 2);
            return static_cast<double>(
                half_to_float(static_cast<std::uint16_t>(c % 2 == 0 ? two : two >> 16)));
        }
        default:
            return static_cast<double>(words[4 * i + c]);
    }
}

// What rounding to the format, and pow() of the device, explain.
double bound(TexelFormat format) {
    return format == TexelFormat::kRgba8     ? 0.5 / 255 + 1e-5
           : format == TexelFormat::kRgba16f ? 0x1p-11 + 1e-5
                                             : 1e-5;
}

constexpr TexelFormat kFormats[] = {TexelFormat::kRgba8, TexelFormat::kRgba16f,
                                    TexelFormat::kRgba32f};

TEST_P(Texels, EqualTheReferenceAtEveryLevel) {
    for (const TexelFormat format : kFormats) {
        for (const auto& [width, height] :
             {std::pair<std::uint32_t, std::uint32_t>{1, 1}, {7, 5}, {130, 33}, {1, 70}}) {
            SCOPED_TRACE(std::to_string(width) + "x" + std::to_string(height) + " " +
                         std::to_string(static_cast<int>(format)));
            const std::size_t pixels = std::size_t{width} * height;
            const std::uint32_t levels = gpu::mip_levels(width, height);
            std::vector<float> picture = testing::Numbers(5).floats(3 * pixels, -0.2, 1.2);
            picture[0] = std::nanf("");
            const std::vector<float> alpha = testing::Numbers(6).floats(pixels, 0.0, 1.0);
            Workbench bench(stream());
            const auto from = bench.input(picture);
            const auto mask = bench.input(alpha);
            const auto to = bench.output(texels_size(format, width, height, levels));
            ASSERT_TRUE(bench.run(
                [&](gpu::Program& program) {
                    record_texels(program, format, bench[from], nullptr, &bench[mask], width,
                                  height, levels, bench[to]);
                },
                2));
            EXPECT_EQ(bench.complaint(), "");
            const std::vector<float>& words = bench.result(to);
            const bool bytes = format == TexelFormat::kRgba8;
            for (std::size_t i = 0; i < pixels; ++i) {
                for (std::size_t c = 0; c < 4; ++c) {
                    const float given = c < 3 ? picture[c * pixels + i] : alpha[i];
                    const double v = given > 0 ? std::min(static_cast<double>(given), 1.0) : 0.0;
                    ASSERT_NEAR(stored(format, words, i, c), bytes || c == 3 ? v : linear(v),
                                bound(format));
                }
            }
            // Each level from the one before as it is stored.
            std::size_t above = 0;
            std::size_t begin = pixels;
            for (std::uint32_t level = 1; level < levels; ++level) {
                const std::size_t w = std::max(width >> level, 1u);
                const std::size_t h = std::max(height >> level, 1u);
                const std::size_t w0 = std::max(width >> (level - 1), 1u);
                const std::size_t h0 = std::max(height >> (level - 1), 1u);
                for (std::size_t i = 0; i < w * h; ++i) {
                    for (std::size_t c = 0; c < 4; ++c) {
                        double mean = 0;
                        for (std::size_t k = 0; k < 4; ++k) {
                            const std::size_t x = std::min(2 * (i % w) + k % 2, w0 - 1);
                            const std::size_t y = std::min(2 * (i / w) + k / 2, h0 - 1);
                            const double v = stored(format, words, above + y * w0 + x, c);
                            mean += (bytes && c < 3 ? linear(v) : v) / 4;
                        }
                        ASSERT_NEAR(stored(format, words, begin + i, c),
                                    bytes && c < 3 ? encoded(mean) : mean, bound(format))
                            << level;
                    }
                }
                above = begin;
                begin += w * h;
            }
        }
    }
}

// As the CPU does it for pictures that are saved; and the way back.
TEST_P(Texels, KeepTheContentsColours) {
    constexpr int kWidth = 31;
    constexpr int kHeight = 17;
    Image picture;
    picture.width = kWidth;
    picture.height = kHeight;
    picture.rgb = testing::Numbers(7).floats(3 * picture.pixels(), 0.0, 1.0);
    Image content = picture;
    content.rgb = testing::Numbers(8).floats(3 * picture.pixels(), 0.0, 1.0);
    const auto expected = keep_content_colors(picture, content);
    ASSERT_TRUE(expected);
    for (const TexelFormat format : kFormats) {
        Workbench bench(stream());
        const auto from = bench.input(picture.rgb);
        const auto colors = bench.input(content.rgb);
        const auto to = bench.output(texels_size(format, kWidth, kHeight, 1));
        ASSERT_TRUE(bench.run([&](gpu::Program& program) {
            record_texels(program, format, bench[from], &bench[colors], nullptr, kWidth, kHeight, 1,
                          bench[to]);
        }));
        const Image back =
            image_of_texels(format, kWidth, kHeight, std::as_bytes(std::span(bench.result(to))));
        EXPECT_TRUE(back.alpha.empty());
        // Linear light is steep near black: what a half rounds there shows when it is encoded.
        const float bounds = format == TexelFormat::kRgba8     ? 0.5f / 255 + 1e-5f
                             : format == TexelFormat::kRgba16f ? 1e-3f
                                                               : 2e-5f;
        for (std::size_t i = 0; i < back.rgb.size(); ++i) {
            ASSERT_NEAR(back.rgb[i], std::min(std::max(expected->rgb[i], 0.0f), 1.0f), bounds) << i;
        }
    }
}

IMPASTO_BOTH_FORMS(Texels);

}  // namespace
}  // namespace impasto::nn
