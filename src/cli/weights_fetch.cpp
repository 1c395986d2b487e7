#include "cli/weights_fetch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <exception>

#include "cli/exit_codes.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "platform/interrupt.h"
#include "platform/terminal.h"

#ifdef IMPASTO_HAVE_DOWNLOAD
#include "impasto/download.h"
#endif

namespace impasto::cli {
namespace {

Status unknown_name(const std::string& name, const std::vector<ImpastoListedWeights>& listed) {
    std::string names;
    for (const ImpastoListedWeights& one : listed) {
        if (one.path[0] != '\0') names += (names.empty() ? "" : ", ") + std::string(one.name);
    }
    return Error{ErrorCode::kInvalidArgument,
                 "'" + name + "' cannot be fetched; there are " + names};
}

#ifdef IMPASTO_HAVE_DOWNLOAD

// What is shown while a download runs. Called through C, which no exception may cross.
class FetchProgress {
  public:
    explicit FetchProgress(bool quiet) : quiet_(quiet) {}

    static int on_progress(void* user, std::uint64_t done, std::uint64_t total) {
        auto* self = static_cast<FetchProgress*>(user);
        return self->guarded([&] { self->show(done, total); }) || platform::interrupted() ? 1 : 0;
    }
    static void on_notice(void* user, const char* line) {
        auto* self = static_cast<FetchProgress*>(user);
        self->guarded([&] {
            if (self->quiet_) return;
            self->line_.clear();
            note(line);
        });
    }
    void finish() {
        line_.end();
        if (thrown_) std::rethrow_exception(thrown_);
    }

  private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kRedrawEvery{100};
    static constexpr std::chrono::seconds kLineEvery{5};

    // True when something was thrown, now or before.
    template <typename Body>
    bool guarded(Body&& body) {
        try {
            body();
        } catch (...) {
            thrown_ = std::current_exception();
        }
        return thrown_ != nullptr;
    }
    void show(std::uint64_t done, std::uint64_t total);

    bool quiet_;
    bool redraws_ = platform::is_terminal(stderr);
    RedrawnLine line_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point last_ = start_ - kRedrawEvery;
    std::uint64_t at_start_ = 0;  // bytes that were there before the clock began
    std::uint64_t seen_ = 0;
    std::exception_ptr thrown_;
};

void FetchProgress::show(std::uint64_t done, std::uint64_t total) {
    const auto now = Clock::now();
    if (done < seen_ ||
        seen_ == 0) {  // another source, or the first call: what was there is no speed
        start_ = now;
        at_start_ = done;
    }
    seen_ = done;
    const bool complete = total > 0 && done == total;
    if (quiet_ || (!complete && now - last_ < (redraws_ ? std::chrono::nanoseconds(kRedrawEvery)
                                                        : std::chrono::nanoseconds(kLineEvery)))) {
        return;
    }
    last_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double speed = seconds > 0.5 ? static_cast<double>(done - at_start_) / seconds : 0.0;
    std::string text = bytes_text(done);
    std::string bar;
    if (total > 0) {
        constexpr std::uint64_t kBar = 30;
        const std::uint64_t filled = std::min(kBar, done * kBar / total);
        bar = "[" + std::string(filled, '#') + std::string(kBar - filled, '.') + "] ";
        text = std::to_string(done * 100 / total) + "%  " + text + " of " + bytes_text(total);
    }
    std::string rest;
    if (speed > 0.0) {
        rest = "  " + bytes_text(static_cast<std::uint64_t>(speed)) + "/s";
        if (total > done) {
            rest += "  " + duration_text(static_cast<double>(total - done) / speed) + " left";
        }
    }
    if (redraws_) {
        line_.draw({bar + text + rest, text + rest, text});
    } else {
        note(text + rest);
    }
}

#endif  // IMPASTO_HAVE_DOWNLOAD

class Fetch : public Command {
  public:
    explicit Fetch(CLI::App& weights)
        : Command(weights, "fetch", "NAME [options]", "fetch an encoder into the user's cache") {
        describe(
            "Fetches the convolutions of a public network (vgg19: 80 MB) into the user's cache, "
            "where "
            "--weights NAME finds them. What was interrupted is taken up where it stopped. Proxies "
            "and certificates come from the environment, as for curl.",
            "\nExample:\n  impasto weights fetch vgg19\n");
        options().positionals(names_);
        options().describe_positional("NAME", "as 'impasto weights list' shows it: vgg19");
        options().flag("--checksum", checksum_,
                       "only from where the whole file's sha256 is published; for vgg19 that is "
                       "575 MB instead of 80");
        options().flag("--again", again_, "even when it is there already");
        options().text("--mirror", "URL", mirror_,
                       "ask this server, https://host, for the same paths instead");
        options().flag("-q,--quiet", quiet_, "say nothing but errors");
    }

    Status run() override {
        IMPASTO_TRY(arguments().read());
        if (names_.size() != 1) {
            return Error{ErrorCode::kInvalidArgument,
                         "one name is needed: impasto weights fetch vgg19"};
        }
        const auto listed = list_known_weights();
        if (!listed) return listed.error();
        for (const ImpastoListedWeights& one : *listed) {
            if (one.name == names_.front() && one.path[0] != '\0') return fetch(one);
        }
        return unknown_name(names_.front(), *listed);
    }

  private:
    Status fetch(const ImpastoListedWeights& listed);

    std::vector<std::string> names_;
    std::string mirror_;
    bool checksum_ = false;
    bool again_ = false;
    bool quiet_ = false;
};

#ifdef IMPASTO_HAVE_DOWNLOAD

Status Fetch::fetch(const ImpastoListedWeights& listed) {
    FetchProgress progress(quiet_);
    ImpastoFetchOptions how{};
    how.struct_size = sizeof how;
    how.progress = FetchProgress::on_progress;
    how.notice = FetchProgress::on_notice;
    how.user = &progress;
    how.require_checksum = checksum_ ? 1 : 0;
    how.again = again_ ? 1 : 0;
    how.mirror = mirror_.empty() ? nullptr : mirror_.c_str();
    ImpastoFetchReport report{};
    report.struct_size = sizeof report;
    Message message;
    platform::catch_interrupts();
    const int result =
        impasto_fetch_weights(listed.name, &how, &report, message.data(), message.size());
    progress.finish();
    if (result == IMPASTO_ERROR_CANCELLED) {
        return Error{
            ErrorCode::kCancelled,
            stopped_by() + "; what came so far is kept, and the same command goes on from there"};
    }
    IMPASTO_TRY(message.status(result));
    if (quiet_) return {};
    if (report.was_cached != 0) {
        note(std::string(listed.name) + " is there already: " + report.path);
        return {};
    }
    note(std::string("wrote ") + report.path + "\nsha256 " + report.sha256 +
         (report.checksum_checked != 0
              ? " (what was fetched agrees with the published sum)"
              : " (sizes, types and values were checked; no sum is published for this part)") +
         "\nuse it with --weights " + listed.name + "\nlicence: " + listed.licence);
    return {};
}

#else

Status Fetch::fetch(const ImpastoListedWeights& listed) {
    return Error{ErrorCode::kInvalidArgument,
                 std::string("this program was built without downloading (it needs libcurl): get "
                             "https://download.pytorch.org/models/vgg19-dcbb9e9d.pth by hand, then "
                             "'impasto weights import' it to ") +
                     listed.path};
}

#endif  // IMPASTO_HAVE_DOWNLOAD

}  // namespace

void add_weights_fetch(CLI::App& weights, Commands& commands) {
    commands.push_back(std::make_unique<Fetch>(weights));
}

}  // namespace impasto::cli
