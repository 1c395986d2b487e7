#include "weights/tensor_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "fixtures.h"

namespace impasto {
namespace {

using test::message_of;

NamedTensor tensor_of(const std::string& bytes, DType dtype, std::vector<std::uint64_t> shape) {
    NamedTensor tensor;
    tensor.name = "t";
    tensor.dtype = dtype;
    tensor.shape = std::move(shape);
    tensor.data = test::as_bytes(bytes);
    return tensor;
}

TEST(TensorFile, RefusesWhatIsNotFinite) {
    const std::vector<std::pair<DType, std::string>> bad{
        {DType::kF32, test::number(0x7fc00000, 4)},
        {DType::kF32, test::number(0xff800000, 4)},
        {DType::kF16, test::number(0x7c00, 2)},
        {DType::kF16, test::number(0xfe01, 2)},
        {DType::kBF16, test::number(0x7f80, 2)},
        {DType::kBF16, test::number(0xffff, 2)},
        {DType::kF64, test::number(0x7ff0000000000000, 8)},
        {DType::kF64, test::number(0x47f0000000000000, 8)},  // 2^128: too much for a float
    };
    for (const auto& [dtype, bytes] : bad) {
        const std::string text = std::string(dtype_size(dtype), '\0') + bytes;
        const std::string message = message_of(tensor_floats(tensor_of(text, dtype, {2})));
        EXPECT_MENTIONS(message, "'t'");
        EXPECT_MENTIONS(message, "element 1 of 2");
    }
}

// Of any alignment, and refused where tensor_floats() refuses them.
TEST(TensorFile, HalvesAreTheBytesThemselves) {
    const std::string text = "?" + test::number(0x3c00, 2) + test::number(0x8001, 2) + "??";
    NamedTensor tensor = tensor_of(text, DType::kF16, {2});
    tensor.data = tensor.data.subspan(1);
    ASSERT_TRUE(holds_halves(tensor));
    const auto halves = tensor_halves(tensor);
    ASSERT_TRUE(halves) << halves.error().message;
    EXPECT_EQ(halves->data(), tensor.data.data());
    EXPECT_EQ(halves->size(), 4u);
    for (const std::uint64_t bits : {0x7c00, 0xfe01}) {
        const std::string bad = test::number(0x7bff, 2) + test::number(bits, 2);
        const NamedTensor damaged = tensor_of(bad, DType::kF16, {2});
        EXPECT_MENTIONS(message_of(tensor_halves(damaged)), "element 1 of 2");
        EXPECT_EQ(message_of(tensor_halves(damaged)), message_of(tensor_floats(damaged)));
    }
    tensor.strides = {2};
    EXPECT_FALSE(holds_halves(tensor));
    tensor.strides.clear();
    tensor.dtype = DType::kBF16;
    EXPECT_FALSE(holds_halves(tensor));
}

TEST(TensorFile, FollowsStrides) {
    const std::vector<float> values{0, 1, 2, 3, 4, 5};
    const std::string bytes = test::float_text(values);
    NamedTensor tensor = tensor_of(bytes, DType::kF32, {3, 2});
    tensor.strides = {1, 3};  // the transpose of 2x3
    const auto out = tensor_floats(tensor);
    ASSERT_TRUE(out);
    EXPECT_EQ(*out, (std::vector<float>{0, 3, 1, 4, 2, 5}));
}

TEST(TensorFile, CountsWithoutOverflow) {
    std::uint64_t count = 0;
    const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    EXPECT_TRUE(element_count(std::vector<std::uint64_t>{}, count));
    EXPECT_EQ(count, 1u);
    EXPECT_TRUE(element_count(std::vector<std::uint64_t>{most, 1}, count));
    EXPECT_FALSE(element_count(std::vector<std::uint64_t>{most, 2}, count));
    EXPECT_FALSE(element_count(std::vector<std::uint64_t>{1ull << 32, 1ull << 32}, count));
    EXPECT_TRUE(element_count(std::vector<std::uint64_t>{most, most, 0}, count));
    EXPECT_EQ(count, 0u);
}

TEST(TensorFile, NamesInMessagesArePrintable) {
    EXPECT_EQ(printable("a\nb\x1b[0m"), "a?b?[0m");
    EXPECT_LT(printable(std::string(5000, 'x')).size(), 100u);
}

TEST(TensorFile, OtherFilesAreRefused) {
    for (const std::string& text : {std::string("\x89PNG\r\n\x1a\n0000"), std::string("hello"),
                                    std::string("{}"), std::string(20, '\0'), std::string()}) {
        const auto file = read_tensor_file(test::as_bytes(text));
        ASSERT_FALSE(file);
        EXPECT_EQ(file.error().code, ErrorCode::kInput);
        EXPECT_MENTIONS(file.error().message, "no weights file");
    }
}

}  // namespace
}  // namespace impasto
