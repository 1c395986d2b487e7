#include "viewer/window_place.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace impasto::viewer {
namespace {

const Monitor kUsual{0, 0, 1920, 1080, 1};

TEST(WindowPlace, StaysAsItWasWhereItFits) {
    const WindowPlace place = fit_to_monitors({900, 600, Point{100, 50}}, std::vector{kUsual});
    EXPECT_EQ(place.width, 900);
    EXPECT_EQ(place.height, 600);
    ASSERT_TRUE(place.at);
    EXPECT_EQ(place.at->x, 100);
    EXPECT_EQ(place.at->y, 50);
}

TEST(WindowPlace, ALargeWindowComesToASmallMonitor) {
    const WindowPlace place =
        fit_to_monitors({3840, 2160, Point{0, 0}}, std::vector{Monitor{0, 30, 1366, 738, 1}});
    EXPECT_EQ(place.width, 1366);
    EXPECT_EQ(place.height, 738);
    EXPECT_EQ(place.at->y, 30);
}

TEST(WindowPlace, ThatOfAMonitorThatIsGoneIsTheDesktopsToChoose) {
    EXPECT_FALSE(fit_to_monitors({900, 600, Point{4000, 200}}, std::vector{kUsual}).at);
    EXPECT_FALSE(fit_to_monitors({900, 600, Point{-2000, 0}}, std::vector{kUsual}).at);
}

TEST(WindowPlace, SizesAreThoseOfTheInterface) {
    // Twice as fine: 1280x720 of the interface are 2560x1440 px, which fit; 2000 wide do not.
    const std::vector fine{Monitor{0, 0, 3840, 2160, 2}};
    const WindowPlace usual = fit_to_monitors({}, fine);
    EXPECT_EQ(usual.width, 1280);
    EXPECT_EQ(usual.height, 720);
    EXPECT_EQ(fit_to_monitors({2000, 720, {}}, fine).width, 1920);
}

TEST(WindowPlace, WithoutMonitorsNothingIsKnown) {
    const WindowPlace place = fit_to_monitors({900, 600, Point{5, 6}}, {});
    EXPECT_EQ(place.width, 900);
    EXPECT_EQ(place.at->x, 5);
}

TEST(WindowPlace, IsAlwaysWithinAMonitorThatHoldsTheLeast) {
    std::mt19937 random(1);
    const auto below = [&](int limit) { return static_cast<int>(random() % unsigned(limit)); };
    for (int i = 0; i < 2000; ++i) {
        std::vector<Monitor> monitors;
        int right = below(8000) - 6000;  // side by side
        for (int m = 0; m <= below(3); ++m) {
            const float scale = 1 + 0.25f * static_cast<float>(below(9));
            monitors.push_back({right, below(4000) - 2000,
                                static_cast<int>(700 * scale) + below(4000),
                                static_cast<int>(450 * scale) + below(3000), scale});
            right += monitors.back().width;
        }
        const WindowPlace wanted{640 + below(7000), 400 + below(3900),
                                 Point{below(12000) - 6000, below(8000) - 4000}};
        const WindowPlace place = fit_to_monitors(wanted, monitors);
        EXPECT_GE(place.width, kLeastWidth);
        EXPECT_GE(place.height, kLeastHeight);
        EXPECT_LE(place.width, wanted.width);
        EXPECT_LE(place.height, wanted.height);
        bool held = false;
        for (const Monitor& its : monitors) {
            const float width = static_cast<float>(place.width) * its.scale;
            const float height = static_cast<float>(place.height) * its.scale;
            const bool fits = width <= static_cast<float>(its.width) + 1 &&
                              height <= static_cast<float>(its.height) + 1;
            const bool inside = !place.at || (place.at->x >= its.x && place.at->y >= its.y &&
                                              static_cast<float>(place.at->x - its.x) + width <=
                                                  static_cast<float>(its.width) + 1 &&
                                              static_cast<float>(place.at->y - its.y) + height <=
                                                  static_cast<float>(its.height) + 1);
            held = held || (fits && inside);
        }
        EXPECT_TRUE(held) << i;
        // What fits stays.
        const WindowPlace again = fit_to_monitors(place, monitors);
        EXPECT_EQ(again.width, place.width);
        EXPECT_EQ(again.height, place.height);
    }
}

}  // namespace
}  // namespace impasto::viewer
