// The tiny network of tests/data/weights (make_fixtures.py), and weights files made by hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "weights/tensor_file.h"

namespace impasto::test {

inline std::filesystem::path fixture(const std::string& name) {
    return std::filesystem::path(IMPASTO_TEST_DATA) / "weights" / name;
}

// Element i of the tensor number t, in the order weight, bias, weight, bias ...
inline float fixture_value(int t, std::size_t i) {
    return static_cast<float>(static_cast<int>((7 * i + 3 * static_cast<std::size_t>(t)) % 31) -
                              15) /
           8.0f;
}

inline constexpr const char* kFixtureTensors[] = {"features.0.weight", "features.0.bias",
                                                  "features.2.weight", "features.2.bias",
                                                  "features.5.weight", "features.5.bias"};

inline std::span<const std::byte> as_bytes(const std::string& text) {
    return std::as_bytes(std::span(text));
}

// A little-endian number as `size` bytes of text.
inline std::string number(std::uint64_t value, int size) {
    std::string text;
    for (int i = 0; i < size; ++i) {
        text += static_cast<char>(value >> (8 * i));
    }
    return text;
}

// A safetensors file of a header and a body, with the true length before them.
inline std::string safetensors_text(const std::string& header, const std::string& body) {
    return number(header.size(), 8) + header + body;
}

inline std::string float_text(std::span<const float> values) {
    std::string text(values.size_bytes(), '\0');
    std::memcpy(text.data(), values.data(), text.size());
    return text;
}

// The message of a result that must be an error, or "no error".
template <typename T>
std::string message_of(const T& result) {
    return result ? std::string("no error") : result.error().message;
}

}  // namespace impasto::test

#define EXPECT_MENTIONS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)
