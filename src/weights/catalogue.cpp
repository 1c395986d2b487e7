#include "weights/catalogue.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "platform/paths.h"
#include "weights/embedded.h"
#include "weights/vgg19.h"

namespace impasto {
namespace {

using Json = nlohmann::json;

Error wrong(const std::string& where) {
    return {ErrorCode::kInternal, "the weights catalogue is wrong at " + where};
}

std::string text_at(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<CatalogueSource> parse_source(const Json& json, const std::string& where) {
    CatalogueSource source;
    if (!json.is_object()) {
        return wrong(where);
    }
    source.url = text_at(json, "url");
    source.format = text_at(json, "format");
    source.sha256 = text_at(json, "sha256");
    if (const auto size = json.find("size"); size != json.end() && size->is_number_unsigned()) {
        source.size = size->get<std::uint64_t>();
    }
    if (const auto ranges = json.find("ranges"); ranges != json.end() && ranges->is_boolean()) {
        source.ranges = ranges->get<bool>();
    }
    if (!source.url.starts_with("https://") || !is_hex(source.sha256) ||
        source.sha256.size() > 64 || (source.format != "safetensors" && source.format != "pth") ||
        (source.ranges && source.format != "safetensors")) {
        return wrong(where + " '" + source.url + "'");
    }
    return source;
}

}  // namespace

Result<std::vector<CatalogueEntry>> parse_catalogue(std::string_view text) {
    const Json root = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!root.is_object() || !root.contains("weights") || !root["weights"].is_array()) {
        return wrong("its beginning");
    }
    std::vector<CatalogueEntry> entries;
    for (const Json& json : root["weights"]) {
        if (!json.is_object() || !json.contains("input") || !json.contains("sources") ||
            !json["sources"].is_array()) {
            return wrong("entry " + std::to_string(entries.size()));
        }
        CatalogueEntry entry;
        entry.name = text_at(json, "name");
        entry.title = text_at(json, "title");
        entry.licence = text_at(json, "licence");
        entry.file_name = text_at(json, "file");
        auto input = input_from_json(json["input"].dump());
        if (entry.name.empty() || entry.title.empty() || entry.licence.empty() ||
            entry.file_name.find_first_of("/\\") != std::string::npos ||
            !entry.file_name.ends_with(".safetensors") || !input) {
            return wrong("'" + entry.name + "'");
        }
        entry.input = *input;
        for (const Json& source_json : json["sources"]) {
            auto source = parse_source(source_json, "'" + entry.name + "'");
            if (!source) {
                return source.error();
            }
            entry.sources.push_back(*std::move(source));
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

const std::vector<CatalogueEntry>& catalogue() {
    static const std::vector<CatalogueEntry> entries = [] {
        const auto bytes = embedded_catalogue();
        auto parsed = parse_catalogue({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        // A mistake in the compiled-in text is caught by the tests; nobody else can make one.
        return parsed ? *std::move(parsed) : std::vector<CatalogueEntry>();
    }();
    return entries;
}

const CatalogueEntry* find_in_catalogue(std::string_view name) {
    const auto& entries = catalogue();
    const auto found =
        std::find_if(entries.begin(), entries.end(),
                     [&](const CatalogueEntry& entry) { return entry.name == name; });
    return found != entries.end() ? &*found : nullptr;
}

std::string catalogue_names() {
    std::string names;
    for (const CatalogueEntry& entry : catalogue()) {
        names += (names.empty() ? "" : ", ") + entry.name;
    }
    return names;
}

Result<std::filesystem::path> weights_cache_folder(const std::filesystem::path& cache_folder) {
    if (!cache_folder.empty()) {
        return cache_folder / "weights";
    }
    const auto folder = platform::user_cache_folder();
    if (!folder) {
        return folder.error();
    }
    return *folder / "weights";
}

Result<std::filesystem::path> cached_weights_path(const CatalogueEntry& entry,
                                                  const std::filesystem::path& cache_folder) {
    const auto folder = weights_cache_folder(cache_folder);
    if (!folder) {
        return folder.error();
    }
    return *folder / platform::path_from_utf8(entry.file_name);
}

}  // namespace impasto
