// Normal and metallic-roughness maps after a base colour that is painted by a formula.
#include "texture/gltf/data_maps.h"

#include <cmath>
#include <functional>

#include "image/blur.h"
#include "image/load.h"
#include "model_file.h"
#include "texture/gltf/restyle.h"
#include "texture/material/normals.h"

namespace impasto::gltf {
namespace {

constexpr int kSize = 128;
constexpr float kWave = 0.785398f;  // of 8 px

using Brightness = std::function<float(int x, int y)>;

float waves_of(float wave, int x, int y) {
    return 0.5f + 0.2f * std::sin(wave * static_cast<float>(x)) +
           0.1f * std::sin(wave * static_cast<float>(y));
}
float waves(int x, int y) { return waves_of(kWave, x, y); }

// Paints grey of this brightness, whatever the content is.
Paint painting(Brightness brightness) {
    return [brightness](const PaintJob& job) -> Result<Image> {
        return picture(job.content.width, job.content.height, [&](int x, int y) {
            const float value = brightness(x, y);
            return std::array{value, value, value};
        });
    };
}

Image flat_normals(int width, int height) {
    return picture(width, height, [](int, int) { return std::array{0.5f, 0.5f, 1.0f}; });
}

// Occlusion 0.8, roughness from 0 on the left to 1 on the right, metal in stripes.
Image orm(int width, int height) {
    return picture(width, height, [&](int x, int y) {
        return std::array{0.8f, static_cast<float>(x) / static_cast<float>(width - 1),
                          y / 8 % 2 == 0 ? 1.0f : 0.0f};
    });
}

// A quad whose material has a grey base colour, image 0.
struct Quad : ModelFile {
    explicit Quad(const std::array<Uv, 4>& uv = kWholeImage) {
        quad(kSquare, uv);
        image(png(plain(kSize, kSize, 0.5f)));
        material(texture(0));
    }
    // A further image as this map of the material.
    Json& map(const Bytes& bytes, const char* slot) {
        Json& material = json["materials"][0];
        Json& at = std::string_view(slot) == "metallicRoughnessTexture"
                       ? material["pbrMetallicRoughness"][slot]
                       : material[slot];
        at = {{"index", texture(image(bytes))}};
        return at;
    }
};

struct Painted {
    Document before;
    Document document;
    std::vector<ImageReport> reports;

