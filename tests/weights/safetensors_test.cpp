#include "weights/safetensors.h"

#include <gtest/gtest.h>

#include <cmath>

#include "fixtures.h"
#include "platform/mapped_file.h"
#include "support/temporary_folder.h"

namespace impasto {
namespace {

using test::message_of;

std::string entry(const std::string& name, const std::string& dtype, const std::string& shape,
                  const std::string& offsets) {
    return "\"" + name + R"(":{"dtype":")" + dtype + R"(","shape":)" + shape +
           R"(,"data_offsets":)" + offsets + "}";
}

std::string error_of(const std::string& header, const std::string& body) {
    const std::string file = test::safetensors_text(header, body);
    const auto read = read_safetensors(test::as_bytes(file));
    if (!read) {
        EXPECT_EQ(read.error().code, ErrorCode::kWeights);
    }
    return message_of(read);
}

TEST(Safetensors, ReadsWhatPythonWrote) {
    for (const char* name : {"f32.safetensors", "f16.safetensors", "bf16.safetensors"}) {
        const auto bytes = test::read_bytes(test::fixture(name));
        ASSERT_TRUE(looks_like_safetensors(bytes)) << name;
        const auto file = read_safetensors(bytes);
        ASSERT_TRUE(file) << name << ": " << file.error().message;
        EXPECT_EQ(file->tensors.size(), 8u);
        for (int t = 0; t < 6; ++t) {
            const NamedTensor* tensor = file->find(test::kFixtureTensors[t]);
            ASSERT_NE(tensor, nullptr);
            const auto values = tensor_floats(*tensor);
            ASSERT_TRUE(values) << values.error().message;
            for (std::size_t i = 0; i < values->size(); ++i) {
                ASSERT_EQ((*values)[i], test::fixture_value(t, i)) << name << " " << t << " " << i;
            }
        }
    }
}

TEST(Safetensors, WritesWhatItReads) {
    const test::TemporaryFolder folder;
    const std::vector<float> values{1.0f, -2.5f, 0.0f, 65504.0f, 0x1p-24f, 3.0f};
    const auto halves = f16_bytes("b", values);
    ASSERT_TRUE(halves);
    const std::vector<TensorToWrite> tensors{f32_tensor("a \"quoted\" name", {2, 3}, values),
                                             {"b", DType::kF16, {6}, *halves},
                                             f32_tensor("none", {0, 4}, {}),
                                             f32_tensor("scalar", {}, std::span(values).first(1))};
    const auto written = write_safetensors(folder / "out.safetensors", tensors, {{"key", "value"}});
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ(folder.names().size(), 1u);
    const auto bytes = test::read_bytes(folder / "out.safetensors");
    const auto file = read_safetensors(bytes);
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(file->metadata.at("key"), "value");
    for (const char* name : {"a \"quoted\" name", "b"}) {
        const auto* tensor = file->find(name);
        ASSERT_NE(tensor, nullptr);
        const auto back = tensor_floats(*tensor);
        ASSERT_TRUE(back);
        EXPECT_EQ(*back, values);
    }
    EXPECT_EQ(file->find("none")->data.size(), 0u);
    EXPECT_TRUE(file->find("scalar")->shape.empty());
}

TEST(Safetensors, RefusesToWriteNonsense) {
    const test::TemporaryFolder folder;
    const std::vector<float> values{1.0f, 2.0f};
    const std::vector<TensorToWrite> wrong{f32_tensor("a", {3}, values)};
    EXPECT_FALSE(write_safetensors(folder / "out", wrong, {}));
    const std::vector<TensorToWrite> twice{f32_tensor("a", {2}, values),
                                           f32_tensor("a", {2}, values)};
    EXPECT_FALSE(write_safetensors(folder / "out", twice, {}));
    EXPECT_TRUE(folder.names().empty());
    for (const float value : {70000.0f, 65520.0f, NAN, -INFINITY}) {
        EXPECT_MENTIONS(message_of(f16_bytes("big", std::span(&value, 1))), "'big'");
    }
    const auto nowhere = write_safetensors(folder / "no" / "out", std::span(wrong).first(0), {});
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().code, ErrorCode::kOutput);
}

TEST(Safetensors, EveryCutIsNoticed) {
    const auto bytes = test::read_bytes(test::fixture("f32.safetensors"));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const auto read = read_safetensors(std::span(bytes).first(length));
        ASSERT_FALSE(read) << length;
        ASSERT_EQ(read.error().code, ErrorCode::kWeights);
    }
}

