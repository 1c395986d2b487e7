#include "style/order.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace impasto::style {
namespace {

// (width, height), grey, of value(x, y).
template <typename Value>
Image picture(int width, int height, Value value) {
    Image image;
    image.width = width;
    image.height = height;
    for (int c = 0; c < 3; ++c) {
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                image.rgb.push_back(static_cast<float>(value(x, y)));
            }
        }
    }
    return image;
}

// Bright squares in the squares of a board, the colours of which take turns.
Image board(int width, int height, int period_x, int period_y) {
    return picture(width, height, [=](int x, int y) {
        const double u = std::cos(2 * 3.14159265 * x / period_x);
        const double v = std::cos(2 * 3.14159265 * y / period_y);
        return 0.5 + 0.2 * u * v + 0.1 * std::cos(3.0 * 2 * 3.14159265 * x / period_x);
    });
}

TEST(Order, FindsTheShiftsOfARegularTexture) {
    const Image image = board(160, 120, 32, 24);
    // In a map of a quarter of the sides (0, 8) and (6, 0) are repeats.
    const auto shifts = find_shifts(image, 40, 30, 64, 64);
    ASSERT_FALSE(shifts.empty());
    EXPECT_LE(shifts.size(), kMostShifts);
    for (const nn::Shift& wanted : {nn::Shift{0, 8}, nn::Shift{6, 0}}) {
        EXPECT_NE(std::find(shifts.begin(), shifts.end(), wanted), shifts.end())
            << wanted.dy << ", " << wanted.dx;
    }
    for (const nn::Shift& shift : shifts) {
        EXPECT_LE(std::abs(shift.dx), 20);
        EXPECT_LE(std::abs(shift.dy), 15);
        EXPECT_TRUE(shift.dx != 0 || shift.dy != 0);
    }
    // No longer than half of the picture that is to be like it.
    for (const nn::Shift& shift : find_shifts(image, 40, 30, 18, 14)) {
        EXPECT_LE(std::abs(shift.dx), 9);
        EXPECT_LE(std::abs(shift.dy), 7);
    }
}

TEST(Order, NoiseHasNone) {
    std::mt19937 engine(3);
    std::uniform_real_distribution<double> uniform(0, 1);
    const Image image = picture(160, 120, [&](int, int) { return uniform(engine); });
    EXPECT_TRUE(find_shifts(image, 80, 60, 80, 60).empty());
    EXPECT_FALSE(find_lattice(image).found);
    EXPECT_TRUE(find_shifts(picture(64, 64, [](int, int) { return 0.5; }), 16, 16, 16, 16).empty());
}

TEST(Order, OnePixelIsNoTexture) {
    EXPECT_TRUE(find_shifts(picture(1, 1, [](int, int) { return 1; }), 1, 1, 1, 1).empty());
    EXPECT_FALSE(find_lattice(picture(3, 1, [](int x, int) { return x; })).found);
}

// The lattice's vectors lie where the texture repeats, to a fraction of a pixel.
TEST(Order, TheLatticeIsWhatTheTextureRepeatsBy) {
    const Image image = board(150, 110, 29, 23);
    const Lattice lattice = find_lattice(image);
    ASSERT_TRUE(lattice.found);
    ASSERT_TRUE(lattice.two);
    const auto phase = [&](double x, double y) {
        // Both cosines turn by whole or by half turns.
        const double u = 2 * x * image.width / 29;
        const double v = 2 * y * image.height / 23;
        EXPECT_NEAR(u, std::round(u), 0.03);
        EXPECT_NEAR(v, std::round(v), 0.03);
        EXPECT_EQ(std::lround(u + v) % 2, 0);
    };
    phase(lattice.x, lattice.y);
    phase(lattice.other_x, lattice.other_y);
}

TEST(Order, AWholeNumberOfRepeatsFitsATile) {
    const Lattice lattice = find_lattice(board(150, 110, 29, 23));
    const Sides fitted = fit_tile(lattice, {150, 110}, {128, 128}, {true, true});
    const double across = 128 / (29 * fitted.width / 150);
    const double down = 128 / (23 * fitted.height / 110);
    EXPECT_NEAR(across, std::round(across), 0.05);
    EXPECT_NEAR(down, std::round(down), 0.05);
    EXPECT_NEAR(fitted.width / 150, 1, 1.0 / 6 + 1e-9);
    EXPECT_NEAR(fitted.height / 110, 1, 1.0 / 6 + 1e-9);
    // An axis that does not wrap is left alone, as is what has no lattice.
    EXPECT_EQ(fit_tile(lattice, {150, 110}, {128, 128}, {true, false}).height, 110);
    EXPECT_EQ(fit_tile({}, {150, 110}, {128, 128}, {true, true}).width, 150);
}

}  // namespace
}  // namespace impasto::style
