#include "settings/numbers.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <system_error>

namespace impasto::settings {
namespace {

Error bad(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

std::string text_of(std::uint64_t value) { return std::to_string(value); }
std::string text_of(float value) { return number_text(value); }

template <typename Range>
std::string low_to_high(const Range& range) {
    return text_of(range.low) + " to " + text_of(range.high);
}

template <typename Range>
std::string describe_range(const Range& range) {
    return range.high == Range{}.high ? text_of(range.low) + " or more" : low_to_high(range);
}

// Whoever went beyond the end of the type is told where that is.
template <typename Range>
Error out_of_range(std::string_view text, const Range& range, bool too_large) {
    return bad(std::string(text) + " is out of range (" +
               (too_large ? low_to_high(range) : describe_range(range)) + ")");
}

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

std::string describe(const IntegerRange& range) { return describe_range(range); }

std::string describe(const NumberRange& range) { return describe_range(range); }

Result<std::uint64_t> parse_integer(std::string_view text, const IntegerRange& range) {
    if (!is_whole(text)) {
        return bad(quoted(text) + " is not a whole number (" + describe(range) + ")");
    }
    const std::string_view digits = text.substr(text.starts_with('+'));
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    // A minus sign ends up here too: from_chars reads none for unsigned numbers.
    if (error != std::errc() || value < range.low || value > range.high) {
        return out_of_range(text, range,
                            error == std::errc::result_out_of_range || value > range.high);
    }
    return value;
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
    constexpr std::string_view kUnits = "KMGT";
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    std::string unit(end, text.data() + text.size());
    std::transform(unit.begin(), unit.end(), unit.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (unit.ends_with("IB") && unit.size() == 3) unit.resize(1);
    if (unit.ends_with("B") && unit.size() < 3) unit.pop_back();
    const std::size_t power = unit.empty() ? 0 : kUnits.find(unit) + 1;
    const double bytes = std::ldexp(value, static_cast<int>(10 * power));
    if (error != std::errc() || unit.size() > 1 || (!unit.empty() && power == 0) ||
        !(bytes >= 1 && bytes < 9e18)) {
        return bad(quoted(text) + " is no amount of memory, such as 2G, 512M or 1500000000");
    }
    return static_cast<std::uint64_t>(bytes);
}

Result<float> parse_number(std::string_view text, const NumberRange& range) {
    const std::string zero_ended(text);
    char* end = nullptr;
    // The program never sets a locale, so the decimal sign is a point.
    const double value = is_decimal(text) ? std::strtod(zero_ended.c_str(), &end) : 0.0;
    if (end == nullptr || end != zero_ended.c_str() + zero_ended.size()) {
        return bad(quoted(text) + " is not a number (" + describe(range) + ")");
    }
    // The ends are what messages say they are: 0.001, not the float next to it.
    const double high = number_for_json(range.high);
    if (!(value >= number_for_json(range.low) && value <= high)) {
        return out_of_range(text, range, value > high);
    }
    return static_cast<float>(value);
}

Result<SizeText> parse_size(std::string_view text, const IntegerRange& range) {
    const std::size_t cross = text.find('x');
    const auto first = parse_integer(text.substr(0, cross), range);
    if (!first) return first.error();
    const auto width = static_cast<std::uint32_t>(*first);
    if (cross == std::string_view::npos) return SizeText{width, 0, 0};
    const auto second = parse_integer(text.substr(cross + 1), range);
    if (!second) return second.error();
    const auto height = static_cast<std::uint32_t>(*second);
    return SizeText{std::max(width, height), width, height};
}

std::string size_text(const SizeText& size) {
    if (size.longest == 0) return "";
    if (size.width == 0) return std::to_string(size.longest);
    return std::to_string(size.width) + "x" + std::to_string(size.height);
}

Result<std::vector<std::uint32_t>> parse_integers(std::string_view text,
                                                  const IntegerRange& range) {
    return parse_list<std::uint32_t>(text, range, parse_integer);
}

Result<std::vector<float>> parse_numbers(std::string_view text, const NumberRange& range) {
    return parse_list<float>(text, range, parse_number);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t";
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (true) {
        const std::size_t end = text.find(separator, begin);
        if (end == std::string_view::npos) {
            parts.emplace_back(trimmed(text.substr(begin)));
            return parts;
        }
        parts.emplace_back(trimmed(text.substr(begin, end - begin)));
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

}  // namespace impasto::settings