TEST(Safetensors, LyingHeaders) {
    const std::string body(8, '\0');
    EXPECT_MENTIONS(error_of("{" + entry("a", "F32", "[3]", "[0,12]") + "}", body), "cut short");
    EXPECT_MENTIONS(error_of("{" + entry("a", "F32", "[2]", "[4,12]") + "}", body), "cut short");
    EXPECT_MENTIONS(error_of("{" + entry("a", "F32", "[2]", "[8,0]") + "}", body), "claims bytes");
    EXPECT_MENTIONS(error_of("{" + entry("a", "F32", "[1]", "[0,8]") + "}", body),
                    "does not fit its 8 bytes");
    EXPECT_MENTIONS(error_of("{" + entry("a", "F16", "[3]", "[0,8]") + "}", body), "'a'");
    EXPECT_MENTIONS(error_of("{" + entry("a", "F32", "[1]", "[4,8]") + "}", body),
                    "'a' comes after bytes that belong to no tensor");
    EXPECT_MENTIONS(error_of("{" + entry("a", "F32", "[1]", "[4,8]") + "}", body),
                    "download it again, or write it anew");
    EXPECT_MENTIONS(error_of("{" + entry("a", "F32", "[1]", "[0,4]") + "}", body),
                    "belong to no tensor");
    EXPECT_MENTIONS(error_of("{" + entry("a", "F32", "[2]", "[0,8]") + "," +
                                 entry("b", "F32", "[1]", "[4,8]") + "}",
                             body),
                    "'b' overlaps another");
    EXPECT_MENTIONS(error_of("{" + entry("a", "F32", "[1]", "[0,4]") + "," +
                                 entry("a", "F32", "[1]", "[4,8]") + "}",
                             body),
                    "'a' twice");
    EXPECT_MENTIONS(error_of(R"({"a":{"dtype":"F32","shape":[2],"shape":[2],)"
                             R"("data_offsets":[0,8]}})",
                             body),
                    "'shape' twice");
    EXPECT_MENTIONS(error_of("{" + entry("a", "F33", "[2]", "[0,8]") + "}", body), "'F33'");
    EXPECT_MENTIONS(error_of(R"({"__metadata__":{"a":1}})", ""), "metadata 'a'");
    EXPECT_MENTIONS(error_of(R"({"__metadata__":[]})", ""), "metadata");
}

TEST(Safetensors, HugeSizes) {
    const std::string body(8, '\0');
    const std::string huge = "18446744073709551615";
    // Products that are 2, or 0, modulo 2^64.
    for (const char* shape :
         {"[9223372036854775809,2]", "[4294967296,4294967296]", "[18446744073709551615]",
          "[18446744073709551617]", "[-2]", "[2.0]", "[1e3]", "[\"2\"]", "2", "[[2]]"}) {
        const auto message = error_of("{" + entry("a", "F32", shape, "[0,8]") + "}", body);
        EXPECT_MENTIONS(message, "'a'");
    }
    for (const auto& offsets : {"[0," + huge + "]", "[" + huge + "," + huge + "]",
                                std::string("[-1,8]"), std::string("[0]"), std::string("[0,8,8]"),
                                std::string("[0,8.0]"), std::string("null")}) {
        EXPECT_MENTIONS(error_of("{" + entry("a", "F32", "[2]", offsets) + "}", body), "'a'");
    }
    for (const std::uint64_t length :
         {std::uint64_t{17}, std::uint64_t{1} << 32, ~std::uint64_t{0}, std::uint64_t{1} << 63}) {
        const std::string file = test::number(length, 8) + "{}" + body;
        EXPECT_MENTIONS(message_of(read_safetensors(test::as_bytes(file))), "header claims");
    }
}

TEST(Safetensors, HeadersThatAreNotJson) {
    for (const std::string& header :
         {std::string(), std::string("{"), std::string("[]"), std::string("null"),
          std::string("{\"a\":}"), std::string("{\"a\":{}}"), std::string("{\"\xff\":{}}"),
          std::string("{} x"), std::string(100'000, '['), "{\"a\":" + std::string(100'000, '[')}) {
        EXPECT_NE(error_of(header, ""), "no error") << header.substr(0, 20);
    }
    // The reference implementation pads with spaces.
    EXPECT_EQ(error_of("{}      ", ""), "no error");
}

TEST(Safetensors, OtherTypesAreReadButNotAsValues) {
    const std::string file = test::safetensors_text(
        "{" + entry("steps", "I64", "[1]", "[0,8]") + "}", std::string(8, '\0'));
    const auto read = read_safetensors(test::as_bytes(file));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_MENTIONS(message_of(tensor_floats(read->tensors[0])), "'steps' holds I64");
}

}  // namespace
}  // namespace impasto
