// Which texels of an image a model shows, and which images are tiles.
#include "texture/gltf/islands.h"

#include <cmath>
#include <random>

#include "model_file.h"

namespace impasto::gltf {
namespace {

std::array<Uv, 4> box(float left, float top, float right, float bottom) {
    return {Uv{left, top}, {right, top}, {right, bottom}, {left, bottom}};
}

Atlas atlas_of(const std::vector<std::array<Uv, 4>>& quads, int wrap = 10497) {
    ModelFile file;
    for (const auto& uv : quads) file.quad(kSquare, uv);
    file.image(bytes_of("\x89PNG"));
    file.material(file.texture(0));
    file.json["samplers"] = {Json{{"wrapS", wrap}, {"wrapT", wrap}}};
    file.json["textures"][0]["sampler"] = 0;
    return find_islands(model_of(file), 0);
}

TEST(GltfIslands, AreConnectedBySharedCorners) {
    const Atlas apart = atlas_of({box(0, 0, 0.4f, 0.4f), box(0.5f, 0.5f, 1, 1)});
    EXPECT_EQ(apart.islands, 2u);
    EXPECT_EQ(apart.triangles[0].island, apart.triangles[1].island);
    EXPECT_NE(apart.triangles[0].island, apart.triangles[2].island);
    EXPECT_EQ(atlas_of({box(0, 0, 0.5f, 0.5f), box(0.5f, 0.5f, 1, 1)}).islands, 1u);
    EXPECT_FALSE(apart.whole);
}

TEST(GltfIslands, OfAnotherPeriodAreMovedBack) {
    const Atlas atlas = atlas_of({box(0, 1, 0.5f, 2), box(-1.75f, 0, -1.25f, 1)});
    EXPECT_FALSE(atlas.whole);
    EXPECT_FALSE(atlas.tiles[0] || atlas.tiles[1]);
    EXPECT_NEAR(atlas.triangles[0].uv[0].y, 0, 1e-6);
    EXPECT_NEAR(atlas.triangles[2].uv[0].x, 0.25, 1e-6);
    // Mirrored, an odd period shows the image the other way round.
    const Atlas mirrored = atlas_of({box(1.1f, 0, 1.3f, 1)}, 33648);
    EXPECT_NEAR(mirrored.triangles[0].uv[0].x, 0.9, 1e-6);
}

TEST(GltfIslands, BeyondAPeriodMakeATile) {
    const Atlas x = atlas_of({box(0, 0, 1.5f, 1)});
    EXPECT_TRUE(x.tiles[0] && !x.tiles[1] && x.whole);
    const Atlas both = atlas_of({box(0.5f, 0.5f, 1.25f, 1.25f)});
    EXPECT_TRUE(both.tiles[0] && both.tiles[1]);
    const Atlas rounding = atlas_of({box(-1e-4f, 0, 1.0001f, 1)});
    EXPECT_FALSE(rounding.tiles[0] || rounding.whole);
    const Atlas hem = atlas_of({box(-0.004f, 0, 0.5f, 0.5f), box(0.6f, 0.6f, 1.004f, 1.002f)});
    EXPECT_FALSE(hem.tiles[0] || hem.tiles[1] || hem.whole);
    EXPECT_TRUE(atlas_of({box(0, 0, 1.02f, 1)}).tiles[0]);
    for (const int wrap : {33071, 33648}) {
        const Atlas other = atlas_of({box(0, 0, 1.5f, 1)}, wrap);
        EXPECT_FALSE(other.tiles[0]);
        EXPECT_TRUE(other.whole);
    }
}

Atlas cylinder(float left, float right, int wrap) {
    ModelFile file;
    file.cylinder(left, right);
    file.image(bytes_of("\x89PNG"));
    file.material(file.texture(0));
    file.json["samplers"] = {Json{{"wrapS", wrap}, {"wrapT", wrap}}};
    file.json["textures"][0]["sampler"] = 0;
    return find_islands(model_of(file), 0);
}

TEST(GltfIslands, AroundACylinderTheImageIsATile) {
    constexpr int kRepeat = 10497;
    const Atlas closed = cylinder(0, 1, kRepeat);
    EXPECT_TRUE(closed.tiles[0]);
    EXPECT_FALSE(closed.tiles[1]);
    EXPECT_FALSE(closed.whole) << "its padding does not count";
    EXPECT_TRUE(cylinder(2, 3, kRepeat).tiles[0]);
    // A shell that ends before the edge, and samplers that do not go around.
    EXPECT_FALSE(cylinder(0.02f, 0.98f, kRepeat).tiles[0]);
    EXPECT_FALSE(cylinder(0, 1, 33071).tiles[0]);
    EXPECT_FALSE(cylinder(0, 1, 33648).tiles[0]);
    // A plane of the whole image does not close.
    EXPECT_FALSE(atlas_of({kWholeImage}).tiles[0]);
}

TEST(GltfIslands, CoverWhatFilteringReads) {
    std::mt19937 random(3);
    std::uniform_real_distribution<float> any(0.0f, 1.0f);
    constexpr int kWidth = 37;
    constexpr int kHeight = 23;
    for (int round = 0; round < 200; ++round) {
        Atlas atlas;
        UvTriangle triangle;
        for (Point& p : triangle.uv) {
            p = {static_cast<double>(any(random)), static_cast<double>(any(random))};
        }
        atlas.triangles.push_back(triangle);
        atlas.islands = 1;
        const Coverage coverage = rasterise(atlas, kWidth, kHeight);
        const auto covered = [&](double x, double y) {
            const int ix = std::clamp(static_cast<int>(x), 0, kWidth - 1);
            const int iy = std::clamp(static_cast<int>(y), 0, kHeight - 1);
            return coverage.island[static_cast<std::size_t>(iy * kWidth + ix)] >= 0;
        };
        for (int i = 0; i < 100; ++i) {
            double a = static_cast<double>(any(random));
            double b = static_cast<double>(any(random));
            if (a + b > 1) a = 1 - a, b = 1 - b;
            const auto at = [&](double Point::*m, int size) {
                return size * (triangle.uv[0].*m + a * (triangle.uv[1].*m - triangle.uv[0].*m) +
                               b * (triangle.uv[2].*m - triangle.uv[0].*m));
            };
            const double x = at(&Point::x, kWidth);
            const double y = at(&Point::y, kHeight);
            for (const double dx : {-0.499, 0.499}) {
                for (const double dy : {-0.499, 0.499}) {
                    ASSERT_TRUE(covered(std::max(x + dx, 0.0), std::max(y + dy, 0.0)));
                }
            }
        }
        // And nothing farther than a texel from its bounds.
        double left = 1, right = 0;
        for (const Point& p : triangle.uv) left = std::min(left, p.x), right = std::max(right, p.x);
        for (int i = 0; i < kWidth * kHeight; ++i) {
            if (coverage.island[static_cast<std::size_t>(i)] < 0) continue;
            ASSERT_GE(i % kWidth + 0.5, left * kWidth - 1.001);
            ASSERT_LE(i % kWidth + 0.5, right * kWidth + 1.001);
        }
    }
}

TEST(GltfIslands, ATexelIsOfTheIslandOverItsCentre) {
    // The first's border lies over the second's texels.
    const Atlas atlas = atlas_of({box(0, 0, 0.5f, 1), box(0.55f, 0, 1, 1)});
    const Coverage coverage = rasterise(atlas, 20, 4);
    EXPECT_EQ(coverage.island[9], static_cast<int>(atlas.triangles[0].island));
    EXPECT_EQ(coverage.island[11], static_cast<int>(atlas.triangles[2].island));
    EXPECT_EQ(coverage.covered(), 80u);
}

}  // namespace
}  // namespace impasto::gltf
