#include "settings/preset.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "platform/mapped_file.h"
#include "platform/paths.h"
#include "settings/computing.h"
#include "settings/json_options.h"
#include "settings/settings_options.h"
#include "settings/suggest.h"

namespace impasto::settings {
namespace {

using Json = nlohmann::ordered_json;

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
    return set_from_json(*option, value);
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
            option->kind != ValueKind::kText && text.find_first_of(",x") == std::string::npos;
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
