#include "settings/preset.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "platform/mapped_file.h"
#include "platform/paths.h"
#include "settings/computing.h"
#include "settings/settings_options.h"
#include "settings/suggest.h"

namespace impasto::settings {
namespace {

using Json = nlohmann::ordered_json;

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

// A value for a message; lists of lists, which may be deep, only by their kind.
std::string shown(const Json& value) {
    const auto is_structured = [](const Json& one) { return one.is_structured(); };
    if (std::any_of(value.begin(), value.end(), is_structured)) {
        return value.is_array() ? "a list of lists" : "an object";
    }
    constexpr std::size_t kLongest = 80;
    const std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
}

Status apply(const Options& options, const std::string& key, const Json& value) {
    Option* option = options.find(key);
    if (option == nullptr) {
        std::vector<std::string> known;
        for (const auto& one : options.all()) {
            if (one->preset != PresetUse::kNone) known.push_back(one->name);
        }
        return Error{ErrorCode::kInput, "unknown key '" + key + "'" + did_you_mean(key, known)};
    }
    if (option->preset == PresetUse::kNone) {
        return Error{ErrorCode::kInput, "'" + key + "' cannot stand in a preset; give --" + key +
                                            " on the command line"};
    }
    const auto text = as_text(value, option->kind);
    if (!text) {
        return Error{ErrorCode::kInput,
                     "'" + key + "' must be " + expected(option->kind) + ", not " + shown(value)};
    }
    if (const Status status = option->set(*text); !status) {
        return Error{ErrorCode::kInput, "'" + key + "': " + status.error().message};
    }
    return {};
}

}  // namespace

Status apply_preset_text(const Options& options, std::string_view text, const std::string& name) {
    const auto fail = [&](const std::string& message) {
        return Error{ErrorCode::kInput, "preset '" + name + "': " + message};
    };
    Json preset;
    try {
        preset = Json::parse(text.begin(), text.end());
    } catch (const Json::parse_error& error) {
        const std::string_view before = text.substr(0, error.byte);
        const auto line = std::count(before.begin(), before.end(), '\n') + 1;
        return fail("line " + std::to_string(line) + " is not JSON");
    } catch (const Json::exception&) {
        return fail("holds a number that is too large");
    }
    if (!preset.is_object()) return fail("must be a JSON object, {\"size\": 512, ...}");
    for (const auto& [key, value] : preset.items()) {
        if (const Status status = apply(options, key, value); !status) {
            return fail(status.error().message);
        }
    }
    return {};
}

Status apply_preset(const Options& options, const std::string& file) {
    const auto mapped = platform::MappedFile::open(platform::path_from_utf8(file));
    if (!mapped) return mapped.error();
    const auto bytes = mapped->bytes();
    return apply_preset_text(options, {reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                             file);
}

std::string preset_text(const Options& options, Files files) {
    Json preset = Json::object();
    for (const auto& option : options.all()) {
        if (option->preset != PresetUse::kPicture) continue;
        const std::string text = option->get_public && files == Files::kWithoutFolders
                                     ? option->get_public()
                                     : option->get();
        if (text.empty()) continue;
        const bool is_number =
            option->kind != ValueKind::kText && text.find(',') == std::string::npos;
        preset[option->name] = is_number ? Json::parse(text) : Json(text);
    }
    return preset.dump(-1, ' ', true, Json::error_handler_t::replace);
}

std::string preset_of(const Settings& settings, Files files) {
    Settings copy = settings;
    Options options;
    declare_settings(options, copy);
    return preset_text(options, files);
}

Result<Settings> settings_from_preset(std::string_view text, const std::string& name) {
    Settings settings;
    Computing computing;
    std::uint32_t save_every = 0;
    Options options;
    declare_settings(options, settings);
    declare_device(options, computing);
    declare_computing(options, computing);
    declare_save_every(options, save_every);
    IMPASTO_TRY(apply_preset_text(options, text, name));
    return settings;
}

}  // namespace impasto::settings
