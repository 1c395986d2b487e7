#include "weights/load.h"

#include <system_error>

#include "base/sha256.h"
#include "platform/paths.h"
#include "weights/catalogue.h"
#include "weights/embedded.h"
#include "weights/pth.h"
#include "weights/safetensors.h"
#include "weights/shaped.h"

namespace impasto {
namespace {

namespace fs = std::filesystem;

Error not_fetched(const CatalogueEntry& entry) {
    return {ErrorCode::kInput, "the weights '" + entry.name +
                                   "' are not on this machine yet; run: impasto weights fetch " +
                                   entry.name};
}

struct Located {  // where it lies and what it is called
    fs::path path;
    std::string name;
};

Result<Located> locate(const WeightsRequest& request) {
    if (const CatalogueEntry* entry = find_in_catalogue(request.source)) {
        const auto cached = cached_weights_path(*entry, request.cache_folder);
        if (!cached) {
            return cached.error();
        }
        std::error_code error;
        if (!fs::exists(*cached, error)) {
            return not_fetched(*entry);
        }
        return Located{*cached, entry->name};
    }
    const fs::path path = platform::path_from_utf8(request.source);
    std::error_code error;
    // A word without a dot or a folder is a name that someone misspelt rather than a file.
    if (!fs::exists(path, error) && !path.has_extension() && !path.has_parent_path()) {
        return Error{ErrorCode::kInput, "there are no weights '" + printable(request.source) +
                                            "'; give a file, or one of: builtin, " +
                                            catalogue_names()};
    }
    return Located{path, platform::path_to_utf8(path.filename())};
}

Status read_tensors(OpenedWeights& opened) {
    // The bytes decide. A beginning that is damaged says nothing, and then the name does.
    const bool named_so = fs::path(opened.origin.file_name).extension() == ".safetensors";
    auto tensors = named_so && !looks_like_pth(opened.bytes) ? read_safetensors(opened.bytes)
                                                             : read_tensor_file(opened.bytes);
    if (!tensors) {
        return in_file(tensors.error(), opened.shown);
    }
    opened.tensors = *std::move(tensors);
    return {};
}

}  // namespace

Error in_file(const Error& error, const std::string& shown) {
    return {error.code, shown + ": " + error.message};
}

bool weights_are_cached(std::string_view name, const fs::path& cache_folder) {
    const CatalogueEntry* entry = find_in_catalogue(name);
    if (entry == nullptr) {
        return false;
    }
    const auto path = cached_weights_path(*entry, cache_folder);
    std::error_code error;
    return path && fs::exists(*path, error);
}

Result<OpenedWeights> open_weights(const WeightsRequest& request) {
    OpenedWeights opened;
    opened.origin.convention = request.convention;
    if (request.source == kBuiltinWeights) {
        opened.bytes = embedded_encoder();
        opened.origin.name = kBuiltinWeights;
        opened.shown = "the built-in encoder";
        if (opened.bytes.empty()) {
            return Error{ErrorCode::kInput,
                         "this build of Impasto has no built-in encoder; give a weights file"};
        }
    } else {
        auto located = locate(request);
        if (!located) {
            return located.error();
        }
        auto file = platform::MappedFile::open(located->path);
        if (!file) {
            return file.error();
        }
        opened.file = std::make_shared<const platform::MappedFile>(*std::move(file));
        opened.bytes = opened.file->bytes();
        opened.origin.name = located->name;
        opened.origin.file_name = platform::path_to_utf8(located->path.filename());
        opened.shown = "'" + platform::path_to_utf8(located->path) + "'";
    }
    opened.origin.sha256 = FileHash(opened.bytes, opened.file);
    IMPASTO_TRY(read_tensors(opened));
    return opened;
}

Result<EncoderWeights> load_weights(const WeightsRequest& request) {
    if (request.source == kShapedWeights) {
        return shaped_weights();
    }
    const auto opened = open_weights(request);
    if (!opened) {
        return opened.error();
    }
    auto encoder = vgg19_from_tensors(opened->tensors, opened->origin, HalfWeights::kLeaveInPlace);
    if (!encoder) {
        return in_file(encoder.error(), opened->shown);
    }
    encoder->file = opened->file;
    return encoder;
}

Result<EncoderWeights> load_weights_from_memory(std::span<const std::byte> bytes,
                                                const std::string& name,
                                                ConventionChoice convention) {
    OpenedWeights opened;
    opened.bytes = bytes;
    opened.origin.name = name;
    opened.origin.file_name = name;
    opened.origin.convention = convention;
    opened.origin.sha256 = FileHash(sha256_hex(bytes));  // the bytes go
    opened.shown = "'" + printable(name) + "'";
    IMPASTO_TRY(read_tensors(opened));
    auto encoder = vgg19_from_tensors(opened.tensors, opened.origin);
    return encoder ? std::move(encoder) : in_file(encoder.error(), opened.shown);
}

}  // namespace impasto
