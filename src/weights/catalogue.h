// The public weights files that Impasto knows by name, from weights/catalogue.json, which is
// compiled in. What is in the user's cache under such a name was put there by `weights fetch`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "weights/weights.h"

namespace impasto {

// One place a file can be had from.
struct CatalogueSource {
    std::string url;
    std::string format;                 // "safetensors" or "pth"
    std::optional<std::uint64_t> size;  // bytes of the whole file, where published
    // Lower-case hex: the 64 digits of the whole file, or fewer where only the first ones are
    // published (in the file's name); empty where none are.
    std::string sha256;
    // Whether only the convolutions' bytes are fetched, by HTTP ranges. No published sum covers
    // these bytes, so size, shapes, types and finiteness are all that is checked then.
    bool ranges = false;
};

struct CatalogueEntry {
    std::string name;       // "vgg19"
    std::string title;      // one line
    std::string licence;    // and whose work it is
    std::string file_name;  // in the cache: a safetensors file of the convolutions alone
    InputConvention input;
    std::vector<CatalogueSource> sources;  // in the order in which they are tried
};

// The compiled-in catalogue, in its order.
const std::vector<CatalogueEntry>& catalogue();

// nullptr where there is none of that name.
const CatalogueEntry* find_in_catalogue(std::string_view name);

// "vgg19, vgg19-caffe"
std::string catalogue_names();

// Reads catalogue JSON; kInternal with the place of the mistake. catalogue() is this over the
// compiled-in text; the tests hold the file itself to it.
Result<std::vector<CatalogueEntry>> parse_catalogue(std::string_view json);

// <cache>/weights; `cache_folder` empty: the user's own. kOutput where there is none.
Result<std::filesystem::path> weights_cache_folder(const std::filesystem::path& cache_folder);

// Where the entry's file lies once fetched.
Result<std::filesystem::path> cached_weights_path(const CatalogueEntry& entry,
                                                  const std::filesystem::path& cache_folder);

}  // namespace impasto
