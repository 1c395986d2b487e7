#include "cli/numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <system_error>

namespace impasto::cli {
namespace {

Error bad(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

// strtod also reads "nan", "inf", hexadecimal and leading blanks; a number here is digits.
bool is_decimal(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789.+-eE") == std::string_view::npos;
}

bool is_whole(std::string_view text) {
    const std::string_view digits = text.substr(text.starts_with('-') || text.starts_with('+'));
    return !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

template <typename Value, typename Range, typename Parse>
Result<std::vector<Value>> parse_list(std::string_view text, const Range& range, Parse parse) {
    std::vector<Value> values;
    for (const std::string& part : split(text, ',')) {
        const auto value = parse(part, range);
        if (!value) return value.error();
        values.push_back(static_cast<Value>(*value));
    }
    return values;
}

}  // namespace

std::string describe(const IntegerRange& range) {
    const std::string low = std::to_string(range.low);
    return range.high == IntegerRange{}.high ? low + " or more"
                                             : low + " to " + std::to_string(range.high);
}

std::string describe(const NumberRange& range) {
    const std::string low = number_text(range.low);
    return range.high == NumberRange{}.high ? low + " or more"
                                            : low + " to " + number_text(range.high);
}

Result<std::uint64_t> parse_integer(std::string_view text, const IntegerRange& range) {
    if (!is_whole(text)) {
        return bad(quoted(text) + " is not a whole number (" + describe(range) + ")");
    }
    const std::string_view digits = text.substr(text.starts_with('+'));
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    // A minus sign ends up here too: from_chars reads none for unsigned numbers.
    if (error != std::errc() || value < range.low || value > range.high) {
        return bad(std::string(text) + " is out of range (" + describe(range) + ")");
    }
    return value;
}

Result<float> parse_number(std::string_view text, const NumberRange& range) {
    const std::string zero_ended(text);
    char* end = nullptr;
    // The program never sets a locale, so the decimal sign is a point.
    const double value = is_decimal(text) ? std::strtod(zero_ended.c_str(), &end) : 0.0;
    if (end == nullptr || end != zero_ended.c_str() + zero_ended.size()) {
        return bad(quoted(text) + " is not a number (" + describe(range) + ")");
    }
    if (!(value >= range.low && value <= range.high)) {
        return bad(std::string(text) + " is out of range (" + describe(range) + ")");
    }
    return static_cast<float>(value);
}

Result<std::vector<std::uint32_t>> parse_integers(std::string_view text,
                                                  const IntegerRange& range) {
    return parse_list<std::uint32_t>(text, range, parse_integer);
}

Result<std::vector<float>> parse_numbers(std::string_view text, const NumberRange& range) {
    return parse_list<float>(text, range, parse_number);
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (true) {
        const std::size_t end = text.find(separator, begin);
        if (end == std::string_view::npos) {
            parts.emplace_back(text.substr(begin));
            return parts;
        }
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
}

std::string number_text(float value) {
    char buffer[64];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
    return error == std::errc() ? std::string(buffer, end) : std::string("nan");
}

double number_for_json(float value) {
    return std::isfinite(value) ? std::strtod(number_text(value).c_str(), nullptr) : std::nan("");
}

}  // namespace impasto::cli
