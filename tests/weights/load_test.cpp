#include "weights/load.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/sha256.h"
#include "fixtures.h"
#include "platform/paths.h"
#include "support/temporary_folder.h"
#include "weights/embedded.h"
#include "weights/shaped.h"

namespace impasto {
namespace {

using test::message_of;

WeightsRequest request_of(const std::filesystem::path& path) {
    WeightsRequest request;
    request.source = platform::path_to_utf8(path);
    return request;
}

TEST(Load, FilesOfEveryForm) {
    for (const char* name :
         {"f32.safetensors", "f16.safetensors", "bf16.safetensors", "zip_f32.pth", "zip_f16.pth",
          "zip_bf16.pth", "zip_nested.pth", "zip_parameters.pth", "zip_strided.pth",
          "legacy_f32.pth", "legacy_f64.pth", "legacy_2017.pth", "legacy_shared.pth"}) {
        const auto encoder = load_weights(request_of(test::fixture(name)));
        ASSERT_TRUE(encoder) << encoder.error().message;
        EXPECT_EQ(encoder->name, name);
        EXPECT_EQ(encoder->sha256.hex(), sha256_hex(test::read_bytes(test::fixture(name))));
        ASSERT_EQ(encoder->convolutions.size(), 3u);
        for (int t = 0; t < 6; ++t) {
            const ConvWeights& layer = encoder->convolutions[static_cast<std::size_t>(t) / 2];
            const auto values = t % 2 == 0 ? weight_floats(layer) : layer.bias;
            ASSERT_FALSE(values.empty()) << name;
            for (std::size_t i = 0; i < values.size(); ++i) {
                ASSERT_EQ(values[i], test::fixture_value(t, i)) << name;
            }
        }
    }
}

// 16-bit weights stay in the file, which the encoder keeps; of a file in memory they are copied.
TEST(Load, HalvesStayInTheFile) {
    for (const char* name : {"f16.safetensors", "zip_f16.pth"}) {
        const auto encoder = load_weights(request_of(test::fixture(name)));
        ASSERT_TRUE(encoder) << encoder.error().message;
        EXPECT_NE(encoder->file, nullptr);
        const auto bytes = test::read_bytes(test::fixture(name));
        const auto copied = load_weights_from_memory(bytes, name);
        ASSERT_TRUE(copied) << copied.error().message;
        for (std::size_t i = 0; i < encoder->convolutions.size(); ++i) {
            const ConvWeights& layer = encoder->convolutions[i];
            EXPECT_TRUE(layer.weight.empty());
            EXPECT_EQ(
                layer.half.size(),
                std::size_t{18} * static_cast<std::size_t>(layer.in_channels * layer.out_channels));
            EXPECT_TRUE(copied->convolutions[i].half.empty());
            EXPECT_EQ(copied->convolutions[i].weight, weight_floats(layer));
        }
    }
    const auto floats = load_weights(request_of(test::fixture("f32.safetensors")));
    ASSERT_TRUE(floats);
    EXPECT_TRUE(floats->convolutions[0].half.empty());
}

TEST(Load, AFileIsToldByItsBytes) {
    const test::TemporaryFolder folder;
    std::filesystem::copy_file(test::fixture("zip_f32.pth"), folder / "x.safetensors");
    EXPECT_TRUE(load_weights(request_of(folder / "x.safetensors")));
    const auto bytes = test::read_bytes(test::fixture("legacy_f32.pth"));
    const auto encoder = load_weights_from_memory(bytes, "from memory", ConventionChoice::kCaffe);
    ASSERT_TRUE(encoder) << encoder.error().message;
    EXPECT_EQ(encoder->name, "from memory");
    EXPECT_EQ(encoder->sha256.hex(), sha256_hex(bytes));
    EXPECT_TRUE(encoder->input.bgr);
}

TEST(Load, TheCaffeFileIsKnownByItsName) {
    const test::TemporaryFolder folder;
    std::filesystem::copy_file(test::fixture("legacy_f32.pth"), folder / "vgg19-d01eb7cb.pth");
    auto request = request_of(folder / "vgg19-d01eb7cb.pth");
    auto encoder = load_weights(request);
    ASSERT_TRUE(encoder);
    EXPECT_TRUE(encoder->input.bgr);
    request.convention = ConventionChoice::kTorchvision;
    encoder = load_weights(request);
    ASSERT_TRUE(encoder);
    EXPECT_FALSE(encoder->input.bgr);
}

TEST(Load, CatalogueNamesComeFromTheCache) {
    const test::TemporaryFolder cache;
    WeightsRequest request;
    request.source = "vgg19";
    request.cache_folder = cache.path();
    auto encoder = load_weights(request);
    ASSERT_FALSE(encoder);
    EXPECT_EQ(encoder.error().code, ErrorCode::kInput);
    EXPECT_MENTIONS(encoder.error().message, "weights fetch vgg19");
    EXPECT_FALSE(weights_are_cached("vgg19", cache.path()));
    std::filesystem::create_directories(cache / "weights");
    std::filesystem::copy_file(test::fixture("f32.safetensors"),
                               cache / "weights" / "vgg19.safetensors");
    encoder = load_weights(request);
    ASSERT_TRUE(encoder) << encoder.error().message;
    EXPECT_EQ(encoder->name, "vgg19");
    EXPECT_TRUE(weights_are_cached("vgg19", cache.path()));
    EXPECT_FALSE(weights_are_cached("other", cache.path()));
}

// Random filters of VGG19's shape, the same every time, that neither blow maps up nor dry them out:
// a filter's squares sum to 2 on average (He et al. 2015).
TEST(Load, ShapedWeights) {
    WeightsRequest request;
    request.source = kShapedWeights;
    const auto encoder = load_weights(request);
    ASSERT_TRUE(encoder);
    ASSERT_EQ(encoder->convolutions.size(), static_cast<std::size_t>(kVgg19Convolutions));
    EXPECT_EQ(encoder->convolutions.back().out_channels, 512);
    int in = 3;
    for (const ConvWeights& conv : encoder->convolutions) {
        EXPECT_EQ(conv.in_channels, in);
        in = conv.out_channels;
        double squares = 0;
        for (const float value : conv.weight) {
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
        EXPECT_NEAR(squares / conv.out_channels, 2.0, 0.15);
    }
    EXPECT_EQ(load_weights(request)->convolutions[0].weight, encoder->convolutions[0].weight);
}

TEST(Load, ErrorsNameTheFile) {
    const test::TemporaryFolder folder;
    const auto error = [&](const std::string& source) {
        WeightsRequest request;
        request.source = source;
        request.cache_folder = folder.path();
        return message_of(load_weights(request));
    };
    EXPECT_MENTIONS(error("nonsense"), "builtin, vgg19");
    EXPECT_MENTIONS(error("missing.pth"), "cannot read 'missing.pth': no such file");
    EXPECT_MENTIONS(error(folder.path().string()), "it is a folder");
    test::write_text(folder / "empty.pth", "");
    EXPECT_MENTIONS(error((folder / "empty.pth").string()), "empty.pth': the file is empty");
    test::write_text(folder / "text.pth", "hello");
    EXPECT_MENTIONS(error((folder / "text.pth").string()), "text.pth': it is no weights file");
    // Called safetensors, it is a damaged one, however little its bytes tell of that.
    for (const char* bytes : {"1234567", "\x10\x00\x00\x00\x00\x00\x00\x7f{}", "hello, world"}) {
        test::write_text(folder / "cut.safetensors", bytes);
        WeightsRequest cut = request_of(folder / "cut.safetensors");
        const auto damaged = load_weights(cut);
        ASSERT_FALSE(damaged);
        EXPECT_EQ(damaged.error().code, ErrorCode::kWeights);
        EXPECT_MENTIONS(damaged.error().message,
                        "cut.safetensors': the safetensors file is damaged: ");
    }
    EXPECT_MENTIONS(error(test::fixture("zip_nan.pth").string()), "zip_nan.pth': the tensor");
    const auto bytes = test::read_bytes(test::fixture("f32.safetensors"));
    EXPECT_MENTIONS(message_of(load_weights_from_memory(std::span(bytes).first(900), "cut")),
                    "'cut': the safetensors file is damaged");
}

TEST(Load, BuiltinEncoder) {
    if (embedded_encoder().empty()) {
        GTEST_SKIP() << "this build has no weights/builtin.safetensors";
    }
    const auto encoder = load_weights({});
    ASSERT_TRUE(encoder) << encoder.error().message;
    EXPECT_EQ(encoder->name, "builtin");
    EXPECT_EQ(encoder->sha256.hex().size(), 64u);
    EXPECT_GE(encoder->convolutions.size(), 13u) << "the built-in encoder ends at conv5_1";
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(embedded_encoder().data()) % 16, 0u);
}

TEST(Load, RealVgg19) {
    const char* path = std::getenv("IMPASTO_TEST_VGG19");
    if (path == nullptr || *path == '\0') {
        GTEST_SKIP() << "IMPASTO_TEST_VGG19 names no file";
    }
    WeightsRequest request;
    request.source = path;
    const auto encoder = load_weights(request);
    ASSERT_TRUE(encoder) << encoder.error().message;
    ASSERT_EQ(encoder->convolutions.size(), 16u);
    EXPECT_EQ(encoder->convolutions[0].out_channels, 64);
    EXPECT_EQ(encoder->convolutions[15].in_channels, 512);
    EXPECT_EQ(convention_name(encoder->input), "torchvision (RGB)");
}

}  // namespace
}  // namespace impasto
