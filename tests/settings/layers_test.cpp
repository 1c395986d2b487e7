#include "settings/layers.h"

#include <gtest/gtest.h>

namespace impasto::settings {
namespace {

TEST(Layers, TextAndBack) {
    const auto layers = parse_layers(" relu1_1 : 0.5, relu4_4,relu5_1:2");
    ASSERT_TRUE(layers);
    EXPECT_EQ(*layers, (std::vector<LayerWeight>{{"relu1_1", 0.5f}, {"relu4_4"}, {"relu5_1", 2}}));
    EXPECT_EQ(layers_text(*layers), "relu1_1:0.5,relu4_4,relu5_1:2");
    EXPECT_EQ(vgg19_layers().size(), 16U);
    for (const std::string& name : vgg19_layers()) EXPECT_TRUE(parse_layers(name)) << name;
}

TEST(Layers, WhatIsNone) {
    for (const char* text : {"", "relu", "relu0_1", "relu1_0", "relu1_3", "relu3_5", "relu6_1",
                             "conv1_1", "relu1_1,", "relu1_1:", "relu1_1:x", "relu1_1:-1",
                             "relu1_1:0", "relu1_1,relu1_1", "relu1_1:1:1", "relu1_11"}) {
        const auto layers = parse_layers(text);
        ASSERT_FALSE(layers) << text;
        EXPECT_EQ(layers.error().code, ErrorCode::kInvalidArgument);
    }
}

}  // namespace
}  // namespace impasto::settings
