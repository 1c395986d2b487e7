#include "weights/catalogue.h"

#include <algorithm>

#include "base/json.h"
#include "platform/paths.h"
#include "weights/embedded.h"
#include "weights/vgg19.h"

namespace impasto {
namespace {

Error wrong(const std::string& where) {
    return {ErrorCode::kInternal, "the weights catalogue is wrong at " + where};
}

std::string text_at(const JsonTree& json, const char* key) {
    const JsonTree* const found = json.find(key);
    return found != nullptr && found->text() != nullptr ? *found->text() : std::string();
}

const JsonTree::List* list_at(const JsonTree& json, const char* key) {
    const JsonTree* const found = json.find(key);
    return found != nullptr ? found->list() : nullptr;
}

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<CatalogueSource> parse_source(const JsonTree& json, const std::string& where) {
    CatalogueSource source;
    if (json.object() == nullptr) {
        return wrong(where);
    }
    source.url = text_at(json, "url");
    source.format = text_at(json, "format");
    source.sha256 = text_at(json, "sha256");
    if (const JsonTree* size = json.find("size"); size != nullptr && size->whole() != nullptr) {
        source.size = *size->whole();
    }
    if (const JsonTree* ranges = json.find("ranges");
        ranges != nullptr && ranges->boolean() != nullptr) {
        source.ranges = *ranges->boolean();
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
    const auto root = parse_json(text);
    const JsonTree::List* const listed = root ? list_at(*root, "weights") : nullptr;
    if (listed == nullptr) {
        return wrong("its beginning");
    }
    std::vector<CatalogueEntry> entries;
    for (const JsonTree& json : *listed) {
        const JsonTree* const convention = json.find("input");
        const JsonTree::List* const sources = list_at(json, "sources");
        if (convention == nullptr || sources == nullptr) {
            return wrong("entry " + std::to_string(entries.size()));
        }
        CatalogueEntry entry;
        entry.name = text_at(json, "name");
        entry.title = text_at(json, "title");
        entry.licence = text_at(json, "licence");
        entry.file_name = text_at(json, "file");
        const auto input = input_from_json(*convention);
        if (entry.name.empty() || entry.title.empty() || entry.licence.empty() ||
            entry.file_name.find_first_of("/\\") != std::string::npos ||
            !entry.file_name.ends_with(".safetensors") || !input) {
            return wrong("'" + entry.name + "'");
        }
        entry.input = *input;
        for (const JsonTree& source_json : *sources) {
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
