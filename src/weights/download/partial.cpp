#include "weights/download/partial.h"

#include <algorithm>

#include "platform/mapped_file.h"
#include "weights/safetensors.h"
#include "weights/vgg19.h"

namespace impasto::download {
namespace {

namespace fs = std::filesystem;

// The header of the file on the hub has about 4 KB: this many bytes bring it with the first answer.
constexpr std::uint64_t kFirstBytes = 64 * 1024;
constexpr std::uint64_t kLengthBytes = 8;

// The head of the remote file, and what the server said of the whole.
struct RemoteHeader {
    SafetensorsHeader header;
    std::uint64_t data_begins = 0;  // in the file
    std::uint64_t file_bytes = 0;
    std::string etag;
};

Error unfit(const std::string& url, const std::string& why) {
    return {ErrorCode::kWeights, "the file at " + url + " is not the one expected: " + why};
}

Result<TransferReport> fetch_start(const std::string& url, std::uint64_t bytes,
                                   const std::string& etag, MemorySink& sink,
                                   const Watcher& watcher) {
    TransferJob job;
    job.url = url;
    job.range = {0, bytes - 1};
    job.needs_ranges = true;
    job.etag = etag;
    Watcher quiet = watcher;  // these few bytes are no progress to show
    quiet.progress = [&](std::uint64_t, std::uint64_t) {
        return !watcher.progress || watcher.progress(0, 0);
    };
    return transfer(job, sink, quiet);
}

Result<RemoteHeader> fetch_header(const std::string& url, const Watcher& watcher) {
    MemorySink start;
    auto fetched = fetch_start(url, kFirstBytes, "", start, watcher);
    if (!fetched) {
        return fetched.error();
    }
    if (!fetched->total || start.size() < kLengthBytes) {
        return unfit(url, "its size is not known");
    }
    RemoteHeader remote;
    remote.file_bytes = *fetched->total;
    remote.etag = fetched->etag;
    std::uint64_t length = 0;
    for (std::size_t i = kLengthBytes; i-- > 0;) {
        length = length << 8 | std::to_integer<std::uint64_t>(start.bytes()[i]);
    }
    if (length > kMostSafetensorsHeaderBytes || length > remote.file_bytes - kLengthBytes) {
        return unfit(url, "it is no safetensors file");
    }
    remote.data_begins = kLengthBytes + length;
    if (remote.data_begins > start.size()) {
        fetched = fetch_start(url, remote.data_begins, remote.etag, start, watcher);
        if (!fetched) {
            return fetched.error();
        }
    }
    auto header = parse_safetensors_header(
        std::span(start.bytes()).subspan(kLengthBytes, static_cast<std::size_t>(length)),
        remote.file_bytes - remote.data_begins);
    if (!header) {
        return unfit(url, header.error().message);
    }
    remote.header = *std::move(header);
    return remote;
}

// The convolutions of the header as tensors whose bytes begin at `begin` of the file's data. With
// `data` empty only names, types and shapes are there to be looked at.
TensorFile convolutions_of(const SafetensorsHeader& header, std::uint64_t begin,
                           std::span<const std::byte> data) {
    TensorFile file;
    for (const SafetensorsEntry& entry : header.entries) {
        if (is_classifier_tensor(entry.name)) {
            continue;
        }
        NamedTensor tensor;
        tensor.name = entry.name;
        tensor.dtype = entry.dtype;
        tensor.shape = entry.shape;
        if (!data.empty()) {
            tensor.data = data.subspan(static_cast<std::size_t>(entry.begin - begin),
                                       static_cast<std::size_t>(entry.end - entry.begin));
        }
        file.tensors.push_back(std::move(tensor));
    }
    return file;
}

struct Extent {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

// From the first to the last byte of the convolutions.
Result<Extent> extent_of(const SafetensorsHeader& header, const std::string& url) {
    Extent extent{~std::uint64_t{0}, 0};
    std::uint64_t useful = 0;
    for (const SafetensorsEntry& entry : header.entries) {
        if (!is_classifier_tensor(entry.name)) {
            extent.begin = std::min(extent.begin, entry.begin);
            extent.end = std::max(extent.end, entry.end);
            useful += entry.end - entry.begin;
        }
    }
    if (useful == 0 || extent.end - extent.begin > 2 * useful) {
        return unfit(url, "its convolutions do not lie together");
    }
    return extent;
}

// The checked bytes of the part as a file of their own.
Status write_convolutions(const CatalogueEntry& entry, const std::string& url,
                          const RemoteHeader& remote, const Extent& extent, const fs::path& part,
                          const fs::path& destination) {
    const auto mapped = platform::MappedFile::open(part);
    if (!mapped) {
        return mapped.error();
    }
    const TensorFile file = convolutions_of(remote.header, extent.begin, mapped->bytes());
    if (const auto encoder = vgg19_from_tensors(file, {}); !encoder) {
        return unfit(url, encoder.error().message);
    }
    std::vector<TensorToWrite> tensors;
    for (const NamedTensor& tensor : file.tensors) {
        tensors.push_back({tensor.name, tensor.dtype, tensor.shape, tensor.data});
    }
    std::map<std::string, std::string> metadata = remote.header.metadata;
    metadata[std::string(kInputMetadataKey)] = input_to_json(entry.input);
    metadata["impasto.source_url"] = url;
    metadata["impasto.checked"] = "size, shapes, types and finite values; no published checksum";
    if (!remote.etag.empty()) {
        metadata["impasto.source_etag"] = remote.etag;
    }
    return write_safetensors(destination, tensors, metadata);
}

}  // namespace

Result<TransferReport> fetch_convolutions(const CatalogueEntry& entry, const std::string& url,
                                          const fs::path& part, const fs::path& destination,
                                          const Watcher& watcher) {
    const auto remote = fetch_header(url, watcher);
    if (!remote) {
        return remote.error();
    }
    const TensorFile described = convolutions_of(remote->header, 0, {});
    const auto layers = find_vgg19_layers(described);
    if (!layers) {
        return unfit(url, layers.error().message);
    }
    if (auto published = check_published_vgg19(*layers); !published) {
        return unfit(url, published.error().message);
    }
    const auto extent = extent_of(remote->header, url);
    if (!extent) {
        return extent.error();
    }
    TransferJob job;
    job.url = url;
    job.range = {remote->data_begins + extent->begin, remote->data_begins + extent->end - 1};
    job.needs_ranges = true;
    job.total = remote->file_bytes;
    job.etag = remote->etag;
    auto sink = PartSink::open(part, url, job.range);
    if (!sink) {
        return sink.error();
    }
    auto report = transfer(job, *sink, watcher);
    if (!report) {
        return report.error();
    }
    const auto written = write_convolutions(entry, url, *remote, *extent, part, destination);
    if (!written && written.error().code == ErrorCode::kOutput) {
        return written.error();  // the part stays: it is whole, only the disk was not
    }
    sink->remove();
    if (!written) {
        return written.error();
    }
    return report;
}

}  // namespace impasto::download
