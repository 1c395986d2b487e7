#include "texture/gltf/dilate.h"

#include <limits>
#include <random>

#include "model_file.h"

namespace impasto::gltf {
namespace {

TEST(GltfDilate, TakesTheNearestKeptTexel) {
    std::mt19937 random(5);
    for (const auto& [width, height] : {std::pair(31, 17), std::pair(1, 9), std::pair(12, 1)}) {
        for (const double share : {0.3, 0.02}) {
            Image image = picture(width, height, [&](int, int) {
                return std::array{static_cast<float>(random() % 1000) / 1000, 0.0f, 0.5f};
            });
            std::vector<unsigned char> keep(image.pixels());
            for (unsigned char& one : keep)
                one = std::bernoulli_distribution(share)(random) ? 1 : 0;
            keep[random() % keep.size()] = 1;
            const Image before = image;
            dilate(image, keep);
            for (int i = 0; i < width * height; ++i) {
                const int x = i % width;
                const int y = i / width;
                int nearest = std::numeric_limits<int>::max();
                for (int k = 0; k < width * height; ++k) {
                    if (keep[static_cast<std::size_t>(k)] == 0) continue;
                    const int dx = k % width - x;
                    const int dy = k / width - y;
                    nearest = std::min(nearest, dx * dx + dy * dy);
                }
                bool found = false;
                for (int k = 0; k < width * height; ++k) {
                    const int dx = k % width - x;
                    const int dy = k / width - y;
                    found = found || (keep[static_cast<std::size_t>(k)] != 0 &&
                                      dx * dx + dy * dy == nearest &&
                                      before.rgb[static_cast<std::size_t>(k)] ==
                                          image.rgb[static_cast<std::size_t>(i)]);
                }
                ASSERT_TRUE(found) << x << ", " << y;
            }
        }
    }
}

TEST(GltfDilate, LeavesAnImageAloneWhereNothingOrAllIsKept) {
    Image image = picture(8, 8, [](int x, int y) {
        return std::array{static_cast<float>(x) / 8, static_cast<float>(y) / 8, 0.0f};
    });
    const Image before = image;
    dilate(image, std::vector<unsigned char>(64, 0));
    EXPECT_EQ(image.rgb, before.rgb);
    dilate(image, std::vector<unsigned char>(64, 1));
    EXPECT_EQ(image.rgb, before.rgb);
}

}  // namespace
}  // namespace impasto::gltf
