// impasto_batch.h over the room.
#include <algorithm>
#include <cstring>
#include <exception>
#include <new>

#include "batch/handles.h"
#include "batch/runner.h"
#include "impasto/impasto_batch.h"
#include "platform/paths.h"

using namespace impasto;

namespace {

constexpr const char* kNoMemory = "out of host memory: try fewer jobs at a time";

// Cut to the buffer, not in the middle of a character.
void write_message(const char* text, char* to, std::size_t size) {
    if (to == nullptr || size == 0) return;
    std::size_t length = std::min(std::strlen(text), size - 1);
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0u) == 0x80u) --length;
    std::memcpy(to, text, length);
    to[length] = '\0';
}

// A struct of a caller that may be older or newer. False: it says no size.
template <typename T>
bool read_struct(const T* from, T& to) {
    if (from->struct_size < sizeof(std::size_t)) return false;
    std::memcpy(&to, from, std::min(from->struct_size, sizeof to));
    return true;
}

Error bad(std::string what) { return {ErrorCode::kInvalidArgument, std::move(what)}; }

ImpastoResult result_of(const Error& error) {
    return static_cast<ImpastoResult>(-static_cast<int>(error.code));
}

int tell(const ImpastoBatchOptions& options, const batch::Event& event) {
    auto to = Impasto::make<ImpastoBatchEvent>();
    to.what = static_cast<ImpastoBatchWhat>(event.what);
    to.jobs = static_cast<std::uint32_t>(event.jobs);
    to.to_do = static_cast<std::uint32_t>(event.to_do);
    to.job = to.output = to.message = to.report = "";
    if (event.job != nullptr) {
        to.index = static_cast<std::uint32_t>(event.index);
        to.job = event.job->name.c_str();
        to.output = event.job->output.c_str();
    }
    to.progress = event.progress;
    std::string report;
    std::vector<const char*> warnings;
    if (event.outcome != nullptr) {
        const batch::Outcome& outcome = *event.outcome;
        report = batch::report_line(outcome);
        to.report = report.c_str();
        to.state = static_cast<ImpastoBatchState>(outcome.state);
        if (outcome.error) {
            to.result = result_of(*outcome.error);
            to.message = outcome.error->message.c_str();
        }
        to.seconds = outcome.seconds;
        if (outcome.made) {
            to.setup_seconds = outcome.made->setup_seconds;
            to.setup_host_seconds = outcome.made->setup_host_seconds;
            to.losses = outcome.made->losses;
            for (const std::string& line : outcome.made->warnings) warnings.push_back(line.c_str());
            to.warnings = warnings.data();
            to.warning_count = static_cast<std::uint32_t>(warnings.size());
        }
    }
    return options.callback(options.user, &to);
}

Result<batch::BatchOptions> options_of(const ImpastoBatchOptions& given) {
    batch::BatchOptions options;
    options.context = Impasto::make<ImpastoContextOptions>();
    if (given.context != nullptr && !read_struct(given.context, options.context)) {
        return bad("ImpastoContextOptions: struct_size is not set");
    }
    options.context.struct_size = sizeof options.context;
    if (given.folder != nullptr) options.folder = platform::path_from_utf8(given.folder);
    if (given.name != nullptr) options.name = given.name;
    if (given.ledger != nullptr) options.ledger = platform::path_from_utf8(given.ledger);
    if (given.jobs_per_device > batch::kMostJobsPerDevice) {
        return bad("jobs_per_device: more than " + std::to_string(batch::kMostJobsPerDevice));
    }
    options.jobs_per_device = std::max(given.jobs_per_device, 1u);
    if (given.shard != 0 || given.shard_count != 0) {
        const auto shard = batch::make_shard(given.shard, given.shard_count);
        if (!shard) return shard.error();
        options.shard = *shard;
    }
    options.resume = given.resume != 0;
    if (given.callback != nullptr) {
        options.tell = [given](const batch::Event& event) { return tell(given, event) != 0; };
    }
    return options;
}

Status write_summary(const batch::Summary& from, ImpastoBatchSummary* to) {
    if (to == nullptr) return {};
    if (to->struct_size < sizeof(std::size_t)) {
        return bad("ImpastoBatchSummary: struct_size is not set");
    }
    ImpastoBatchSummary summary{};
    summary.struct_size = to->struct_size;
    const auto count = [](std::size_t number) { return static_cast<std::uint32_t>(number); };
    summary.jobs = count(from.jobs);
    summary.done = count(from.done);
    summary.up_to_date = count(from.up_to_date);
    summary.failed = count(from.failed);
    summary.cancelled = count(from.cancelled);
    summary.first = from.first_error ? result_of(*from.first_error) : IMPASTO_SUCCESS;
    summary.seconds = from.seconds;
    std::memcpy(to, &summary, std::min(to->struct_size, sizeof summary));
    return {};
}

Status outcome(const batch::Summary& summary) {
    if (summary.cancelled > 0) {
        return Error{ErrorCode::kCancelled, std::to_string(summary.done) + " of " +
                                                std::to_string(summary.jobs) +
                                                " jobs were done when the batch was stopped"};
    }
    if (summary.failed == 0) return {};
    const std::string several = summary.failed == 1 ? "a job failed: "
                                                    : std::to_string(summary.failed) + " of " +
                                                          std::to_string(summary.jobs) +
                                                          " jobs failed; the first: ";
    return Error{summary.first_error->code,
                 several + "'" + summary.first_name + "': " + summary.first_error->message};
}

Status run(const char* jobs, std::size_t size, const ImpastoBatchOptions* options,
           ImpastoBatchSummary* summary) {
    if (jobs == nullptr) return bad("impasto_batch_run: jobs is null");
    ImpastoBatchOptions given{};
    if (options != nullptr && !read_struct(options, given)) {
        return bad("ImpastoBatchOptions: struct_size is not set");
    }
    IMPASTO_TRY(write_summary({}, summary));
    const auto asked = options_of(given);
    if (!asked) return asked.error();
    const auto done = batch::run_batch({jobs, size}, *asked);
    if (!done) return done.error();
    IMPASTO_TRY(write_summary(*done, summary));
    return outcome(*done);
}

}  // namespace

ImpastoResult impasto_batch_run(const char* jobs, size_t size, const ImpastoBatchOptions* options,
                                ImpastoBatchSummary* summary, char* message, size_t message_size) {
    const auto fail = [&](ImpastoResult result, const char* text) {
        write_message(text, message, message_size);
        return result;
    };
    try {
        const Status status = run(jobs, size, options, summary);
        if (status) return fail(IMPASTO_SUCCESS, "");
        const Error& error = status.error();
        return fail(result_of(error), error.message.empty() ? kNoMemory : error.message.c_str());
    } catch (const std::bad_alloc&) {
        return fail(IMPASTO_ERROR_OUT_OF_MEMORY, kNoMemory);
    } catch (const std::exception& error) {
        return fail(IMPASTO_ERROR_INTERNAL, error.what());
    } catch (...) {
        return fail(IMPASTO_ERROR_INTERNAL, "an unexpected failure, please report it");
    }
}
