// A file or a range of it over HTTP that survives bad connections: taken up where it broke, a few
// times with growing pauses, and again by the next call.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "platform/part_file.h"
#include "weights/download/http.h"

namespace impasto::download {

// Where the caller stands by.
struct Watcher {
    // Bytes there and bytes wanted (0: unknown); false stops.
    std::function<bool(std::uint64_t done, std::uint64_t total)> progress;
    std::function<void(const std::string& line)> notice;
    std::chrono::milliseconds retry_pause{1000};  // the first; doubles
    std::uint32_t stall_seconds = 30;
};

// Where bytes go, in order.
class Sink {
  public:
    virtual ~Sink() = default;
    virtual std::uint64_t size() const = 0;
    virtual Status append(std::span<const std::byte> bytes) = 0;
    // Drops everything: what comes next is the first byte, of the version with this validator.
    virtual Status restart(const std::string& etag) = 0;
    // The validator of the version that the bytes so far belong to; empty: not known.
    virtual std::string etag() const = 0;
    // Bytes that can still be stored, where that is known.
    virtual std::optional<std::uint64_t> room() const { return std::nullopt; }
};

class MemorySink : public Sink {
  public:
    std::uint64_t size() const override { return bytes_.size(); }
    Status append(std::span<const std::byte> bytes) override;
    Status restart(const std::string& etag) override;
    std::string etag() const override { return etag_; }
    const std::vector<std::byte>& bytes() const { return bytes_; }

  private:
    std::vector<std::byte> bytes_;
    std::string etag_;
};

// NAME.part, and NAME.part.json which tells what it is a part of.
class PartSink : public Sink {
  public:
    // Opens or begins the part; what is there of another URL or range is dropped. kOutput.
    static Result<PartSink> open(const std::filesystem::path& path, const std::string& url,
                                 const ByteRange& range);

    std::uint64_t size() const override { return file_.size(); }
    Status append(std::span<const std::byte> bytes) override { return file_.append(bytes); }
    Status restart(const std::string& etag) override;
    std::string etag() const override { return etag_; }
    std::optional<std::uint64_t> room() const override;

    const std::filesystem::path& path() const { return file_.path(); }
    // Closes and deletes both files.
    void remove();

  private:
    platform::PartFile file_;
    std::string url_;
    ByteRange range_;
    std::string etag_;
};

struct TransferJob {
    std::string url;
    ByteRange range;                     // from 0 without a last byte: the whole file
    bool needs_ranges = false;           // a server that sends the whole file is refused
    std::optional<std::uint64_t> total;  // bytes that the whole file must have
    std::string etag;                    // that the file must have, where not empty
    // Whether a part may be taken up without a validator, because its checksum is checked later.
    bool checksum_follows = false;
};

struct TransferReport {
    std::uint64_t downloaded = 0;
    std::uint64_t resumed = 0;           // that were in the sink before
    std::optional<std::uint64_t> total;  // bytes of the whole file on the server
    std::string etag;
};

// Fills the sink. kNetwork: the server or the way to it (named); kOutput: the disk; kCancelled.
// The sink keeps what came.
Result<TransferReport> transfer(const TransferJob& job, Sink& sink, const Watcher& watcher);

}  // namespace impasto::download
