#include "gpu/spirv.h"

#include <gtest/gtest.h>

#include <vector>

#include "shaders.h"

namespace impasto::gpu {
namespace {

std::uint32_t axes(const Shader& shader) {
    EXPECT_EQ(strided_axes(shader.addresses), strided_axes(shader.bindings)) << shader.name;
    return strided_axes(shader.addresses);
}

TEST(Spirv, FindsTheAxesThatAKernelStridesOver) {
    EXPECT_EQ(axes(shaders::blend), 1u);
    EXPECT_EQ(axes(shaders::pool), 1u);
    EXPECT_EQ(axes(shaders::pool_backward), 1u);
    EXPECT_EQ(axes(shaders::resize), 3u);
    EXPECT_EQ(axes(shaders::conv3x3), 0u);
    EXPECT_EQ(axes(shaders::winograd_multiply), 0u);
    EXPECT_EQ(axes(shaders::reduce), 0u);
}

TEST(Spirv, WhatItCannotReadCountsAsAllAxes) {
    const std::vector<std::uint32_t> header{0x07230203, 0x10500, 0, 10, 0};
    const auto with = [&](std::initializer_list<std::uint32_t> instructions) {
        std::vector<std::uint32_t> code = header;
        code.insert(code.end(), instructions);
        return strided_axes(code);
    };
    const std::uint32_t decorate = 4u << 16 | 71u;
    const std::uint32_t constant = 4u << 16 | 43u;
    const std::uint32_t access = 5u << 16 | 65u;
    EXPECT_EQ(strided_axes({}), 0u);
    EXPECT_EQ(with({}), 0u);
    EXPECT_EQ(with({decorate, 5, 11, 24, constant, 1, 7, 2, access, 2, 8, 5, 7}), 4u);
    EXPECT_EQ(with({decorate, 5, 11, 26, constant, 1, 7, 2, access, 2, 8, 5, 7}), 0u);
    EXPECT_EQ(with({decorate, 5, 11, 24}), 7u) << "read as a whole";
    EXPECT_EQ(with({decorate, 5, 11, 24, access, 2, 8, 5, 7}), 7u) << "by a variable";
    EXPECT_EQ(with({decorate, 5, 11, 24, constant, 1, 7, 3, access, 2, 8, 5, 7}), 7u);
    EXPECT_EQ(with({0u}), 7u) << "an instruction of no length";
    EXPECT_EQ(with({9u << 16}), 7u) << "cut";
}

}  // namespace
}  // namespace impasto::gpu
