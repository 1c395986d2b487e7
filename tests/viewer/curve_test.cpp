#include "viewer/curve.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <vector>

namespace impasto::viewer {
namespace {

// A device that finishes `rate` iterations a second, seen by frames that are so far apart.
std::vector<CurvePoint> steady(double rate, double frame, double seconds) {
    std::vector<CurvePoint> curve;
    for (double now = frame; now <= seconds; now += frame) {
        while (static_cast<double>(curve.size() + 1) <= rate * now) {
            curve.push_back({{}, now});
        }
    }
    return curve;
}

TEST(Curve, RateIsThatOfTheDeviceHoweverManyIterationsAFrameHas) {
    for (const double rate : {0.3, 2.0, 30.0, 100.0, 700.0, 5000.0}) {
        for (const double frame : {0.008, 0.033, 0.125}) {
            const auto curve = steady(rate, frame, 12);
            for (std::size_t i = 0; i < curve.size(); ++i) {
                if (curve[i].seconds < 4) {
                    continue;  // some iterations, before slow devices have a rate
                }
                EXPECT_NEAR(rate_at(curve, i), rate, 0.15 * rate + 1)
                    << "rate " << rate << ", frame " << frame << ", point " << i;
            }
        }
    }
}

TEST(Curve, PointsOfOneFrameHaveOneRate) {
    const auto curve = steady(1000, 0.05, 3);
    for (std::size_t i = 1; i < curve.size(); ++i) {
        if (curve[i].seconds == curve[i - 1].seconds) {
            EXPECT_EQ(rate_at(curve, i), rate_at(curve, i - 1));
        }
    }
}

TEST(Curve, RateFollowsASlowerScaleWithinTheWindow) {
    auto curve = steady(400, 0.02, 5);
    for (int i = 1; i <= 30; ++i) {
        curve.push_back({{}, 5 + i / 10.0});  // a tenth of a second each
    }
    EXPECT_NEAR(rate_at(curve, curve.size() - 1), 10, 1);
}

ImpastoLayerLoss layer(const char* name, float loss) {
    ImpastoLayerLoss made{};
    std::snprintf(made.layer, sizeof made.layer, "%s", name);
    made.style = 1;
    made.loss = loss;
    return made;
}

TEST(Curve, LayersHaveAsManyPointsAsIterations) {
    Curve curve;
    const std::vector<ImpastoLosses> two(2);
    const std::vector first{layer("relu1_1", 4.0f)};
    const std::vector then{layer("relu1_1", 2.0f), layer("relu2_1", 9.0f)};
    curve.add(two, 1, first);
    curve.add(two, 2, then);
    ASSERT_EQ(curve.points.size(), 4u);
    EXPECT_EQ(curve.layers["style relu1_1"], (std::vector<float>{4, 4, 2, 2}));
    EXPECT_EQ(curve.layers["style relu2_1"], (std::vector<float>{9, 9, 9, 9}));
    EXPECT_EQ(curve.points[3].seconds, 2);
    EXPECT_EQ(curve.bytes(), 4 * sizeof(CurvePoint) + 8 * sizeof(float));
    curve.cut(3);
    EXPECT_EQ(curve.points.size(), 3u);
    EXPECT_EQ(curve.layers["style relu1_1"], (std::vector<float>{4, 4, 2}));
    curve.cut(9);  // no more than there are
    EXPECT_EQ(curve.points.size(), 3u);
    curve.clear();
    EXPECT_EQ(curve.bytes(), 0u);
}

TEST(Curve, NoTimeNoRate) {
    const std::vector<CurvePoint> curve(3);
    EXPECT_EQ(rate_at(curve, 2), 0);
}

}  // namespace
}  // namespace impasto::viewer
