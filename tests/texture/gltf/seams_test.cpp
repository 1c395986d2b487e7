// Seams: where they are, what they measure, and that levelling takes their step away.
#include "texture/gltf/seams.h"

#include <cmath>

#include "model_file.h"
#include "texture/gltf/level.h"

namespace impasto::gltf {
namespace {

// Two squares side by side in space, at x = 0..1 and 1..2, each in a half of the image with a gap
// between; `moved` is how far the second is from where it should be.
Atlas two_squares(float moved = 0) {
    ModelFile file;
    file.quad(kSquare, {Uv{0.05f, 0.1f}, {0.45f, 0.1f}, {0.45f, 0.9f}, {0.05f, 0.9f}});
    file.quad({Vertex{1 + moved, 0, 0}, {2, 0, 0}, {2, 1, 0}, {1 + moved, 1, 0}},
              {Uv{0.55f, 0.1f}, {0.95f, 0.1f}, {0.95f, 0.9f}, {0.55f, 0.9f}});
    file.image(bytes_of("\x89PNG"));
    file.material(file.texture(0));
    return find_islands(model_of(file), 0);
}

TEST(GltfSeams, AreEdgesThatAreOneInSpace) {
    const auto samples = find_seams(two_squares(), 64, 64);
    ASSERT_EQ(samples.size(), static_cast<std::size_t>(std::ceil(2 * 0.8f * 64)));
    for (const SeamSample& one : samples) {
        const auto [left, right] = std::minmax(one.a.x, one.b.x);
        EXPECT_NEAR(left, 0.45, 1e-6);
        EXPECT_NEAR(right, 0.55, 1e-6);
        EXPECT_NEAR(one.a.y, one.b.y, 1e-6);
    }
    EXPECT_EQ(find_seams(two_squares(1e-6f), 64, 64).size(), samples.size()) << "rounding";
    EXPECT_TRUE(find_seams(two_squares(1e-3f), 64, 64).empty());
}

TEST(GltfSeams, ThePeriodsOfATileAreNone) {
    // A quad of two periods, cut in the middle.
    ModelFile file;
    file.quad(kSquare, kWholeImage);
    file.quad({Vertex{1, 0, 0}, {2, 0, 0}, {2, 1, 0}, {1, 1, 0}}, kWholeImage);
    file.image(bytes_of("\x89PNG"));
    file.material(file.texture(0));
    const Atlas tile = find_islands(model_of(file), 0);
    EXPECT_TRUE(tile.tiles[0]);
    EXPECT_TRUE(find_seams(tile, 64, 64).empty());
    // Of a sampler that does not repeat they are.
    file.json["samplers"] = {Json{{"wrapS", 33071}, {"wrapT", 33071}}};
    file.json["textures"][0]["sampler"] = 0;
    EXPECT_EQ(find_seams(find_islands(model_of(file), 0), 64, 64).size(), 128u);
    file.json["textures"][0].erase("sampler");
    // Turned by 90 degrees its edges' ends are whole numbers too, and it is a seam.
    file.json["meshes"][0]["primitives"].erase(1);
    file.quad({Vertex{1, 0, 0}, {2, 0, 0}, {2, 1, 0}, {1, 1, 0}},
              {Uv{0, 1}, {0, 0}, {1, 0}, {1, 1}});
    EXPECT_FALSE(find_seams(find_islands(model_of(file), 0), 64, 64).empty());
}

TEST(GltfSeams, StepsAreTheLargestOfTheChannels) {
    const auto samples = find_seams(two_squares(), 64, 64);
    const Image image = picture(64, 64, [](int x, int) {
        return x < 32 ? std::array{0.2f, 0.5f, 0.5f} : std::array{0.25f, 0.1f, 0.5f};
    });
    const StepSummary summary = summarise(seam_steps(image, samples));
    EXPECT_NEAR(summary.mean, 0.4, 1e-6);
    EXPECT_NEAR(summary.percentile95, 0.4, 1e-6);
    EXPECT_EQ(summarise({0.1f, 0.9f}, {1.0f, 0.0f}).mean, summarise({0.1f}).mean);
}

TEST(GltfSeams, LevellingTakesTheStepAwayAndFadesOut) {
    const Atlas atlas = two_squares();
    const auto samples = find_seams(atlas, 128, 128);
    // A difference of 0.3 with detail of its own on one side.
    Image image = picture(128, 128, [](int x, int y) {
        const float detail = x < 64 ? 0.05f * std::sin(static_cast<float>(y) * 0.7f) : 0.0f;
        return std::array{x < 64 ? 0.3f + detail : 0.6f, 0.5f, 0.5f};
    });
    const Image before = image;
    const std::vector<float> weights(samples.size(), 1.0f);
    level_seams(image, rasterise(atlas, 128, 128), samples, weights);
    const StepSummary left = summarise(seam_steps(image, samples), weights);
    EXPECT_GT(summarise(seam_steps(before, samples)).mean, 0.29);
    EXPECT_LT(left.mean, 2.0 / 255);
    EXPECT_LT(left.percentile95, 4.0 / 255);
    const auto red = [&](const Image& of, int x) {
        return of.rgb[static_cast<std::size_t>(64 * 128 + x)];
    };
    EXPECT_NEAR(red(image, 56) - red(before, 56), 0.15, 0.05) << "half of it, at the seam";
    EXPECT_NEAR(red(before, 72) - red(image, 72), 0.15, 0.05);
    EXPECT_LT(std::abs(red(image, 10) - red(before, 10)), 0.02) << "far from it";
    // No edge where the correction begins: neighbours move alike.
    for (int x = 10; x < 54; ++x) {
        const float change =
            red(image, x + 1) - red(before, x + 1) - red(image, x) + red(before, x);
        EXPECT_LT(std::abs(change), 0.03f) << x;
    }
    EXPECT_EQ(image.rgb[2 * image.pixels() + 5], before.rgb[2 * image.pixels() + 5]);
    EXPECT_EQ(red(image, 64), red(before, 64)) << "between the islands";
}

TEST(GltfSeams, LevellingGoesAroundATile) {
    // Two islands one above the other, the lower of them moved by half the image.
    ModelFile file;
    file.quad(kSquare, {Uv{0, 0.05f}, {1, 0.05f}, {1, 0.45f}, {0, 0.45f}});
    file.quad({Vertex{0, 1, 0}, {1, 1, 0}, {1, 2, 0}, {0, 2, 0}},
              {Uv{0.5f, 0.55f}, {1.5f, 0.55f}, {1.5f, 0.95f}, {0.5f, 0.95f}});
    file.image(bytes_of("\x89PNG"));
    file.material(file.texture(0));
    const Atlas atlas = find_islands(model_of(file), 0);
    ASSERT_TRUE(atlas.tiles[0]);
    const auto samples = find_seams(atlas, 64, 64);
    ASSERT_EQ(samples.size(), 128u);
    Image image = picture(64, 64, [](int, int y) {
        return y < 32 ? std::array{0.4f, 0.4f, 0.4f} : std::array{0.6f, 0.6f, 0.6f};
    });
    LevelOptions options;
    options.tiles = atlas.tiles;
    const std::vector<float> weights(samples.size(), 1.0f);
    level_seams(image, rasterise(atlas, 64, 64), samples, weights, options);
    EXPECT_LT(summarise(seam_steps(image, samples, atlas.tiles)).percentile95, 4.0 / 255);
    for (std::size_t y = 0; y < 64; ++y) {
        EXPECT_NEAR(image.rgb[y * 64], image.rgb[y * 64 + 63], 1e-3f) << "the edges still meet";
    }
}

TEST(GltfSeams, EdgesOfTheOriginalStay) {
    EXPECT_EQ(continuity({0.0f, 0.1f, 0.25f, 1.0f}), (std::vector<float>{1, 1, 0, 0}));
    const Atlas atlas = two_squares();
    const auto samples = find_seams(atlas, 64, 64);
    Image image = picture(64, 64, [](int x, int) {
        return x < 32 ? std::array{0.2f, 0.2f, 0.2f} : std::array{0.9f, 0.9f, 0.9f};
    });
    const Image before = image;
    level_seams(image, rasterise(atlas, 64, 64), samples, continuity(seam_steps(image, samples)));
    EXPECT_EQ(image.rgb, before.rgb);
}

}  // namespace
}  // namespace impasto::gltf
