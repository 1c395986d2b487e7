// The C interface of fetch.h.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>
#include <string>
#include <system_error>

#include "base/sha256.h"
#include "platform/mapped_file.h"
#include "platform/paths.h"
#include "weights/catalogue.h"
#include "weights/download/fetch.h"
#include "weights/download/hooks.h"

namespace impasto::download {
namespace {

namespace fs = std::filesystem;

// The entry with every source on the mirror.
CatalogueEntry moved_to(CatalogueEntry entry, const std::string& mirror) {
    for (CatalogueSource& source : entry.sources) {
        source.url = mirror + source.url.substr(source.url.find('/', source.url.find("://") + 3));
    }
    return entry;
}

void copy_text(const std::string& text, char* to, std::size_t size) {
    if (to != nullptr && size != 0) {
        const std::size_t count = std::min(text.size(), size - 1);
        std::memcpy(to, text.data(), count);
        to[count] = '\0';
    }
}

// The caller's structure may be of an older or a newer version: what both have is copied.
template <typename Struct>
bool copy_versioned(const Struct* from, Struct& to) {
    if (from == nullptr) {
        return true;
    }
    if (from->struct_size < sizeof(from->struct_size)) {
        return false;
    }
    std::memcpy(&to, from, std::min(from->struct_size, sizeof(to)));
    return true;
}

Watcher watcher_of(const ImpastoFetchOptions& options, const FetchHooks& hooks) {
    Watcher watcher;
    watcher.retry_pause = hooks.retry_pause;
    watcher.stall_seconds = hooks.stall_seconds;
    if (options.progress != nullptr) {
        watcher.progress = [options](std::uint64_t done, std::uint64_t total) {
            return options.progress(options.user, done, total) == 0;
        };
    }
    if (options.notice != nullptr) {
        watcher.notice = [options](const std::string& line) {
            options.notice(options.user, line.c_str());
        };
    }
    return watcher;
}

Status fetch_weights(const FetchHooks& hooks, const char* name, const ImpastoFetchOptions* given,
                     ImpastoFetchReport* report) {
    ImpastoFetchOptions options{};
    ImpastoFetchReport out{};
    if (!copy_versioned(given, options) || !copy_versioned(report, out)) {
        return Error{ErrorCode::kInvalidArgument, "struct_size is not set"};
    }
    const CatalogueEntry* known = find_in_catalogue(name != nullptr ? name : "");
    if (known == nullptr) {
        return Error{ErrorCode::kInvalidArgument, "there are no weights '" +
                                                      std::string(name != nullptr ? name : "") +
                                                      "' to fetch; one of: " + catalogue_names()};
    }
    const fs::path cache =
        options.cache_dir != nullptr ? platform::path_from_utf8(options.cache_dir) : fs::path();
    const CatalogueEntry entry =
        options.mirror != nullptr ? moved_to(*known, options.mirror) : *known;
    const auto destination = cached_weights_path(entry, cache);
    if (!destination) {
        return destination.error();
    }
    Fetch fetch;
    fetch.entry = &entry;
    fetch.destination = *destination;
    fetch.watcher = watcher_of(options, hooks);
    fetch.require_checksum = options.require_checksum != 0;
    IMPASTO_TRY(platform::make_folders(fetch.destination.parent_path()));
    Fetched fetched;
    std::error_code ignored;
    const bool there = options.again == 0 && fs::exists(fetch.destination, ignored);
    if (!there) {
        auto result = fetch_entry(fetch);
        if (!result) {
            return result.error();
        }
        fetched = *std::move(result);
    }
    if (report != nullptr) {
        const auto file = platform::MappedFile::open(fetch.destination);
        if (!file) {
            return file.error();
        }
        out.downloaded = fetched.transfer.downloaded;
        out.resumed = fetched.transfer.resumed;
        out.was_cached = there ? 1 : 0;
        out.checksum_checked = fetched.checksum_checked ? 1 : 0;
        copy_text(sha256_hex(file->bytes()), out.sha256, sizeof(out.sha256));
        copy_text(platform::path_to_utf8(fetch.destination), out.path, sizeof(out.path));
        std::memcpy(report, &out, std::min(report->struct_size, sizeof(out)));
    }
    return {};
}

}  // namespace

std::int32_t fetch_weights_with(const FetchHooks& hooks, const char* name,
                                const ImpastoFetchOptions* options, ImpastoFetchReport* report,
                                char* message, std::size_t message_size) {
    try {
        const Status status = fetch_weights(hooks, name, options, report);
        copy_text(status ? "" : status.error().message, message, message_size);
        return status ? 0 : -static_cast<std::int32_t>(status.error().code);
    } catch (const std::exception& failure) {  // memory
        copy_text(std::string("out of memory: ") + failure.what(), message, message_size);
        return -static_cast<std::int32_t>(ErrorCode::kOutOfMemory);
    }
}

}  // namespace impasto::download

extern "C" int32_t impasto_fetch_weights(const char* name, const ImpastoFetchOptions* options,
                                         ImpastoFetchReport* report, char* message,
                                         size_t message_size) {
    return impasto::download::fetch_weights_with({}, name, options, report, message, message_size);
}
