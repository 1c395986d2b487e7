#include "weights/pth.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "fixtures.h"
#include "support/temporary_folder.h"

namespace impasto {
namespace {

using test::message_of;

void expect_fixture(const std::string& name, const std::string& format, DType dtype,
                    std::size_t tensors) {
    const auto bytes = test::read_bytes(test::fixture(name));
    ASSERT_TRUE(looks_like_pth(bytes)) << name;
    const auto file = read_pth(bytes);
    ASSERT_TRUE(file) << name << ": " << file.error().message;
    EXPECT_EQ(file->format, format);
    EXPECT_EQ(file->tensors.size(), tensors) << name;
    for (int t = 0; t < 6; ++t) {
        const NamedTensor* tensor = file->find(test::kFixtureTensors[t]);
        ASSERT_NE(tensor, nullptr) << name;
        EXPECT_EQ(tensor->dtype, dtype) << name;
        const auto values = tensor_floats(*tensor);
        ASSERT_TRUE(values) << values.error().message;
        for (std::size_t i = 0; i < values->size(); ++i) {
            ASSERT_EQ((*values)[i], test::fixture_value(t, i)) << name << " " << t << " " << i;
        }
    }
}

TEST(Pth, Archive) {
    expect_fixture("zip_f32.pth", "pth (zip)", DType::kF32, 8);
    expect_fixture("zip_f16.pth", "pth (zip)", DType::kF16, 8);
    expect_fixture("zip_bf16.pth", "pth (zip)", DType::kBF16, 8);
}

TEST(Pth, Legacy) {
    expect_fixture("legacy_f32.pth", "pth (legacy)", DType::kF32, 8);
    expect_fixture("legacy_f64.pth", "pth (legacy)", DType::kF64, 8);
    expect_fixture("legacy_2017.pth", "pth (legacy)", DType::kF32, 8);
}

TEST(Pth, NestedParametersStridesAndSharedStorage) {
    expect_fixture("zip_nested.pth", "pth (zip)", DType::kF32, 8);
    expect_fixture("zip_parameters.pth", "pth (zip)", DType::kF32, 8);
    expect_fixture("zip_strided.pth", "pth (zip)", DType::kF32, 6);
    expect_fixture("legacy_shared.pth", "pth (legacy)", DType::kF32, 6);
}

TEST(Pth, NothingIsExecuted) {
    for (const char* name : {"zip_evil.pth", "legacy_evil.pth"}) {
        const auto bytes = test::read_bytes(test::fixture(name));
        const auto file = read_pth(bytes);
        ASSERT_FALSE(file);
        EXPECT_EQ(file.error().code, ErrorCode::kWeights);
        EXPECT_MENTIONS(file.error().message, "system");
    }
    EXPECT_FALSE(std::filesystem::exists("executed.txt"));
    const auto bytes = test::read_bytes(test::fixture("zip_module.pth"));
    EXPECT_MENTIONS(message_of(read_pth(bytes)), "state_dict()");
}

TEST(Pth, NanIsNamed) {
    const auto bytes = test::read_bytes(test::fixture("zip_nan.pth"));
    const auto file = read_pth(bytes);
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_MENTIONS(message_of(tensor_floats(*file->find("features.2.weight"))),
                    "'features.2.weight' holds a NaN");
}

TEST(Pth, EveryCutIsNoticed) {
    for (const char* name : {"zip_f32.pth", "legacy_f32.pth", "legacy_2017.pth"}) {
        const auto bytes = test::read_bytes(test::fixture(name));
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            ASSERT_FALSE(read_pth(std::span(bytes).first(length))) << name << " " << length;
        }
    }
}

// Whatever one byte becomes, the answer is an error or tensors inside the file.
TEST(Pth, NoSingleByteMatters) {
    for (const char* name : {"zip_f16.pth", "legacy_2017.pth"}) {
        const auto good = test::read_bytes(test::fixture(name));
        for (std::size_t at = 0; at < good.size(); ++at) {
            for (const int flip : {0x01, 0x80, 0xff}) {
                auto bytes = good;
                bytes[at] ^= std::byte{static_cast<unsigned char>(flip)};
                const auto file = read_tensor_file(bytes);
                for (std::size_t t = 0; file && t < file->tensors.size(); ++t) {
                    (void)tensor_floats(file->tensors[t]);
                }
            }
        }
    }
}

// A legacy file with one tensor whose parts are given by hand.
std::string legacy_file(std::uint8_t storage_elements, std::uint8_t offset, const std::string& size,
                        const std::string& stride, std::uint64_t written,
                        const std::string& view = "N") {
    const std::string proto("\x80\x02", 2);
    std::string file = proto + "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
    file += proto + "M\xe9\x03.";
    file += proto + "}.";
    const std::string storage =
        "(U\x07storagectorch\nFloatStorage\nU\x01kU\x03"
        "cpuK" +
        std::string(1, static_cast<char>(storage_elements)) + view + "tQ";
    file += proto +
            "}(U\x11"
            "features.0.weightctorch._utils\n_rebuild_tensor_v2\n(" +
            storage + "K" + std::string(1, static_cast<char>(offset)) + size + stride + "\x89}tRu.";
    file += proto + "](U\x01ke.";
    return file + test::number(written, 8) +
           std::string(static_cast<std::size_t>(4 * written), 'A');
}

TEST(Pth, TensorsStayInTheirStorage) {
    const auto read = [](const std::string& file) {
        return message_of(read_pth(test::as_bytes(file)));
    };
    EXPECT_EQ(read(legacy_file(6, 0, "K\x02K\x03\x86", "K\x03K\x01\x86", 6)), "no error");
    EXPECT_EQ(read(legacy_file(6, 2, "K\x02K\x02\x86", "K\x02K\x01\x86", 6)), "no error");
    EXPECT_EQ(read(legacy_file(6, 0, "K\x01\x85", "K\x01\x85", 6, "(U\x01vK\x05K\x01t")),
              "no error");
    EXPECT_MENTIONS(read(legacy_file(6, 1, "K\x02K\x03\x86", "K\x03K\x01\x86", 6)), "does not fit");
    EXPECT_MENTIONS(read(legacy_file(6, 7, "K\x01\x85", "K\x01\x85", 6)), "outside its storage");
    EXPECT_MENTIONS(read(legacy_file(6, 2, "K\x01\x85", "K\x01\x85", 6, "(U\x01vK\x05K\x01t")),
                    "outside its storage");
    EXPECT_MENTIONS(read(legacy_file(6, 0, "K\x02\x85", "K\x06\x85", 6)), "does not fit");
    EXPECT_MENTIONS(read(legacy_file(6, 0, "K\x07\x85", std::string("K\x00\x85", 3), 6)),
                    "does not fit");
    EXPECT_MENTIONS(read(legacy_file(7, 0, "K\x01\x85", "K\x01\x85", 6)), "claimed");
    const std::string big = "\x8a\x08" + std::string(7, '\xff') + "\x7f";
    EXPECT_MENTIONS(read(legacy_file(6, 0, "K\x02\x85", big + "\x85", 6)), "does not fit");
    EXPECT_MENTIONS(read(legacy_file(6, 0, big + big + "\x86", "K\x01K\x01\x86", 6)),
                    "does not fit");
    EXPECT_MENTIONS(read(legacy_file(6, 0, "J\xff\xff\xff\xff\x85", "K\x01\x85", 6)),
                    "unknown way");
    std::string lying = legacy_file(6, 0, "K\x01\x85", "K\x01\x85", 6);
    lying.replace(lying.size() - 32, 8, test::number(~std::uint64_t{0}, 8));
    EXPECT_MENTIONS(read(lying), "cut short");
}

}  // namespace
}  // namespace impasto
