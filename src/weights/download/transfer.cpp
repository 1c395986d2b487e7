#include "weights/download/transfer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <system_error>
#include <thread>

#include "platform/atomic_file.h"
#include "platform/mapped_file.h"
#include "platform/paths.h"

namespace impasto::download {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// Failures in a row, without a byte in between, after which it is given up.
constexpr int kMostFailures = 5;
constexpr std::chrono::milliseconds kLongestPause{30'000};

constexpr long kWholeFile = 200;
constexpr long kRange = 206;
constexpr long kRangeOutside = 416;

Error network(const std::string& what) { return {ErrorCode::kNetwork, what}; }

std::string megabytes(std::uint64_t bytes) {
    return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

fs::path notes_of(const fs::path& part) {
    fs::path notes = part;
    notes += ".json";
    return notes;
}

Error status_error(long status, const std::string& url) {
    const std::string host = host_of(url);
    const std::string answer = host + " answers " + std::to_string(status);
    if (status == 404 || status == 410) {
        return network(answer + " (not found): " + url + " is not there any more");
    }
    if (status == 401 || status == 403 || status == 407) {
        return network(answer + " (not allowed) to " + url);
    }
    return network(answer + " to " + url + "; try again later");
}

bool worth_another_try(long status) { return status == 408 || status == 429 || status >= 500; }

// The state of one transfer over its attempts.
class Attempts {
  public:
    Attempts(const TransferJob& job, Sink& sink, const Watcher& watcher)
        : job_(job), sink_(sink), watcher_(watcher) {}

    Result<TransferReport> run();

  private:
    bool on_head(const HttpHead& head);
    bool on_body(std::span<const std::byte> bytes);
    bool tick() const {
        return !watcher_.progress || watcher_.progress(sink_.size(), wanted_.value_or(0));
    }
    HttpResult attempt();
    Status prepare();
    bool refuse(Error error) {
        refused_ = std::move(error);
        return false;
    }
    bool pause(int failures) const;

    const TransferJob& job_;
    Sink& sink_;
    const Watcher& watcher_;
    TransferReport report_;
    std::optional<std::uint64_t> wanted_;  // bytes that the sink must have in the end
    std::optional<Error> refused_;         // why on_head or on_body ended a request
    std::uint64_t asked_from_ = 0;
    bool answered_ = false;  // the server did answer in this call
};

// A part that cannot be taken up safely is begun anew.
Status Attempts::prepare() {
    const bool too_long = wanted_ && sink_.size() > *wanted_;
    const bool unsafe = sink_.etag().empty() && !job_.checksum_follows;
    const bool other = !job_.etag.empty() && sink_.etag() != job_.etag;
    if (sink_.size() > 0 && (too_long || unsafe || other)) {
        return sink_.restart(job_.etag);
    }
    return {};
}

bool Attempts::on_head(const HttpHead& head) {
    answered_ = true;
    if (head.status != kWholeFile && head.status != kRange) {
        return false;
    }
    if (head.status == kWholeFile && (job_.needs_ranges || job_.range.first != 0)) {
        return refuse(network(host_of(job_.url) + (sink_.size() > 0 ? " has another file by now"
                                                                    : " gives no byte ranges")));
    }
    if (head.status == kRange && head.first != job_.range.first + asked_from_) {
        return refuse(network(host_of(job_.url) + " sends another range than it was asked for"));
    }
    if (job_.total && head.total && *head.total != *job_.total) {
        return refuse(network("the file at " + job_.url + " has " + std::to_string(*head.total) +
                              " bytes instead of " + std::to_string(*job_.total)));
    }
    if (!job_.etag.empty() && !head.etag.empty() && head.etag != job_.etag) {
        return refuse(network(host_of(job_.url) + " has another file by now"));
    }
    const bool from_the_start = head.status == kWholeFile || asked_from_ == 0;
    if (from_the_start) {
        if (auto restarted = sink_.restart(head.etag); !restarted) {
            return refuse(restarted.error());
        }
    } else if (!sink_.etag().empty() && !head.etag.empty() && head.etag != sink_.etag()) {
        return refuse(network(host_of(job_.url) + " has another file by now"));
    }
    report_.resumed = report_.downloaded == 0 ? sink_.size() : report_.resumed;
    report_.total = head.total;
    report_.etag = head.etag;
    if (!wanted_ && head.total && *head.total >= job_.range.first) {
        wanted_ = *head.total - job_.range.first;
    } else if (wanted_ && head.total && *head.total > job_.range.first) {
        wanted_ = std::min(*wanted_, *head.total - job_.range.first);
    }
    const std::uint64_t missing = wanted_ ? *wanted_ - std::min(*wanted_, sink_.size()) : 0;
    if (const auto room = sink_.room(); room && *room < missing) {
        return refuse({ErrorCode::kOutput, "the disk of the cache is full: the download needs " +
                                               megabytes(missing) + " more and " +
                                               megabytes(*room) +
                                               " are free; free some space or choose another "
                                               "cache folder"});
    }
    return true;
}

bool Attempts::on_body(std::span<const std::byte> bytes) {
    if (wanted_ && bytes.size() > *wanted_ - std::min(*wanted_, sink_.size())) {
        return refuse(network(host_of(job_.url) + " sends more than it was asked for"));
    }
    const auto added = sink_.append(bytes);
    if (!added) {
        return refuse(added.error());
    }
    report_.downloaded += bytes.size();
    return true;
}

HttpResult Attempts::attempt() {
    asked_from_ = sink_.size();
    HttpRequest request;
    request.url = job_.url;
    request.stall_seconds = watcher_.stall_seconds;
    if (job_.needs_ranges || job_.range.first != 0 || asked_from_ != 0) {
        request.range = ByteRange{job_.range.first + asked_from_, job_.range.last};
        request.if_range = asked_from_ != 0 ? sink_.etag() : job_.etag;
    }
    HttpHandlers handlers;
    handlers.on_head = [this](const HttpHead& head) { return on_head(head); };
    handlers.on_body = [this](std::span<const std::byte> bytes) { return on_body(bytes); };
    handlers.on_tick = [this] { return tick(); };
    return http_get(request, handlers);
}

// False: cancelled meanwhile.
bool Attempts::pause(int failures) const {
    constexpr std::chrono::milliseconds kStep{50};
    auto left = std::min(watcher_.retry_pause * (1 << (failures - 1)), kLongestPause);
    for (; left > std::chrono::milliseconds::zero(); left -= kStep) {
        if (!tick()) {
            return false;
        }
        std::this_thread::sleep_for(std::min(left, kStep));
    }
    return true;
}

Result<TransferReport> Attempts::run() {
    const Error cancelled{ErrorCode::kCancelled,
                          "the download was stopped; the next one goes on where it is"};
    if (job_.range.last) {
        wanted_ = *job_.range.last - job_.range.first + 1;
    } else if (job_.total) {
        wanted_ = *job_.total - job_.range.first;
    }
    report_.etag = job_.etag;
    report_.total = job_.total;
    int failures = 0;
    while (true) {
        IMPASTO_TRY(prepare());
        if (wanted_ && sink_.size() == *wanted_) {
            report_.resumed = report_.downloaded == 0 ? sink_.size() : report_.resumed;
            return report_;
        }
        const std::uint64_t before = report_.downloaded;
        refused_.reset();
        const HttpResult result = attempt();
        const long status = result.head.status;
        std::string problem = result.problem;
        if (refused_) {
            return *refused_;
        }
        if (result.end == HttpEnd::kCancelled) {
            return cancelled;
        }
        if (result.end == HttpEnd::kUnreachable && !answered_) {
            return network("cannot reach " + host_of(job_.url) + ": " + problem +
                           "; check the connection and the proxy (https_proxy)");
        }
        const bool good = status == kWholeFile || status == kRange;
        if (result.end == HttpEnd::kComplete && good) {
            if (!wanted_ || sink_.size() == *wanted_) {
                return report_;
            }
            problem = "the connection ended early";
        } else if (status == kRangeOutside && sink_.size() > 0) {
            problem = "the part that is here does not fit the file";
            IMPASTO_TRY(sink_.restart(""));
        } else if (status != 0 && !good) {
            if (!worth_another_try(status)) {
                return status_error(status, job_.url);
            }
            problem = "it answers " + std::to_string(status);
        }
        failures = report_.downloaded > before ? 1 : failures + 1;
        if (failures > kMostFailures) {
            return status != 0 && !good
                       ? status_error(status, job_.url)
                       : network("the connection to " + host_of(job_.url) + " keeps breaking (" +
                                 problem + "); the next try goes on where this one stopped");
        }
        if (watcher_.notice) {
            watcher_.notice(host_of(job_.url) + ": " + problem + "; trying again");
        }
        if (!pause(failures)) {
            return cancelled;
        }
    }
}

}  // namespace

Status MemorySink::append(std::span<const std::byte> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return {};
}

Status MemorySink::restart(const std::string& etag) {
    bytes_.clear();
    etag_ = etag;
    return {};
}

Result<PartSink> PartSink::open(const fs::path& path, const std::string& url,
                                const ByteRange& range) {
    auto file = platform::PartFile::open(path);
    if (!file) {
        return file.error();
    }
    PartSink sink;
    sink.file_ = *std::move(file);
    sink.url_ = url;
    sink.range_ = range;
    if (sink.size() == 0) {
        return sink;
    }
    const auto notes = platform::MappedFile::open(notes_of(path));
    Json json;
    if (notes) {
        const auto* text = reinterpret_cast<const char*>(notes->bytes().data());
        json = Json::parse(text, text + notes->bytes().size(), nullptr, false);
    }
    const bool ours = json.is_object() && json.value("url", Json()) == url &&
                      json.value("first", Json()) == range.first &&
                      json.value("last", Json()) == range.last.value_or(0) &&
                      json.value("etag", Json()).is_string();
    if (!ours) {
        IMPASTO_TRY(sink.file_.truncate(0));
        return sink;
    }
    sink.etag_ = json["etag"].get<std::string>();
    return sink;
}

Status PartSink::restart(const std::string& etag) {
    IMPASTO_TRY(file_.truncate(0));
    etag_ = etag;
    const Json json{
        {"url", url_}, {"first", range_.first}, {"last", range_.last.value_or(0)}, {"etag", etag_}};
    const std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    return platform::write_file(notes_of(path()), std::as_bytes(std::span(text)));
}

std::optional<std::uint64_t> PartSink::room() const {
    const auto free = platform::free_disk_space(path());
    return free ? std::optional(*free) : std::nullopt;
}

void PartSink::remove() {
    const fs::path part = path();
    file_.close();
    std::error_code ignored;
    fs::remove(part, ignored);
    fs::remove(notes_of(part), ignored);
}

Result<TransferReport> transfer(const TransferJob& job, Sink& sink, const Watcher& watcher) {
    return Attempts(job, sink, watcher).run();
}

}  // namespace impasto::download
