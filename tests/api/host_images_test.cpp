// Images of the host: pictures that come from them, and results that go to them, in every format.
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <mutex>

#include "api/hosted_fixture.h"
#include "base/float16.h"
#include "image/srgb.h"

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::HostedTest;
using impasto::testing::HostVulkan;
using Bytes = std::vector<std::uint8_t>;

struct Format {
    VkFormat format;
    std::uint32_t texel_bytes;
    const char* name;
};
constexpr std::array<Format, 4> kFormats{{{VK_FORMAT_R8G8B8A8_SRGB, 4, "srgb8"},
                                          {VK_FORMAT_R8G8B8A8_UNORM, 4, "unorm8"},
                                          {VK_FORMAT_R16G16B16A16_SFLOAT, 8, "half"},
                                          {VK_FORMAT_R32G32B32A32_SFLOAT, 16, "float"}}};

// What an image of `format` holds of the encoded `value`: a byte, or linear light.
void append(Bytes& texels, const Format& format, float value, bool alpha) {
    const float light = alpha ? value : impasto::srgb_to_linear(value);
    if (format.texel_bytes == 4) {
        texels.push_back(static_cast<std::uint8_t>(std::lround(255 * value)));
        return;
    }
    std::array<std::uint8_t, 4> bytes{};
    const std::uint16_t half = impasto::float_to_half(light);
    const std::size_t size = format.texel_bytes / 4;
    std::memcpy(bytes.data(), size == 2 ? static_cast<const void*>(&half) : &light, size);
    texels.insert(texels.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
}

// What it says: as the header has it, bytes are encoded and floats are light.
float value_of(const Bytes& texels, const Format& format, std::size_t index, bool alpha) {
    if (format.texel_bytes == 4) {
        return static_cast<float>(texels[index]) / 255.0f;
    }
    float light = 0;
    if (format.texel_bytes == 8) {
        std::uint16_t half = 0;
        std::memcpy(&half, texels.data() + 2 * index, 2);
        light = impasto::half_to_float(half);
    } else {
        std::memcpy(&light, texels.data() + 4 * index, 4);
    }
    return alpha ? light : impasto::linear_to_srgb(light);
}

// How far from each other an encoded value and what a format makes of it may be: half a step of a
// byte, or of a half's 11 bits by the encoding's power (relatively; below it is a line, and halves
// are finer there), and of floats their rounding.
float precision(const Format& format) {
    switch (format.texel_bytes) {
        case 4:
            return 0.5f / 255.0f + 1e-6f;
        case 8:
            return 1.055f / 2.4f / 2048.0f + 1e-6f;
        default:
            return 4e-6f;
    }
}

// Layouts of the images that commands of Impasto change, and what it copies to.
struct Layouts {
    std::mutex mutex;
    std::map<VkImage, VkImageLayout> now;
    std::map<VkImage, int> copies;

    static VKAPI_ATTR void VKAPI_CALL barrier(VkCommandBuffer commands, VkPipelineStageFlags from,
                                              VkPipelineStageFlags to, VkDependencyFlags flags,
                                              std::uint32_t memories, const VkMemoryBarrier* memory,
                                              std::uint32_t buffers,
                                              const VkBufferMemoryBarrier* buffer,
                                              std::uint32_t images,
                                              const VkImageMemoryBarrier* image);
    static VKAPI_ATTR void VKAPI_CALL copy(VkCommandBuffer commands, VkBuffer from, VkImage to,
                                           VkImageLayout layout, std::uint32_t count,
                                           const VkBufferImageCopy* regions);
};
Layouts layouts;
PFN_vkCmdPipelineBarrier real_barrier = nullptr;
PFN_vkCmdCopyBufferToImage real_copy = nullptr;

void Layouts::barrier(VkCommandBuffer commands, VkPipelineStageFlags from, VkPipelineStageFlags to,
                      VkDependencyFlags flags, std::uint32_t memories,
                      const VkMemoryBarrier* memory, std::uint32_t buffers,
                      const VkBufferMemoryBarrier* buffer, std::uint32_t images,
                      const VkImageMemoryBarrier* image) {
    for (std::uint32_t i = 0; i < images; ++i) {
        const std::lock_guard lock(layouts.mutex);
        const auto known = layouts.now.find(image[i].image);
        if (known != layouts.now.end() && image[i].oldLayout != VK_IMAGE_LAYOUT_UNDEFINED) {
            EXPECT_EQ(image[i].oldLayout, known->second);
        }
        layouts.now[image[i].image] = image[i].newLayout;
    }
    real_barrier(commands, from, to, flags, memories, memory, buffers, buffer, images, image);
}

void Layouts::copy(VkCommandBuffer commands, VkBuffer from, VkImage to, VkImageLayout layout,
                   std::uint32_t count, const VkBufferImageCopy* regions) {
    {
        const std::lock_guard lock(layouts.mutex);
        ++layouts.copies[to];
        EXPECT_EQ(layout, layouts.now[to]);
    }
    real_copy(commands, from, to, layout, count, regions);
}

class HostImagesTest : public HostedTest {
  protected:
    // What the session commands is seen by `layouts`.
    static void watch(FrameLoop& loop) {
        layouts.now.clear();
        layouts.copies.clear();
        real_barrier = loop.CmdPipelineBarrier;
        real_copy = loop.CmdCopyBufferToImage;
        HostVulkan::replace("vkCmdPipelineBarrier",
                            reinterpret_cast<PFN_vkVoidFunction>(&Layouts::barrier));
        HostVulkan::replace("vkCmdCopyBufferToImage",
                            reinterpret_cast<PFN_vkVoidFunction>(&Layouts::copy));
    }

    // Every value that a byte has, and half transparent on the left.
    static std::vector<float> values(std::uint32_t width, std::uint32_t height) {
        std::vector<float> rgba;
        for (std::size_t i = 0; i < std::size_t{width} * height; ++i) {
            for (std::size_t c = 0; c < 3; ++c) {
                rgba.push_back(static_cast<float>((i * (c + 3) * 7 + i / width * 11) % 256) /
                               255.0f);
            }
            rgba.push_back(i % width < width / 2 ? 0.5f : 1.0f);
        }
        return rgba;
    }
    static Bytes texels_of(const std::vector<float>& rgba, const Format& format) {
        Bytes texels;
        for (std::size_t i = 0; i < rgba.size(); ++i) {
            append(texels, format, rgba[i], i % 4 == 3);
        }
        return texels;
    }
    // The same in memory, to the bit.
    ImpastoImage* picture_of(const Bytes& texels, const Format& format, int width, int height) {
        const std::size_t pixels = static_cast<std::size_t>(width) * height;
        std::vector<float> rgb(3 * pixels);
        std::vector<float> alpha(pixels);
        for (std::size_t i = 0; i < pixels; ++i) {
            for (std::size_t c = 0; c < 3; ++c) {
                rgb[c * pixels + i] = value_of(texels, format, 4 * i + c, false);
            }
            alpha[i] = value_of(texels, format, 4 * i + 3, true);
        }
        ImpastoImage* made = nullptr;
        EXPECT_EQ(impasto_image_create(width, height, rgb.data(), alpha.data(), &made, message_,
                                       sizeof message_),
                  IMPASTO_SUCCESS);
        return made;
    }
    static ImpastoVulkanImage named(const FrameLoop::HostImage& image, const Format& format,
                                    std::uint32_t width, std::uint32_t height,
                                    VkImageLayout layout) {
        ImpastoVulkanImage made{};
        made.struct_size = sizeof made;
        made.image = image.number();
        made.format = format.format;
        made.width = width;
        made.height = height;
        made.layout = layout;
        return made;
    }
    static ImpastoSource source_of(const ImpastoVulkanImage& image) {
        ImpastoSource made{};
        made.struct_size = sizeof made;
        made.vulkan_image = &image;
        return made;
    }
    // The bytes of all levels.
    static Bytes levels_of(FrameLoop& loop, const ImpastoResultImage& result,
                           std::uint32_t texel_bytes) {
        Bytes all;
        for (std::uint32_t level = 0; level < result.mip_levels; ++level) {
            const Bytes one =
                loop.read_image(result.image, std::max(result.width >> level, 1u),
                                std::max(result.height >> level, 1u), level, texel_bytes,
                                static_cast<VkImageLayout>(result.layout));
            all.insert(all.end(), one.begin(), one.end());
        }
        return all;
    }
    static ImpastoResultImage result_of(ImpastoSession* session) {
        ImpastoResultImage result{};
        result.struct_size = sizeof result;
        EXPECT_EQ(impasto_session_result(session, &result), IMPASTO_SUCCESS);
        return result;
    }
};

// Content and style from images are what the same values in memory are: to the same bytes, and what
// the format left of the picture that was put into it is within its precision.
TEST_F(HostImagesTest, PicturesComeFromTheHostsImages) {
    const std::vector<float> of_content = values(60, 44);
    const std::vector<float> of_style = values(48, 50);
    for (const Format& format : kFormats) {
        SCOPED_TRACE(format.name);
        const Bytes content_texels = texels_of(of_content, format);
        const Bytes style_texels = texels_of(of_style, format);
        for (std::size_t i = 0; i < of_content.size(); ++i) {
            const bool alpha = i % 4 == 3;
            ASSERT_NEAR(value_of(content_texels, format, i, alpha), of_content[i],
                        precision(format));
        }
        impasto_image_destroy(content_);
        impasto_image_destroy(style_);
        content_ = picture_of(content_texels, format, 60, 44);
        style_ = picture_of(style_texels, format, 48, 50);
        const std::vector<float> expected = direct_run();

        FrameLoop loop;
        ASSERT_TRUE(loop.open(false, false));
        const auto content_image = loop.make_image(60, 44, format.format, content_texels);
        // From a level of its own.
        const auto style_image = loop.make_image(96, 100, format.format, style_texels, 1);
        constexpr VkImageLayout kSampled = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;
        const ImpastoVulkanImage content_named = named(content_image, format, 60, 44, kSampled);
        ImpastoVulkanImage style_named = named(style_image, format, 96, 100, kSampled);
        style_named.mip_level = 1;
        const ImpastoSource content = source_of(content_named);
        const ImpastoSource style = source_of(style_named);
        ImpastoContext* context = lend(loop.lent());
        ImpastoSession* session = nullptr;
        ASSERT_EQ(impasto_session_create_hosted(context, weights_, &content, &style, 1, &options_,
                                                nullptr, &session, message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
        if (to_the_end(loop, session, 10)) {
            EXPECT_EQ(picture(loop, session), expected);
            // They were left as they were.
            EXPECT_EQ(loop.read_image(content_image.number(), 60, 44, 0, format.texel_bytes),
                      content_texels);
            EXPECT_EQ(loop.read_image(style_image.number(), 48, 50, 1, format.texel_bytes),
                      style_texels);
        }
        loop.wait_idle();
        impasto_session_destroy(session);
        impasto_context_destroy(context);
        loop.destroy(content_image);
        loop.destroy(style_image);
    }
}

// The result in every format is the picture within the format's precision. In an image of the host
// it is the same bytes, of every level; its layout between slices is what was named.
TEST_F(HostImagesTest, ResultsGoToTheHostsImages) {
    struct Case {
        Format format;
        std::uint32_t levels;
        VkImageLayout layout;
    };
    const Case cases[] = {{kFormats[0], 6, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL},
                          {kFormats[1], 1, VK_IMAGE_LAYOUT_GENERAL},
                          {kFormats[2], 6, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL},
                          {kFormats[3], 1, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL}};
    // Values beyond bytes, and an alpha of its own.
    impasto_image_destroy(content_);
    content_ = picture_of(texels_of(values(60, 44), kFormats[3]), kFormats[3], 60, 44);
    for (const Case& one : cases) {
        const Format& format = one.format;
        const std::uint32_t levels = one.levels;
        const VkImageLayout layout = one.layout;
        SCOPED_TRACE(format.name);
        FrameLoop loop;
        ASSERT_TRUE(loop.open(true));
        watch(loop);
        ImpastoContext* context = lend(loop.lent());
        ImpastoHosting hosting{};
        hosting.struct_size = sizeof hosting;
        hosting.format = static_cast<std::uint32_t>(format.format);
        hosting.mips = levels > 1 ? 1 : 0;
        ImpastoSession* session = nullptr;
        ASSERT_EQ(create_hosted(context, &session, &hosting), IMPASTO_SUCCESS) << message_;
        ASSERT_TRUE(to_the_end(loop, session, 10));
        const ImpastoResultImage own = result_of(session);
        EXPECT_EQ(own.format, static_cast<std::uint32_t>(format.format));
        EXPECT_EQ(own.mip_levels, levels);
        EXPECT_EQ(own.layout, static_cast<std::uint32_t>(VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL));
        const std::vector<float> expected = picture(loop, session);
        const Bytes bytes = levels_of(loop, own, format.texel_bytes);
        const std::size_t pixels = std::size_t{60} * 44;
        ASSERT_EQ(expected.size(), 3 * pixels);
        for (std::size_t i = 0; i < pixels; ++i) {
            for (std::size_t c = 0; c < 3; ++c) {
                ASSERT_NEAR(value_of(bytes, format, 4 * i + c, false), expected[c * pixels + i],
                            precision(format))
                    << i;
            }
            ASSERT_NEAR(value_of(bytes, format, 4 * i + 3, true), i % 60 < 30 ? 0.5f : 1.0f,
                        precision(format));
        }
        loop.wait_idle();
        impasto_session_destroy(session);

        const auto image = loop.make_image(60, 44, format.format, levels, layout);
        const ImpastoVulkanImage target = named(image, format, 60, 44, layout);
        hosting = {};
        hosting.struct_size = sizeof hosting;
        hosting.target = &target;
        hosting.target_levels = levels;
        ASSERT_EQ(create_hosted(context, &session, &hosting), IMPASTO_SUCCESS) << message_;
        ImpastoResultImage result = result_of(session);
        EXPECT_EQ(result.image, target.image);
        EXPECT_EQ(result.view, 0u);
        EXPECT_EQ(result.format, target.format);
        EXPECT_EQ(result.layout, static_cast<std::uint32_t>(layout));
        EXPECT_EQ(result.mip_levels, levels);
        EXPECT_EQ(result.ready, 0);
        layouts.now[image.image] = layout;
        ASSERT_TRUE(frames(loop, session, 0.5, [&](const ImpastoSliceReport& report) {
            EXPECT_EQ(layouts.now[image.image], layout);
            EXPECT_EQ(result_of(session).ready, report.pictures > 0 ? 1 : 0);
            EXPECT_LE(report.pictures, static_cast<unsigned>(layouts.copies[image.image]));
            return report.state == IMPASTO_STATE_DONE;
        }));
        EXPECT_GE(layouts.copies[image.image], 8);  // the start, 7 iterations
        EXPECT_EQ(levels_of(loop, result_of(session), format.texel_bytes), bytes);
        loop.wait_idle();
        impasto_session_destroy(session);
        impasto_context_destroy(context);
        loop.destroy(image);
    }
}

}  // namespace
