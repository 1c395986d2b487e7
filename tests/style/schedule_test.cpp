#include "style/schedule.h"

#include <gtest/gtest.h>

#include <string>

namespace impasto::style {
namespace {

std::string text(const std::vector<Scale>& scales) {
    std::string all;
    for (const Scale& scale : scales) {
        all += std::to_string(scale.width) + "x" + std::to_string(scale.height) + "*" +
               std::to_string(scale.iterations) + " ";
    }
    return all;
}

TEST(Schedule, DoublesFromAboutTheFirstSizeToTheLast) {
    EXPECT_EQ(text(schedule(1024, 768, 512, 128, {300})), "128x96*300 256x192*300 512x384*300 ");
    EXPECT_EQ(text(schedule(600, 900, 512, 128, {5, 3})), "85x128*5 171x256*3 341x512*3 ");
    EXPECT_EQ(text(schedule(100, 100, 128, 128, {7})), "128x128*7 ");
    EXPECT_EQ(text(schedule(100, 50, 64, 128, {7, 9})), "64x32*7 ");
    EXPECT_EQ(text(schedule(100, 100, 181, 128, {1})), "181x181*1 ");
    EXPECT_EQ(text(schedule(100, 100, 182, 128, {1})), "91x91*1 182x182*1 ");
}

TEST(Schedule, EndsExactlyAtTheAskedSizeAndKeepsTheAspect) {
    for (std::uint32_t size = 16; size < 3000; size += 37) {
        const auto scales = schedule(979, 734, size, 128, {1});
        EXPECT_EQ(scales.back().longest(), size);
        for (const Scale& scale : scales) {
            EXPECT_NEAR(static_cast<double>(scale.width) / scale.height, 979.0 / 734.0,
                        1.0 / scale.height);
            if (scales.size() > 1) {
                EXPECT_GE(scale.longest(), 90u);
            }
        }
        EXPECT_LE(scales.front().longest(), 182u);
    }
}

TEST(Schedule, ANarrowPictureBeginsWhereItsShorterSideIsLargeEnough) {
    EXPECT_EQ(text(schedule(512, 32, 512, 128, {5, 3}, {}, 16)), "256x16*5 512x32*3 ");
    EXPECT_EQ(text(schedule(32, 512, 512, 128, {5, 3}, {}, 16)), "16x256*5 32x512*3 ");
    EXPECT_EQ(text(schedule(512, 16, 512, 128, {5, 3}, {}, 16)), "512x16*5 ");
    // The last scale is what was asked for, whatever its sides.
    EXPECT_EQ(text(schedule(512, 4, 512, 128, {5, 3}, {}, 16)), "512x4*5 ");
}

TEST(Schedule, AnExtremeShapeKeepsOnePixel) { EXPECT_EQ(text({fit(30000, 3, 512)}), "512x1*0 "); }

}  // namespace
}  // namespace impasto::style
