#include "settings/json_options.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace impasto::settings {
namespace {

using Json = nlohmann::ordered_json;

// The value as the command line would have it; nothing for a value of another type.
std::optional<std::string> as_text(const Json& value, ValueKind kind) {
    const bool of_numbers = kind == ValueKind::kNumber || kind == ValueKind::kNumbers;
    const bool of_text = kind == ValueKind::kText;
    const bool alone = kind == ValueKind::kInteger || kind == ValueKind::kNumber;
    const auto is_number = [&](const Json& one) {
        return of_numbers ? one.is_number() : one.is_number_integer();
    };
    if (value.is_string() && !alone) return value.get<std::string>();
    if (is_number(value) && !of_text) return value.dump();
    if (!value.is_array() || value.empty() ||
        (kind != ValueKind::kIntegers && kind != ValueKind::kNumbers)) {
        return std::nullopt;
    }
    std::string list;
    for (const Json& one : value) {
        if (!is_number(one)) return std::nullopt;
        list += (list.empty() ? "" : ",") + one.dump();
    }
    return list;
}

}  // namespace

const char* expected(ValueKind kind) {
    switch (kind) {
        case ValueKind::kInteger:
            return "a whole number";
        case ValueKind::kNumber:
            return "a number";
        case ValueKind::kIntegers:
            return "a whole number or a list of them";
        case ValueKind::kNumbers:
            return "a number or a list of them";
        case ValueKind::kText:
            return "a text in quotes";
        case ValueKind::kTextOrInteger:
            return "a text in quotes or a whole number";
    }
    return "something else";
}

std::string shown(const Json& value) {
    const auto is_structured = [](const Json& one) { return one.is_structured(); };
    if (std::any_of(value.begin(), value.end(), is_structured)) {
        return value.is_array() ? "a list of lists" : "an object";
    }
    constexpr std::size_t kLongest = 80;
    const std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
}

std::optional<std::vector<std::string>> texts_of(const Json& value) {
    const auto is_text = [](const Json& one) {
        return one.is_string() && !one.get_ref<const std::string&>().empty();
    };
    if (is_text(value)) return std::vector{value.get<std::string>()};
    if (!value.is_array() || value.empty() || !std::all_of(value.begin(), value.end(), is_text)) {
        return std::nullopt;
    }
    return value.get<std::vector<std::string>>();
}

Json json_of(const Option& option) {
    if (option.flag != nullptr) return *option.flag;
    if (option.values != nullptr) return *option.values;
    return option.get();
}

Status set_from_json(Option& option, const Json& value) {
    const auto wrong = [&](const char* wanted) {
        return Error{ErrorCode::kInput,
                     "'" + option.name + "' must be " + wanted + ", not " + shown(value)};
    };
    if (option.flag != nullptr) {
        if (!value.is_boolean()) return wrong("true or false");
        *option.flag = value.get<bool>();
        return {};
    }
    if (option.values != nullptr) {
        auto texts = texts_of(value);
        if (!texts) return wrong("a text in quotes or a list of them");
        *option.values = *std::move(texts);
        return {};
    }
    const auto text = as_text(value, option.kind);
    if (!text) return wrong(expected(option.kind));
    if (const Status status = option.set(*text); !status) {
        return Error{ErrorCode::kInput, "'" + option.name + "': " + status.error().message};
    }
    return {};
}

}  // namespace impasto::settings
