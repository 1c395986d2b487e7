#include "encoder/vgg19.h"

#include <gtest/gtest.h>

namespace impasto::encoder {
namespace {

TEST(Vgg19, NamesAndPoolsAreThePublishedOnes) {
    EXPECT_EQ(relu_name(0), "relu1_1");
    EXPECT_EQ(relu_name(3), "relu2_2");
    EXPECT_EQ(relu_name(9), "relu4_2");
    EXPECT_EQ(relu_name(15), "relu5_4");
    std::string pools;
    for (int layer = 0; layer < kLayers; ++layer) {
        EXPECT_EQ(relu_layer(relu_name(layer)), layer);
        pools += pool_follows(layer) ? relu_name(layer) + " " : "";
    }
    EXPECT_EQ(pools, "relu1_2 relu2_2 relu3_4 relu4_4 relu5_4 ");
}

TEST(Vgg19, OtherNamesAreNoLayers) {
    for (const char* name : {"", "relu", "relu1_3", "relu6_1", "conv1_1", "relu3_0", "relu1_1 "}) {
        EXPECT_FALSE(relu_layer(name)) << name;
    }
}

}  // namespace
}  // namespace impasto::encoder
