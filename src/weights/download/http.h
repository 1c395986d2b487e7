// One HTTP request for a file or a range of it, over libcurl. No retries here: transfer.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"

namespace impasto::download {

struct ByteRange {
    std::uint64_t first = 0;
    std::optional<std::uint64_t> last;  // inclusive; none: to the end of the file
};

struct HttpRequest {
    std::string url;
    std::optional<ByteRange> range;
    // With a range: the validator (ETag) of the version that the range is wanted of. A server that
    // has another version by now sends the whole file instead (status 200).
    std::string if_range;
    std::uint32_t stall_seconds = 30;  // without a byte: the connection counts as dead
};

// What the final answer's head said, after redirections.
struct HttpHead {
    long status = 0;                     // 200, 206, 404 ...
    std::string etag;                    // strong ones alone; empty where there is none
    std::optional<std::uint64_t> total;  // bytes of the whole file
    std::optional<std::uint64_t> first;  // of a 206: where its range begins
};

enum class HttpEnd {
    kComplete,     // the answer came whole, whatever its status
    kRejected,     // on_head or on_body did not want it
    kCancelled,    // on_tick
    kBroken,       // the connection ended or stalled on the way: worth another try
    kUnreachable,  // no such host, nobody listens, TLS refused
};

struct HttpResult {
    HttpEnd end = HttpEnd::kComplete;
    HttpHead head;
    std::string problem;  // curl's words, for kBroken and kUnreachable
};

struct HttpHandlers {
    // Before the first byte of the body; false ends the request (kRejected).
    std::function<bool(const HttpHead&)> on_head;
    // The body in pieces; false ends the request (kRejected).
    std::function<bool(std::span<const std::byte>)> on_body;
    // A few times a second; false ends the request (kCancelled).
    std::function<bool()> on_tick;
};

HttpResult http_get(const HttpRequest& request, const HttpHandlers& handlers);

// "huggingface.co" of a URL, for messages.
std::string host_of(const std::string& url);

}  // namespace impasto::download