    Image image(std::size_t index) const {
        auto loaded = load_image_from_memory(*document.image_bytes(index), "map");
        EXPECT_TRUE(loaded) << loaded.error().message;
        return loaded ? *std::move(loaded) : Image();
    }
    bool same(std::size_t index) const {
        return *document.image_bytes(index) == *before.image_bytes(index);
    }
    const ImageReport& report(std::size_t index) const {
        const auto found = std::ranges::find(reports, index, &ImageReport::image);
        EXPECT_NE(found, reports.end()) << index;
        return found != reports.end() ? *found : reports.front();
    }
};

Painted painted(ModelFile& file, float detail = 1.0f, const Brightness& brightness = waves) {
    Painted made{document_of(file.binary()), document_of(file.binary()), {}};
    const auto model = made.document.model();
    EXPECT_TRUE(model) << model.error().message;
    RestyleOptions options;
    options.detail = detail;
    auto reports = restyle(made.document, *model, options, painting(brightness));
    EXPECT_TRUE(reports) << reports.error().message;
    if (reports) made.reports = *std::move(reports);
    return made;
}

// How the normals belong to what was painted, seen at their size.
texture::Relief relief_of(const Image& normals, const Brightness& brightness = waves) {
    const Image at_base = picture(kSize, kSize, [&](int x, int y) {
        const float value = brightness(x, y);
        return std::array{value, value, value};
    });
    const Image sized = resize_image(at_base, normals.width, normals.height);
    return texture::relief_of(std::span(sized.rgb).first(sized.pixels()), normals.rgb,
                              normals.width, normals.height);
}

std::array<float, 3> vector_at(const Image& normals, std::size_t at) {
    std::array<float, 3> n{};
    for (std::size_t c = 0; c < 3; ++c) n[c] = 2 * normals.rgb[c * normals.pixels() + at] - 1;
    return n;
}

TEST(GltfDataMaps, WithoutDetailTheyStayByteForByte) {
    Quad file;
    file.map(png(flat_normals(kSize, kSize)), "normalTexture");
    file.map(png(orm(kSize, kSize)), "metallicRoughnessTexture");
    const Painted made = painted(file, 0.0f);
    EXPECT_FALSE(made.same(0));
    EXPECT_TRUE(made.same(1));
    EXPECT_TRUE(made.same(2));
    EXPECT_EQ(made.reports.size(), 1u);
}

TEST(GltfDataMaps, FlatNormalsBecomeThoseOfTheStrokes) {
    Quad file;
    file.map(png(flat_normals(kSize, kSize)), "normalTexture");
    const Painted made = painted(file);
    const Image normals = made.image(1);
    for (std::size_t i = 0; i < normals.pixels(); ++i) {
        const auto n = vector_at(normals, i);
        ASSERT_NEAR(n[0] * n[0] + n[1] * n[1] + n[2] * n[2], 1.0f, 0.02f) << i;
        ASSERT_GT(n[2], 0.0f);
    }
    // Light is raised: against the slope along x, and along y in OpenGL's sense.
    const texture::Relief full = relief_of(normals);
    EXPECT_GT(full.x, 0.98f);
    EXPECT_GT(full.y, 0.98f);
    EXPECT_GT(full.depth, 0.5f);
    EXPECT_NEAR(relief_of(painted(file, 0.5f).image(1)).depth / full.depth, 0.5f, 0.04f);
    EXPECT_EQ(made.report(1).slot, Slot::kNormal);
    EXPECT_EQ(made.report(1).follows, "image 0");
    EXPECT_EQ(made.report(1).left, "");
    EXPECT_EQ(made.report(0).follows, "");
}

TEST(GltfDataMaps, WhatWasThereStaysBelow) {
    // A ramp that looks to the left, everywhere the same.
    const Image ramp = picture(kSize, kSize, [](int, int) {
        return std::array{0.5f - 0.5f * 0.6f, 0.5f, 0.5f + 0.5f * 0.8f};
    });
    Quad file;
    file.map(png(ramp), "normalTexture");
    const Image normals = painted(file).image(1);
    double x = 0;
    for (std::size_t i = 0; i < normals.pixels(); ++i) {
        const auto n = vector_at(normals, i);
        x += static_cast<double>(n[0] / n[2]) / static_cast<double>(normals.pixels());
    }
    EXPECT_NEAR(x, -0.75, 0.02);
    EXPECT_GT(relief_of(normals).y, 0.95f);
}

TEST(GltfDataMaps, TheScaleOfAMaterialIsTakenOut) {
    const auto depth = [](double scale) {
        Quad file;
        file.map(png(flat_normals(kSize, kSize)), "normalTexture")["scale"] = scale;
        const Painted made = painted(file);
        const Image normals = made.image(1);
        float sum = 0;  // of what points against the slope
        for (std::size_t i = 0; i < normals.pixels(); ++i) {
            const auto n = vector_at(normals, i);
            sum += -std::cos(kWave * static_cast<float>(i % kSize)) * n[0] / n[2];
        }
        return sum / static_cast<float>(normals.pixels());
    };
    const float usual = depth(1);
    EXPECT_GT(usual, 0.0f);
    EXPECT_NEAR(depth(0.5) / usual, 2.0f, 0.1f);
    EXPECT_NEAR(depth(-1) / usual, -1.0f, 0.05f);
    EXPECT_NEAR(depth(0), 0.0f, 1e-3f);
}

TEST(GltfDataMaps, MapsKeepTheirSizeAndBits) {
    const Brightness slower = [](int x, int y) { return waves_of(kWave / 2, x, y); };
    const auto relief = [&](int size) {
        Quad file;
        const auto bytes = encode_png(flat_normals(size, size), {}, {16, false});
        EXPECT_TRUE(bytes);
        file.map(*bytes, "normalTexture");
        const Image normals = painted(file, 1.0f, slower).image(1);
        EXPECT_EQ(normals.width, size);
        EXPECT_EQ(normals.bits, 16);
        return relief_of(normals, slower);
    };
    const texture::Relief same = relief(kSize);
    for (const int size : {64, 256}) {
        const texture::Relief other = relief(size);
        EXPECT_GT(other.x, 0.95f) << size;
        EXPECT_GT(other.y, 0.95f) << size;
        // The same slopes, whose px are others.
        const float larger = static_cast<float>(size) / kSize;
        EXPECT_NEAR(other.depth / same.depth, larger, 0.15f * larger);
    }
}

TEST(GltfDataMaps, RoughnessFollowsInItsRangeAndNothingElse) {
    Quad file;
    const Image before = orm(kSize, kSize);
    Json& material = file.json["materials"][0];
    file.map(png(before), "metallicRoughnessTexture");
    material["occlusionTexture"] = {{"index", 1}};
    const Painted made = painted(file, 1.0f, [](int x, int y) { return 3 * waves(x, y) - 1; });
    const Image after = made.image(1);
    const std::size_t pixels = after.pixels();
    for (std::size_t i = 0; i < pixels; ++i) {
        ASSERT_NEAR(after.rgb[i], 0.8f, 1e-6f) << "occlusion";
        ASSERT_NEAR(after.rgb[2 * pixels + i], before.rgb[2 * pixels + i], 1e-6f) << "metal";
        const float roughness = after.rgb[pixels + i];
        ASSERT_GE(roughness, 0.0f);
        ASSERT_LE(roughness, 1.0f);
        const float wave = waves(static_cast<int>(i % kSize), static_cast<int>(i / kSize)) - 0.5f;
        const float was = before.rgb[pixels + i];
        if (was < 0.3f || was > 0.7f || std::abs(wave) < 0.1f) continue;
        // What is raised and light is smoother.
        ASSERT_LT((roughness - was) * wave, 0.0f) << i;
    }
    EXPECT_EQ(made.report(1).slot, Slot::kMetallicRoughness);
    EXPECT_EQ(made.report(1).follows, "image 0");
}

TEST(GltfDataMaps, IslandsDoNotReachIntoEachOther) {
    // Two islands of other brightness, with padding between and beside them.
    constexpr std::array<Uv, 4> kLeft{Uv{0.1f, 0}, {0.45f, 0}, {0.45f, 1}, {0.1f, 1}};
    constexpr std::array<Uv, 4> kRight{Uv{0.5f, 0}, {0.9f, 0}, {0.9f, 1}, {0.5f, 1}};
    Quad file(kLeft);
    file.quad({Vertex{5, 0, 0}, {6, 0, 0}, {6, 1, 0}, {5, 1, 0}}, kRight);
    file.map(png(flat_normals(kSize, kSize)), "normalTexture");
    const Painted made = painted(file, 1.0f, [](int x, int) { return x < 60 ? 0.1f : 0.9f; });
    const Image normals = made.image(1);
    constexpr std::size_t kRow = 64 * kSize;
    for (std::size_t x = 0; x < kSize; ++x) {
        EXPECT_LT(std::abs(vector_at(normals, kRow + x)[0]), 0.1f) << x;
    }
    EXPECT_EQ(vector_at(normals, kRow), vector_at(normals, kRow + 12)) << "padding";
    EXPECT_EQ(vector_at(normals, kRow + kSize - 1), vector_at(normals, kRow + 115)) << "padding";
    // In one island the same step is a cliff.
    Quad one;
    one.map(png(flat_normals(kSize, kSize)), "normalTexture");
    const Image cliff =
        painted(one, 1.0f, [](int x, int) { return x < 60 ? 0.1f : 0.9f; }).image(1);
    EXPECT_LT(vector_at(cliff, kRow + 60)[0], -0.3f);
}

TEST(GltfDataMaps, TilesGoOnBeyondTheirEdges) {
    Quad file({Uv{0, 0}, {2, 0}, {2, 2}, {0, 2}});
    file.map(png(flat_normals(kSize, kSize)), "normalTexture");
    const Painted made = painted(file);
    EXPECT_EQ(made.report(1).tile, (std::array{true, true}));
    const Image normals = made.image(1);
    for (std::size_t i = 0; i < normals.pixels(); ++i) {
        // A period, 8 px, further.
        const std::size_t x = i % kSize;
        const std::size_t other = i - x + (x + 8) % kSize;
        for (std::size_t c = 0; c < 3; ++c) {
            ASSERT_NEAR(vector_at(normals, i)[c], vector_at(normals, other)[c], 2.1f / 255);
        }
    }
}

TEST(GltfDataMaps, WhatHasNoDetailIsLeftWithTheReason) {
    const auto leaves = [](const Bytes& bytes, const char* slot, const std::string& reason,
                           const std::function<void(Quad&)>& change = {}) {
        Quad file;
        file.map(bytes, slot);
        if (change) change(file);
        const Painted made = painted(file);
        EXPECT_TRUE(made.same(1)) << reason;
        EXPECT_FALSE(made.same(0)) << reason;
        EXPECT_NE(made.report(1).left.find(reason), std::string::npos) << made.report(1).left;
        EXPECT_EQ(made.report(1).follows, "");
    };
    const Bytes normals = png(flat_normals(kSize, kSize));
    leaves(png(flat_normals(1, 1)), "normalTexture", "too small");
    leaves(png(plain(kSize, kSize, 0.2f)), "normalTexture", "no unit vectors");
    leaves(bytes_of("\x89PNG damaged"), "normalTexture", "image 1");
    leaves(normals, "occlusionTexture", "the model's shape");
    leaves(normals, "normalTexture", "also a metallic-roughness map", [](Quad& file) {
        file.json["materials"][0]["pbrMetallicRoughness"]["metallicRoughnessTexture"] = {
            {"index", 1}};
    });
    leaves(normals, "normalTexture", "other coordinates", [](Quad& file) {
        file.json["materials"][0]["normalTexture"]["extensions"] = {
            {"KHR_texture_transform", {{"scale", {2, 2}}}}};
    });
    leaves(normals, "normalTexture", "other coordinates",
           [](Quad& file) { file.json["materials"][0]["normalTexture"]["texCoord"] = 1; });
    leaves(normals, "normalTexture", "several scales", [](Quad& file) {
        Json other = file.json["materials"][0];
        other["normalTexture"]["scale"] = 0.5;
        file.json["materials"].push_back(other);
    });
    leaves(normals, "normalTexture", "another base colour", [](Quad& file) {
        Json other = file.json["materials"][0];
        other["pbrMetallicRoughness"]["baseColorTexture"]["index"] =
            file.texture(file.image(png(plain(kSize, kSize, 0.3f))));
        file.json["materials"].push_back(other);
    });
    leaves(normals, "normalTexture", "another base colour", [](Quad& file) {
        Json other = file.json["materials"][0];
        other.erase("pbrMetallicRoughness");
        file.json["materials"].push_back(other);
    });
}

TEST(GltfDataMaps, AMapOfSeveralMaterialsOfOneBaseColourFollowsOnce) {
    Quad file;
    file.map(png(flat_normals(kSize, kSize)), "normalTexture");
    file.json["materials"].push_back(file.json["materials"][0]);
    file.quad(kSquare, kWholeImage, 1);
    const Painted made = painted(file);
    EXPECT_EQ(made.reports.size(), 2u);
    EXPECT_GT(relief_of(made.image(1)).x, 0.98f);
}

TEST(GltfDataMaps, AnImageOfTwoMeaningsIsReportedOnce) {
    Quad file;
    file.map(png(flat_normals(kSize, kSize)), "normalTexture");
    file.json["materials"][0]["emissiveTexture"] = {{"index", 1}};
    const Painted made = painted(file);
    EXPECT_EQ(made.reports.size(), 2u);
    EXPECT_EQ(made.report(1).slot, Slot::kEmissive);
    EXPECT_TRUE(made.same(1));
}

}  // namespace
}  // namespace impasto::gltf
