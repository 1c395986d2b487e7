#include "weights/download/http.h"

#include <curl/curl.h>

#include <array>
#include <charconv>
#include <memory>
#include <string_view>

namespace impasto::download {
namespace {

constexpr long kConnectSeconds = 20;
constexpr long kMostRedirections = 8;

struct Transfer {
    CURL* curl = nullptr;
    const HttpHandlers* handlers = nullptr;
    HttpHead head;
    bool head_seen = false;
    bool rejected = false;
    bool cancelled = false;
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The value of the header line `name: value`, or nothing for another line.
std::optional<std::string_view> header_value(std::string_view line, std::string_view name) {
    if (line.size() <= name.size() || line[name.size()] != ':') {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (lower(line[i]) != name[i]) {
            return std::nullopt;
        }
    }
    std::string_view value = line.substr(name.size() + 1);
    const auto first = value.find_first_not_of(" \t");
    const auto last = value.find_last_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view()
                                           : value.substr(first, last - first + 1);
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

// "bytes 100-199/1000", "bytes */1000"
void read_content_range(std::string_view value, HttpHead& head) {
    constexpr std::string_view kUnit = "bytes ";
    const auto slash = value.find('/');
    if (!value.starts_with(kUnit) || slash == std::string_view::npos) {
        return;
    }
    head.total = number(value.substr(slash + 1));
    const std::string_view range = value.substr(kUnit.size(), slash - kUnit.size());
    head.first = number(range.substr(0, range.find('-')));
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    const std::string_view line(data, size);
    if (line.starts_with("HTTP/")) {
        transfer.head = {};  // of a redirection's target, or after "100 Continue"
    } else if (const auto etag = header_value(line, "etag")) {
        // A weak one ("W/...") says nothing about single bytes.
        transfer.head.etag = etag->starts_with('"') ? std::string(*etag) : std::string();
    } else if (const auto range = header_value(line, "content-range")) {
        read_content_range(*range, transfer.head);
    } else if (const auto length = header_value(line, "content-length")) {
        if (!transfer.head.total) {
            transfer.head.total = number(*length);
        }
    }
    return size;
}

// The head is complete once the first byte comes, or at the end for an empty body.
bool deliver_head(Transfer& transfer) {
    if (!transfer.head_seen) {
        transfer.head_seen = true;
        curl_easy_getinfo(transfer.curl, CURLINFO_RESPONSE_CODE, &transfer.head.status);
        transfer.rejected =
            transfer.handlers->on_head && !transfer.handlers->on_head(transfer.head);
    }
    return !transfer.rejected;
}

std::size_t on_data(char* data, std::size_t, std::size_t size, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    constexpr std::size_t kRefused = 0;  // any count but `size` ends the transfer
    if (!deliver_head(transfer)) {
        return kRefused;
    }
    if (transfer.handlers->on_body &&
        !transfer.handlers->on_body(std::as_bytes(std::span(data, size)))) {
        transfer.rejected = true;
        return kRefused;
    }
    return size;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& transfer = *static_cast<Transfer*>(user);
    transfer.cancelled = transfer.handlers->on_tick && !transfer.handlers->on_tick();
    return transfer.cancelled ? 1 : 0;
}

HttpEnd end_of(CURLcode code, const Transfer& transfer) {
    if (transfer.cancelled) {
        return HttpEnd::kCancelled;
    }
    if (transfer.rejected) {
        return HttpEnd::kRejected;
    }
    switch (code) {
        case CURLE_OK:
            return HttpEnd::kComplete;
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_CONNECT:
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_TOO_MANY_REDIRECTS:
            return HttpEnd::kUnreachable;
        default:
            return HttpEnd::kBroken;
    }
}

template <typename Value>
void set(CURL* curl, CURLoption option, Value value) {
    curl_easy_setopt(curl, option, value);
}

}  // namespace

HttpResult http_get(const HttpRequest& request, const HttpHandlers& handlers) {
    // Once in a process, and for good: curl's own cleanup must not run while others use it.
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    const std::unique_ptr<CURL, void (*)(CURL*)> curl(
        started == CURLE_OK ? curl_easy_init() : nullptr, curl_easy_cleanup);
    HttpResult result;
    if (!curl) {
        result.end = HttpEnd::kUnreachable;
        result.problem = "libcurl does not start";
        return result;
    }
    Transfer transfer;
    transfer.curl = curl.get();
    transfer.handlers = &handlers;
    std::array<char, CURL_ERROR_SIZE> words{};

    curl_slist* headers = nullptr;
    std::string range;
    if (request.range) {
        range = std::to_string(request.range->first) + "-";
        range += request.range->last ? std::to_string(*request.range->last) : "";
        set(curl.get(), CURLOPT_RANGE, range.c_str());
        if (!request.if_range.empty()) {
            headers = curl_slist_append(headers, ("If-Range: " + request.if_range).c_str());
        }
    }
    set(curl.get(), CURLOPT_URL, request.url.c_str());
    set(curl.get(), CURLOPT_HTTPHEADER, headers);
    set(curl.get(), CURLOPT_USERAGENT, "impasto");
    set(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
    set(curl.get(), CURLOPT_MAXREDIRS, kMostRedirections);
    // Weights are code in effect: from https nobody may lead us to plain http.
    const bool secure = request.url.starts_with("https://");
#if LIBCURL_VERSION_NUM >= 0x075500
    set(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
    set(curl.get(), CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
#else
    set(curl.get(), CURLOPT_PROTOCOLS, long{CURLPROTO_HTTP | CURLPROTO_HTTPS});
    set(curl.get(), CURLOPT_REDIR_PROTOCOLS,
        secure ? long{CURLPROTO_HTTPS} : long{CURLPROTO_HTTP | CURLPROTO_HTTPS});
#endif
    set(curl.get(), CURLOPT_NOSIGNAL, 1L);
    set(curl.get(), CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    set(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(curl.get(), CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.stall_seconds));
    set(curl.get(), CURLOPT_ERRORBUFFER, words.data());
    set(curl.get(), CURLOPT_HEADERFUNCTION, on_header);
    set(curl.get(), CURLOPT_HEADERDATA, &transfer);
    set(curl.get(), CURLOPT_WRITEFUNCTION, on_data);
    set(curl.get(), CURLOPT_WRITEDATA, &transfer);
    set(curl.get(), CURLOPT_NOPROGRESS, 0L);
    set(curl.get(), CURLOPT_XFERINFOFUNCTION, on_progress);
    set(curl.get(), CURLOPT_XFERINFODATA, &transfer);

    const CURLcode code = curl_easy_perform(curl.get());
    curl_slist_free_all(headers);
    if (code == CURLE_OK) {
        deliver_head(transfer);
    } else {
        curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &transfer.head.status);
        result.problem = words[0] != '\0' ? words.data() : curl_easy_strerror(code);
    }
    result.end = end_of(code, transfer);
    result.head = transfer.head;
    return result;
}

std::string host_of(const std::string& url) {
    const auto scheme = url.find("://");
    const auto begin = scheme == std::string::npos ? 0 : scheme + 3;
    return url.substr(begin, url.find('/', begin) - begin);
}

}  // namespace impasto::download
