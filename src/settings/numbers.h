// Numbers and lists of numbers as text. Strict: what is not wholly a number, is not finite or lies
// outside its range is refused with a message that can follow "--size: ".
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace impasto::settings {

struct IntegerRange {
    std::uint64_t low = 0;
    std::uint64_t high = std::numeric_limits<std::uint64_t>::max();
};

struct NumberRange {
    float low = 0.0f;
    float high = std::numeric_limits<float>::max();
};

// "16 to 16384"; "0 or more" where the type's own end is the only one
std::string describe(const IntegerRange& range);
std::string describe(const NumberRange& range);

// kInvalidArgument, as all of these.
Result<std::uint64_t> parse_integer(std::string_view text, const IntegerRange& range);
// "2G", "1.5GiB", "512M", "1000000": powers of 1024.
Result<std::uint64_t> parse_bytes(std::string_view text);
Result<float> parse_number(std::string_view text, const NumberRange& range);
// "512" or "512x256": one number is a longest side, or both.
struct SizeText {
    std::uint32_t longest = 0;
    std::uint32_t width = 0;  // of two numbers, else 0
    std::uint32_t height = 0;
};
Result<SizeText> parse_size(std::string_view text, const IntegerRange& range);
std::string size_text(const SizeText& size);  // "" for none
Result<std::vector<std::uint32_t>> parse_integers(std::string_view text, const IntegerRange& range);
Result<std::vector<float>> parse_numbers(std::string_view text, const NumberRange& range);

// Without blanks around it.
std::string_view trimmed(std::string_view text);
// "a,, b" -> "a", "", "b"
std::vector<std::string> split(std::string_view text, char separator);

// The shortest text that reads back as the same float: "0.1", not "0.100000001".
std::string number_text(float value);
// The double that is written as number_text writes the float, for JSON. NaN stays NaN.
double number_for_json(float value);

}  // namespace impasto::settings
