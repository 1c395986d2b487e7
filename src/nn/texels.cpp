#include "nn/texels.h"

#include <algorithm>

#include "include/texels.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

std::uint32_t side(std::uint32_t size, std::uint32_t level) { return std::max(size >> level, 1u); }

std::uint32_t constant(TexelFormat format) {
    switch (format) {
        case TexelFormat::kRgba16f:
            return TEXELS_RGBA16F;
        case TexelFormat::kRgba32f:
            return TEXELS_RGBA32F;
        default:
            return TEXELS_RGBA8;
    }
}

}  // namespace

std::size_t texels_size(TexelFormat format, std::uint32_t width, std::uint32_t height,
                        std::uint32_t levels) {
    std::size_t texels = 0;
    for (std::uint32_t i = 0; i < levels; ++i) {
        texels += std::size_t{side(width, i)} * side(height, i);
    }
    return texels * (texel_bytes(format) / 4);
}

void record_texels(gpu::Program& program, TexelFormat format, const gpu::Buffer& picture,
                   const gpu::Buffer* content, const gpu::Buffer* alpha, std::uint32_t width,
                   std::uint32_t height, std::uint32_t levels, const gpu::Buffer& texels) {
    const TexelsParams params{width, height, content != nullptr ? 1u : 0u,
                              alpha != nullptr ? 1u : 0u};
    record(program, shaders::texels,
           {&picture, content != nullptr ? content : &picture, alpha != nullptr ? alpha : &picture,
            &texels},
           {constant(format)}, params, {divide_up(width, TEXELS_THREADS), height, 1});
    TexelsMipParams mip{};
    mip.to_width = width;
    mip.to_height = height;
    for (std::uint32_t level = 1; level < levels; ++level) {
        mip.from = mip.to;
        mip.from_width = mip.to_width;
        mip.from_height = mip.to_height;
        mip.to = mip.from + mip.from_width * mip.from_height;
        mip.to_width = side(width, level);
        mip.to_height = side(height, level);
        record(program, shaders::texels_mip, {&texels}, {constant(format)}, mip,
               {divide_up(mip.to_width, TEXELS_THREADS), mip.to_height, 1});
    }
}

}  // namespace impasto::nn
