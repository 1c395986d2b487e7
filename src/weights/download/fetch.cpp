#include "weights/download/fetch.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "base/sha256.h"
#include "platform/mapped_file.h"
#include "platform/paths.h"
#include "weights/download/partial.h"
#include "weights/manage.h"

namespace impasto::download {
namespace {

namespace fs = std::filesystem;

fs::path part_of(const Fetch& fetch, const std::string& url) {
    const std::string base = url.substr(url.rfind('/') + 1);
    return fetch.destination.parent_path() /
           platform::path_from_utf8(fetch.entry->name + "-" + base + ".part");
}

// In pieces, so that a user who stops it need not wait for half a gigabyte.
Status check_sum(const fs::path& part, const CatalogueSource& source, const std::string& url,
                 const Watcher& watcher) {
    const auto mapped = platform::MappedFile::open(part);
    if (!mapped) {
        return mapped.error();
    }
    constexpr std::size_t kPiece = std::size_t{8} << 20;
    const auto bytes = mapped->bytes();
    Sha256 hash;
    for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
        hash.update(bytes.subspan(at, std::min(kPiece, bytes.size() - at)));
        if (watcher.progress && !watcher.progress(bytes.size(), bytes.size())) {
            return Error{ErrorCode::kCancelled, "the download was stopped"};
        }
    }
    const std::string sum = hash.finish();
    if (!sum.starts_with(source.sha256)) {
        return Error{ErrorCode::kWeights,
                     "what came from " + url + " has the wrong checksum (sha256 " + sum +
                         " instead of " + source.sha256 + (source.sha256.size() < 64 ? "..." : "") +
                         "); it was removed, try again"};
    }
    return {};
}

// The downloaded file checked and turned into the cache's safetensors file.
Status import_part(const Fetch& fetch, const CatalogueSource& source, const std::string& url,
                   const fs::path& part) {
    if (!source.sha256.empty()) {
        if (fetch.watcher.notice) {
            fetch.watcher.notice("checking the sum of the download");
        }
        IMPASTO_TRY(check_sum(part, source, url, fetch.watcher));
    }
    const auto mapped = platform::MappedFile::open(part);
    if (!mapped) {
        return mapped.error();
    }
    const std::string shown = "what came from " + url;
    const auto tensors = read_tensor_file(mapped->bytes());
    if (!tensors) {
        return in_file(tensors.error(), shown);
    }
    const auto layers = find_vgg19_layers(*tensors);
    if (!layers) {
        return in_file(layers.error(), shown);
    }
    if (auto published = check_published_vgg19(*layers); !published) {
        return in_file(published.error(), shown);
    }
    WeightsRequest request;
    request.source = platform::path_to_utf8(part);
    request.convention =
        fetch.entry->input.bgr ? ConventionChoice::kCaffe : ConventionChoice::kTorchvision;
    ImportOptions options;
    options.dtype = DType::kF32;
    options.metadata["impasto.source_url"] = url;
    options.metadata["impasto.checked"] = source.sha256.size() == 64 ? "sha256 of the whole file"
                                          : source.sha256.empty()
                                              ? "shapes, types and finite values"
                                              : "first digits of the whole file's sha256";
    const auto written = import_weights(request, fetch.destination, options);
    if (!written) {
        return written.error();
    }
    return {};
}

Result<Fetched> fetch_whole(const Fetch& fetch, const CatalogueSource& source,
                            const std::string& url) {
    TransferJob job;
    job.url = url;
    job.total = source.size;
    job.checksum_follows = !source.sha256.empty();
    auto sink = PartSink::open(part_of(fetch, url), url, job.range);
    if (!sink) {
        return sink.error();
    }
    auto report = transfer(job, *sink, fetch.watcher);
    if (!report) {
        return report.error();
    }
    const auto imported = import_part(fetch, source, url, sink->path());
    // A download that is right stays where only the disk or the user's patience was short.
    if (imported || imported.error().code == ErrorCode::kWeights ||
        imported.error().code == ErrorCode::kInput) {
        sink->remove();
    }
    if (!imported) {
        return imported.error();
    }
    return Fetched{*std::move(report), !source.sha256.empty()};
}

Result<Fetched> fetch_from(const Fetch& fetch, const CatalogueSource& source) {
    const std::string& url = source.url;
    if (fetch.watcher.notice) {
        fetch.watcher.notice("fetching " + url + (source.ranges ? " (convolutions only)" : ""));
    }
    if (!source.ranges) {
        return fetch_whole(fetch, source, url);
    }
    auto report = fetch_convolutions(*fetch.entry, url, part_of(fetch, url), fetch.destination,
                                     fetch.watcher);
    if (!report) {
        return report.error();
    }
    return Fetched{*std::move(report), false};
}

// Whether another source may do better: not where the disk or the user said no.
bool another_may_serve(const Error& error) {
    return error.code == ErrorCode::kNetwork || error.code == ErrorCode::kWeights ||
           error.code == ErrorCode::kInput;
}

}  // namespace

Result<Fetched> fetch_entry(const Fetch& fetch) {
    std::optional<Error> first;
    const auto& sources = fetch.entry->sources;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        if (fetch.require_checksum && sources[i].sha256.size() != 64) {
            continue;
        }
        auto fetched = fetch_from(fetch, sources[i]);
        if (fetched) {
            return fetched;
        }
        if (!another_may_serve(fetched.error())) {
            return fetched.error();
        }
        if (fetch.watcher.notice && i + 1 < sources.size()) {
            fetch.watcher.notice(fetched.error().message + "; trying the next source");
        }
        if (!first) {
            first = fetched.error();
        } else {
            first->message += "; and then: " + fetched.error().message;
        }
    }
    if (!first) {
        return Error{ErrorCode::kInvalidArgument,
                     "no source of '" + fetch.entry->name + "' has a published checksum"};
    }
    return *first;
}

}  // namespace impasto::download
