// Painting a model's images, with a painter that does as it is told.
#include "texture/gltf/restyle.h"

#include <cmath>

#include "image/load.h"
#include "model_file.h"

namespace impasto::gltf {
namespace {

constexpr std::array<Uv, 4> kLeftHalf{Uv{0, 0}, {0.5f, 0}, {0.5f, 1}, {0, 1}};

// What a painter was given.
struct Seen {
    std::vector<Image> contents;
    std::vector<Image> masks;
    std::vector<std::array<bool, 2>> tiles;
    std::vector<std::size_t> counts;
};

Paint inverting(Seen& seen) {
    return [&](const PaintJob& job) -> Result<Image> {
        seen.contents.push_back(job.content);
        seen.masks.push_back(job.mask);
        seen.tiles.push_back(job.tile);
        seen.counts.push_back(job.count);
        Image painted = job.content;
        for (float& value : painted.rgb) value = 1 - value;
        return painted;
    };
}

Image decoded(const Document& document, std::size_t image) {
    auto loaded = load_image_from_memory(*document.image_bytes(image), "painted");
    EXPECT_TRUE(loaded);
    return loaded ? *std::move(loaded) : Image();
}

std::vector<ImageReport> restyled(Document& document, const Paint& paint,
                                  const RestyleOptions& options = {}) {
    const auto model = document.model();
    EXPECT_TRUE(model) << model.error().message;
    auto reports = restyle(document, *model, options, paint);
    EXPECT_TRUE(reports) << reports.error().message;
    return reports ? *std::move(reports) : std::vector<ImageReport>();
}

// Red on the left, which the quad shows, green on the right.
Image halves() {
    return picture(64, 64, [](int x, int) {
        return x < 32 ? std::array{0.8f, 0.2f, 0.2f} : std::array{0.0f, 1.0f, 0.0f};
    });
}

TEST(GltfRestyle, OnlyWhatIsShownCounts) {
    ModelFile file;
    file.quad(kSquare, kLeftHalf);
    file.image(png(halves()));
    file.material(file.texture(0));
    Document document = document_of(file.binary());
    Seen seen;
    const auto reports = restyled(document, inverting(seen));
    ASSERT_EQ(seen.contents.size(), 1u);
    EXPECT_EQ(seen.masks[0].rgb[0], 1.0f);
    EXPECT_EQ(seen.masks[0].rgb[63], 0.0f);
    // The texel beside the edge is read by filtering, and so is shown.
    EXPECT_EQ(seen.masks[0].rgb[32], 1.0f);
    EXPECT_EQ(seen.masks[0].rgb[34], 0.0f);
    EXPECT_EQ(seen.contents[0].rgb[63], seen.contents[0].rgb[32]) << "padding is filled";
    ASSERT_EQ(reports.size(), 1u);
    EXPECT_NEAR(reports[0].covered, 33.0 / 64, 1e-6);
    const Image painted = decoded(document, 0);
    EXPECT_NEAR(painted.rgb[0], 0.2f, 0.005f);
    EXPECT_EQ(painted.rgb[63], painted.rgb[32]) << "padding follows the painted";
}

TEST(GltfRestyle, ASharedImageIsPaintedOnceWithAllThatShowIt) {
    ModelFile file;
    file.quad(kSquare, kLeftHalf, 0);
    file.quad(kSquare, {Uv{0.5f, 0}, {1, 0}, {1, 1}, {0.5f, 1}}, 1);
    file.image(png(halves()));
    file.material(file.texture(0));
    file.material(file.texture(0));
    Document document = document_of(file.binary());
    Seen seen;
    const auto reports = restyled(document, inverting(seen), {{1}, true, true});
    ASSERT_EQ(seen.contents.size(), 1u);
    EXPECT_EQ(seen.masks[0].width, 0) << "all of it counts";
    EXPECT_EQ(reports[0].covered, 1.0);
}

TEST(GltfRestyle, AlphaIsKeptAndTheTransparentTakesNoPart) {
    Image image = halves();
    image.alpha.assign(image.pixels(), 1.0f);
    for (std::size_t i = 0; i < 10 * 64; ++i) image.alpha[i] = i < 5 * 64 ? 0.0f : 0.5f;
    ModelFile file;
    file.quad(kSquare, kWholeImage);
    file.image(png(image));
    file.material(file.texture(0))["alphaMode"] = "MASK";
    Document document = document_of(file.binary());
    Seen seen;
    restyled(document, inverting(seen));
    EXPECT_EQ(seen.masks.at(0).rgb[0], 0.0f);
    EXPECT_EQ(seen.masks.at(0).rgb[5 * 64], 1.0f);
    const Image painted = decoded(document, 0);
    ASSERT_EQ(painted.alpha.size(), image.pixels());
    for (std::size_t i = 0; i < painted.alpha.size(); ++i) {
        ASSERT_NEAR(painted.alpha[i], image.alpha[i], 0.005f);
    }
    EXPECT_EQ(painted.rgb[0], painted.rgb[5 * 64]) << "colours go on under the edge";
}

TEST(GltfRestyle, BitsAreKept) {
    for (const int bits : {8, 16}) {
        ModelFile file;
        file.quad(kSquare, kWholeImage);
        const auto encoded = encode_png(halves(), {}, {bits, false});
        ASSERT_TRUE(encoded);
        file.image(*encoded);
        file.material(file.texture(0));
        Document document = document_of(file.binary());
        // As a session's picture, which knows nothing of a file.
        restyled(document, [](const PaintJob& job) -> Result<Image> {
            Image painted = job.content;
            painted.bits = 8;
            for (float& value : painted.rgb) value = 0.5f;
            return painted;
        });
        EXPECT_EQ(decoded(document, 0).bits, bits);
    }
}

TEST(GltfRestyle, DataMapsAreLeft) {
    ModelFile file;
    file.quad(kSquare, kWholeImage);
    file.image(png(halves()));
    file.image(png(halves()));
    file.material(file.texture(0));
    file.json["materials"][0]["emissiveTexture"] = {{"index", file.texture(1)}};
    file.json["materials"][0]["normalTexture"] = {{"index", 1}};
    Document document = document_of(file.binary());
    const Bytes before = *document.image_bytes(1);
    Seen seen;
    const auto reports = restyled(document, inverting(seen));
    ASSERT_EQ(reports.size(), 2u);
    EXPECT_NE(reports[1].left.find("normal"), std::string::npos);
    EXPECT_EQ(*document.image_bytes(1), before);
    EXPECT_NE(*document.image_bytes(0), before);
}

TEST(GltfRestyle, WhatAnExtensionShowsIsLeft) {
    ModelFile file;
    file.quad(kSquare, kWholeImage, 0);
    file.quad(kSquare, kWholeImage, 1);
    for (int i = 0; i < 3; ++i) file.texture(file.image(png(halves())));
    file.material(0);
    file.material(1)["normalTexture"] = {{"index", 2}};
    for (const std::size_t shared : {0, 2}) {
        // In another material too, at any depth.
        file.json["materials"][shared == 0 ? 1 : 0]["extensions"] = {
            {"KHR_materials_clearcoat", {{"clearcoatTexture", {{"index", shared}}}}},
            {"EXT_of_nobody", {{"layers", {{{"maskTexture", {{"index", 77}}}}}}}}};
        Document document = document_of(file.binary());
        Seen seen;
        const auto reports = restyled(document, inverting(seen));
        std::size_t left = 0;
        for (const ImageReport& report : reports) {
            if (report.left.find("extension") == std::string::npos) continue;
            EXPECT_EQ(report.image, shared);
            ++left;
        }
        EXPECT_EQ(left, 1u);
        file.json["materials"][1].erase("extensions");
    }
}

// Its diffuse texture is the base colour itself.
TEST(GltfRestyle, SpecularGlossinessIsPainted) {
    ModelFile file;
    file.quad(kSquare, kWholeImage);
    for (int i = 0; i < 2; ++i) file.texture(file.image(png(halves())));
    file.json["materials"] = {{{"extensions",
                                {{"KHR_materials_pbrSpecularGlossiness",
                                  {{"diffuseTexture", {{"index", 0}}},
                                   {"specularGlossinessTexture", {{"index", 1}}}}}}}}};
    Document document = document_of(file.binary());
    Seen seen;
    const auto reports = restyled(document, inverting(seen));
    ASSERT_EQ(reports.size(), 1u);
    EXPECT_EQ(reports[0].left, "");
}

TEST(GltfRestyle, AMapInAFormatThatIsNotReadIsNoImageOfTheFile) {
    ModelFile file;
    file.quad(kSquare, kWholeImage);
    file.image(png(halves()));
    file.material(file.texture(0));
    file.json["textures"].push_back({{"extensions", {{"EXT_texture_webp", {{"source", 9}}}}}});
    file.json["materials"][0]["normalTexture"] = {{"index", 1}};
    Document document = document_of(file.binary());
    Seen seen;
    const auto reports = restyled(document, inverting(seen));
    ASSERT_EQ(reports.size(), 1u);
    EXPECT_EQ(reports[0].left, "");
}

TEST(GltfRestyle, AColourInAFormatThatIsNotReadIsLeft) {
    ModelFile file;
    file.quad(kSquare, kWholeImage, 0);
    file.quad(kSquare, kWholeImage, 1);
    file.image(png(halves()));
    file.material(file.texture(0));
    for (const char* name : {"EXT_texture_webp", "KHR_texture_basisu"}) {
        file.json["textures"][1] = {{"source", 0}, {"extensions", {{name, {{"source", 9}}}}}};
        file.json["materials"][1] = {
            {"pbrMetallicRoughness", {{"baseColorTexture", {{"index", 1}}}}}};
        Document document = document_of(file.binary());
        Seen seen;
        const auto reports = restyled(document, inverting(seen));
        ASSERT_EQ(reports.size(), 2u);
        EXPECT_EQ(reports[0].left, "");
        EXPECT_EQ(reports[1].image, 9u);
        EXPECT_NE(reports[1].left.find(name), std::string::npos);
        EXPECT_EQ(seen.counts, std::vector<std::size_t>{1}) << "what is left is not waited for";
        EXPECT_EQ(seen.contents.size(), 1u);
    }
}

TEST(GltfRestyle, EmissiveIsPaintedWhereItShines) {
    const Image glow = picture(64, 64, [](int x, int y) {
        const float on = x > 20 && x < 50 && y > 20 && y < 50 ? 0.6f : 0.0f;
        return std::array{on, on, on};
    });
    ModelFile file;
    file.quad(kSquare, kWholeImage);
    file.image(png(halves()));
    file.image(png(glow));
    file.material(file.texture(0));
    file.json["materials"][0]["emissiveTexture"] = {{"index", file.texture(1)}};
    Document document = document_of(file.binary());
    Seen seen;
    restyled(document, inverting(seen));
    const Image painted = decoded(document, 1);
    EXPECT_EQ(painted.rgb[0], 0.0f) << "what is dark stays dark";
    EXPECT_NEAR(painted.rgb[32 * 64 + 32], 0.4f, 0.01f);
    document = document_of(file.binary());
    const Bytes before = *document.image_bytes(1);
    restyled(document, inverting(seen), {{}, false, true});
    EXPECT_EQ(*document.image_bytes(1), before);
}

TEST(GltfRestyle, SeamsAreMeasuredAndLevelled) {
    ModelFile file;
    file.quad(kSquare, {Uv{0.05f, 0.1f}, {0.45f, 0.1f}, {0.45f, 0.9f}, {0.05f, 0.9f}});
    file.quad({Vertex{1, 0, 0}, {2, 0, 0}, {2, 1, 0}, {1, 1, 0}},
              {Uv{0.55f, 0.1f}, {0.95f, 0.1f}, {0.95f, 0.9f}, {0.55f, 0.9f}});
    file.image(png(plain(64, 64, 0.5f)));
    file.material(file.texture(0));
    // Paints both halves differently.
    const Paint paint = [](const PaintJob& job) -> Result<Image> {
        return picture(job.content.width, job.content.height, [&](int x, int) {
            return x < 32 ? std::array{0.3f, 0.4f, 0.5f} : std::array{0.6f, 0.4f, 0.5f};
        });
    };
    for (const bool level : {true, false}) {
        Document document = document_of(file.binary());
        const auto reports = restyled(document, paint, {{}, true, level});
        EXPECT_GT(reports.at(0).seam_samples, 50u);
        EXPECT_EQ(reports[0].continuous, 1.0);
        EXPECT_NEAR(reports[0].original.mean, 0, 1e-6);
        EXPECT_NEAR(reports[0].before.mean, 0.3, 0.01);
        if (level) {
            EXPECT_LT(reports[0].after.percentile95, 4.0 / 255);
        } else {
            EXPECT_NEAR(reports[0].after.mean, 0.3, 0.01);
        }
    }
}

TEST(GltfRestyle, AClosedShellIsPaintedAsATile) {
    ModelFile file;
    file.cylinder(0, 1);
    file.image(png(plain(64, 64, 0.5f)));
    file.material(file.texture(0));
    Document document = document_of(file.binary());
    Seen seen;
    const auto reports = restyled(document, inverting(seen));
    EXPECT_EQ(seen.tiles.at(0), (std::array{true, false}));
    EXPECT_EQ(reports.at(0).tile, (std::array{true, false}));
    // Where the sampler ends at the edge, the two sides are a seam like others.
    file.json["samplers"] = {Json{{"wrapS", 33071}}};
    file.json["textures"][0]["sampler"] = 0;
    document = document_of(file.binary());
    const Paint slope = [](const PaintJob& job) -> Result<Image> {
        return picture(job.content.width, job.content.height, [&](int x, int) {
            const float v = 0.3f + 0.4f * static_cast<float>(x) / 63;
            return std::array{v, v, v};
        });
    };
    const auto clamped = restyled(document, slope);
    EXPECT_GT(clamped.at(0).seam_samples, 50u);
    EXPECT_NEAR(clamped[0].before.mean, 0.4, 0.02);
    EXPECT_LT(clamped[0].after.percentile95, 4.0 / 255);
}

TEST(GltfRestyle, AfterAnErrorNothingIsChanged) {
    ModelFile file;
    file.quad(kSquare, kWholeImage, 0);
    file.quad(kSquare, kWholeImage, 1);
    file.image(png(halves()));
    file.image(bytes_of("\x89PNG damaged"));
    file.material(file.texture(0));
    file.material(file.texture(1));
    Document document = document_of(file.binary());
    const Bytes before = *document.image_bytes(0);
    Seen seen;
    const auto reports = restyle(document, *document.model(), {}, inverting(seen));
    ASSERT_FALSE(reports);
    EXPECT_NE(reports.error().message.find("image 1"), std::string::npos);
    EXPECT_EQ(*document.image_bytes(0), before);
    EXPECT_TRUE(seen.contents.empty());  // before any work
}

TEST(GltfRestyle, WhatIsTooNarrowIsLeft) {
    ModelFile file;
    file.quad(kSquare, kWholeImage, 0);
    file.quad(kSquare, kWholeImage, 1);
    file.image(png(halves()));
    file.image(png(plain(4096, 3, 0.5f)));
    file.material(file.texture(0));
    file.material(file.texture(1));
    Document document = document_of(file.binary());
    Seen seen;
    const auto reports = restyled(document, inverting(seen));
    ASSERT_EQ(reports.size(), 2u);
    EXPECT_EQ(reports[0].left, "");
    EXPECT_NE(reports[1].left.find("narrower"), std::string::npos);
}

TEST(GltfRestyle, AFailureNamesTheImage) {
    ModelFile file;
    file.quad(kSquare, kWholeImage);
    file.image(png(halves()));
    file.material(file.texture(0));
    Document document = document_of(file.binary());
    const auto reports = restyle(document, *document.model(), {}, [](const PaintJob&) {
        return Result<Image>(Error{ErrorCode::kOutOfMemory, "no room"});
    });
    ASSERT_FALSE(reports);
    EXPECT_EQ(reports.error().code, ErrorCode::kOutOfMemory);
    EXPECT_NE(reports.error().message.find("image 0': no room"), std::string::npos)
        << reports.error().message;
}

TEST(GltfRestyle, NothingToPaintIsSaid) {
    const auto says = [](ModelFile& file, const RestyleOptions& options) {
        Document document = document_of(file.binary());
        Seen seen;
        const auto reports = restyle(document, *document.model(), options, inverting(seen));
        EXPECT_FALSE(reports);
        EXPECT_TRUE(seen.contents.empty());
        return reports ? std::string() : reports.error().message;
    };
    ModelFile file;
    file.quad(kSquare, kWholeImage);
    file.json["materials"].push_back(Json::object());
    EXPECT_NE(says(file, {}).find("no pictures"), std::string::npos);
    EXPECT_NE(says(file, {{7}, true, true}).find("no material 7"), std::string::npos);
    file = ModelFile();
    file.image(png(halves()));
    file.material(file.texture(0));
    EXPECT_NE(says(file, {}).find("no triangle"), std::string::npos);
    file.json["textures"][0]["extensions"] = {{"EXT_texture_webp", {{"source", 0}}}};
    EXPECT_NE(says(file, {}).find("EXT_texture_webp"), std::string::npos);
}

}  // namespace
}  // namespace impasto::gltf
