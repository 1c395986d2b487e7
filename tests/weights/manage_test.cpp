#include "weights/manage.h"

#include <gtest/gtest.h>

#include "fixtures.h"
#include "platform/paths.h"
#include "support/temporary_folder.h"
#include "weights/safetensors.h"

namespace impasto {
namespace {

using test::message_of;

WeightsRequest request_of(const std::filesystem::path& path) {
    WeightsRequest request;
    request.source = platform::path_to_utf8(path);
    return request;
}

TEST(Manage, Info) {
    const auto info = weights_info(request_of(test::fixture("zip_f16.pth")));
    ASSERT_TRUE(info) << info.error().message;
    EXPECT_EQ(info->name, "zip_f16.pth");
    EXPECT_EQ(info->format, "pth (zip)");
    EXPECT_EQ(info->bytes, std::filesystem::file_size(test::fixture("zip_f16.pth")));
    ASSERT_EQ(info->layers.size(), 3u);
    EXPECT_EQ(info->layers[2].name, "conv2_1");
    EXPECT_EQ(info->layers[2].tensor, "features.5");
    EXPECT_EQ(info->layers[2].shape, (std::array<std::uint64_t, 4>{4, 3, 3, 3}));
    EXPECT_EQ(info->layers[2].dtype, DType::kF16);
    EXPECT_EQ(info->layers[2].parameters, 4u * 3 * 9 + 4);
    EXPECT_EQ(info->parameters, (2u * 3 * 9 + 2) + (3 * 2 * 9 + 3) + (4 * 3 * 9 + 4));
    EXPECT_EQ(info->ignored_tensors, 2u);
}

TEST(Manage, ImportKeepsValuesAndConvention) {
    const test::TemporaryFolder folder;
    for (const DType dtype : {DType::kF16, DType::kF32}) {
        auto request = request_of(test::fixture("legacy_f64.pth"));
        request.convention = ConventionChoice::kCaffe;
        const auto destination = folder / "out.safetensors";
        const auto written = import_weights(request, destination, {dtype, {{"from", "a test"}}});
        ASSERT_TRUE(written) << written.error().message;
        EXPECT_EQ(written->layers[0].dtype, dtype);
        EXPECT_EQ(written->ignored_tensors, 0u);
        EXPECT_EQ(written->metadata.at("from"), "a test");
        const auto encoder = load_weights(request_of(destination));
        ASSERT_TRUE(encoder);
        EXPECT_TRUE(encoder->input.bgr);
        const auto original = load_weights(request);
        ASSERT_TRUE(original);
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_EQ(weight_floats(encoder->convolutions[i]),
                      weight_floats(original->convolutions[i]));
            EXPECT_EQ(encoder->convolutions[i].bias, original->convolutions[i].bias);
        }
    }
}

TEST(Manage, ImportLeavesNothingHalfWritten) {
    const test::TemporaryFolder folder;
    EXPECT_FALSE(import_weights(request_of(test::fixture("zip_nan.pth")), folder / "out", {}));
    EXPECT_FALSE(import_weights(request_of(test::fixture("zip_evil.pth")), folder / "out", {}));
    const auto nowhere =
        import_weights(request_of(test::fixture("zip_f32.pth")), folder / "no" / "out", {});
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().code, ErrorCode::kOutput);
    const std::vector<float> big(54, 1e6f);
    const std::vector<float> bias(2, 0.0f);
    const std::vector<TensorToWrite> tensors{f32_tensor("features.0.weight", {2, 3, 3, 3}, big),
                                             f32_tensor("features.0.bias", {2}, bias)};
    ASSERT_TRUE(write_safetensors(folder / "big.safetensors", tensors, {}));
    EXPECT_MENTIONS(
        message_of(import_weights(request_of(folder / "big.safetensors"), folder / "out", {})),
        "choose F32");
    EXPECT_TRUE(
        import_weights(request_of(folder / "big.safetensors"), folder / "out", {DType::kF32, {}}));
    EXPECT_EQ(folder.names().size(), 2u);
}

TEST(Manage, ImportOverItself) {
    const test::TemporaryFolder folder;
    const auto path = folder / "same.safetensors";
    std::filesystem::copy_file(test::fixture("f32.safetensors"), path);
    const auto written = import_weights(request_of(path), path, {});
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ(written->layers[0].dtype, DType::kF16);
}

TEST(Manage, List) {
    const test::TemporaryFolder cache;
    auto lines = list_weights(cache.path());
    ASSERT_TRUE(lines);
    ASSERT_EQ(lines->size(), 3u);
    EXPECT_EQ((*lines)[0].name, "builtin");
    EXPECT_EQ((*lines)[1].name, "vgg19");
    EXPECT_FALSE((*lines)[1].available);
    std::filesystem::create_directories(cache / "weights");
    test::write_text(cache / "weights" / "vgg19.safetensors", "12345");
    lines = list_weights(cache.path());
    ASSERT_TRUE(lines);
    EXPECT_TRUE((*lines)[1].available);
    EXPECT_EQ((*lines)[1].bytes, 5u);
}

}  // namespace
}  // namespace impasto
