// impasto batch: many pictures from a file of jobs.
#include <algorithm>
#include <cstring>
#include <string>

#include "cli/batch_progress.h"
#include "cli/command.h"
#include "cli/exit_codes.h"
#include "cli/handles.h"
#include "cli/output.h"
#include "impasto/impasto_batch.h"
#include "platform/interrupt.h"
#include "platform/mapped_file.h"
#include "platform/paths.h"
#include "settings/computing.h"
#include "settings/numbers.h"

namespace impasto::cli {
namespace {

constexpr const char* kDescription =
    "Does the jobs of a JSON file: each is a run of another command, with the same option names, "
    "and wildcards for whole folders. What is up to date is left alone: a job is done again only "
    "when a file that it reads, one of its options, the encoder or the version has changed, or "
    "its output is not what it made. Names of files count from the folder of the JSON file.";

constexpr const char* kFooter =
    "The file of jobs (docs/batch.md says all, docs/batch.schema.json is its JSON schema):\n"
    "  {\"defaults\": {\"size\": 512, \"style\": \"paintings/wave.jpg\"},\n"
    "   \"jobs\": [{\"content\": \"photos/*.jpg\", \"output\": \"out/{stem}-{style}.png\"},\n"
    "            {\"name\": \"sky\", \"content\": \"sky.png\", \"output\": \"out/sky.png\",\n"
    "             \"size\": 1024, \"iterations\": [400, 200]}]}\n"
    "\n"
    "A job that fails is reported, and the others go on; the exit code is then that of the\n"
    "first job that failed. Ctrl-C gives up the jobs that run. However a run ends, the next\n"
    "one does nothing twice.\n"
    "\n"
    "Examples:\n"
    "  impasto batch jobs.json\n"
    "one of four shares, on as many machines:\n"
    "  impasto batch jobs.json --shard 1/4\n"
    "\n";

class Batch : public Command {
  public:
    explicit Batch(CLI::App& program)
        : Command(program, "batch", "JOBS.json [options]", "do many jobs from a JSON file") {
        describe(kDescription, std::string(kFooter) + kExitCodesHelp);
        declare();
    }

    Status run() override;

  private:
    void declare();
    Status read();
    int heard(const ImpastoBatchEvent& event);
    Status call(const platform::MappedFile& file, ImpastoBatchSummary& summary);

    std::vector<std::string> files_;
    std::uint32_t jobs_per_device_ = 1;
    std::uint32_t shard_ = 0;
    std::uint32_t shard_count_ = 0;
    std::string ledger_;
    bool resume_ = false;
    bool json_ = false;
    bool quiet_ = false;
    settings::Computing computing_;

    BatchProgress* shown_ = nullptr;
    Status printed_;  // of the report
};

void Batch::declare() {
    settings::Options& to = options();
    to.group("Jobs");
    to.positionals(files_);
    to.describe_positional("JOBS.json", "the file of jobs");
    to.integer("--jobs-per-device", "N", {1, 64}, jobs_per_device_,
               "jobs that are worked on at the same time, 1 to 64: a device that is not filled by "
               "one gets more done. One that finds too little memory waits until it is alone");
    to.add(
        "--shard", "i/n", settings::ValueKind::kText,
        "do the i-th of n shares, from 1 to n. Shares have no job in common and need nothing of "
        "each other, so they may run at any time, on any machine that sees the files. Which jobs "
        "are in which is told by their outputs' names alone",
        [this](std::string_view given) -> Status {
            const std::size_t slash = given.find('/');
            if (slash != std::string_view::npos) {
                const auto index = settings::parse_integer(given.substr(0, slash), {1, 1000000});
                const auto count = settings::parse_integer(given.substr(slash + 1), {1, 1000000});
                if (index && count && *index <= *count) {
                    shard_ = static_cast<std::uint32_t>(*index);
                    shard_count_ = static_cast<std::uint32_t>(*count);
                    return {};
                }
            }
            return Error{ErrorCode::kInvalidArgument, "'" + std::string(given) +
                                                          "' is not i/n with i from 1 to n, such "
                                                          "as 2/8"};
        },
        [] { return std::string(); });
    to.flag("--resume", resume_,
            "go on with a run that was cut off: files of the size and time that are noted are not "
            "read again, and jobs that failed are not tried again unless something changed");
    to.text("--ledger", "FILE", ledger_,
            "where it is noted what was done. Without it: JOBS.json.ledger; with --shard "
            "\".i-of-n\" is added");
    to.group("Computing");
    settings::declare_device(to, computing_);
    settings::declare_computing(to, computing_);
    to.group("What is told");
    to.flag("--json", json_,
            "print one line of JSON for every job when it ends, and one for the batch in the end, "
            "on the standard output: job, state (done, up_to_date, failed, cancelled), output, "
            "seconds, losses, sums (SHA-256) of the inputs and the output");
    to.flag("-q,--quiet", quiet_, "say nothing but errors");
}

Status Batch::read() {
    IMPASTO_TRY(arguments().read());
    if (files_.size() == 1) return {};
    return Error{ErrorCode::kInvalidArgument,
                 files_.empty()
                     ? "a file of jobs is needed: impasto batch JOBS.json"
                     : "unexpected argument '" + files_[1] + "': a batch has one file of jobs"};
}

int Batch::heard(const ImpastoBatchEvent& event) {
    shown_->update(event);
    if (event.what == IMPASTO_BATCH_ENDED) {
        if (event.state == IMPASTO_BATCH_FAILED) {
            shown_->complain("'" + std::string(event.job) + "': " + event.message);
        }
        if (json_ && printed_) printed_ = print(std::string(event.report) + "\n");
    }
    return platform::interrupted() || !printed_ ? 0 : 1;
}

Status Batch::call(const platform::MappedFile& file, ImpastoBatchSummary& summary) {
    const std::string& name = files_.front();
    const std::string folder = platform::path_to_utf8(platform::path_from_utf8(name).parent_path());
    const std::string ledger = ledger_.empty() ? name + ".ledger" : ledger_;
    ImpastoContextOptions context{};
    context.struct_size = sizeof context;
    context.device = computing_.device.empty() ? nullptr : computing_.device.c_str();
    context.precision = computing_.precision.c_str();
    context.tier = computing_.tier.c_str();
    context.memory_budget = computing_.memory_budget;
    context.retune = computing_.retune ? 1 : 0;
    ImpastoBatchOptions options{};
    options.struct_size = sizeof options;
    options.context = &context;
    options.folder = folder.c_str();
    options.name = name.c_str();
    options.ledger = ledger.c_str();
    options.jobs_per_device = jobs_per_device_;
    options.shard = shard_;
    options.shard_count = shard_count_;
    options.resume = resume_ ? 1 : 0;
    options.callback = [](void* user, const ImpastoBatchEvent* event) {
        return static_cast<Batch*>(user)->heard(*event);
    };
    options.user = this;
    Message message;
    const auto bytes = file.bytes();
    return message.status(impasto_batch_run(reinterpret_cast<const char*>(bytes.data()),
                                            bytes.size(), &options, &summary, message.data(),
                                            message.size()));
}

Status Batch::run() {
    IMPASTO_TRY(read());
    const auto file = platform::MappedFile::open(platform::path_from_utf8(files_.front()));
    if (!file) return file.error();
    platform::catch_interrupts();
    BatchProgress progress(quiet_, json_);
    shown_ = &progress;
    ImpastoBatchSummary summary{};
    summary.struct_size = sizeof summary;
    Status status = call(*file, summary);
    progress.finish();
    const bool ran = status || summary.failed + summary.cancelled > 0;  // else it never began
    if (!printed_) return printed_;
    if (!ran) return status;
    if (json_) IMPASTO_TRY(print(BatchProgress::json_text(summary)));
    if (!status && status.error().code == ErrorCode::kCancelled) {
        return Error{ErrorCode::kCancelled, stopped_by() + ": " + status.error().message};
    }
    if (!quiet_ && !json_) note(BatchProgress::summary_text(summary));
    if (status) return {};
    // Each of them was named when it failed.
    return Error{status.error().code, std::to_string(summary.failed) + " of " +
                                          std::to_string(summary.jobs) + " jobs failed"};
}

}  // namespace

void add_batch(CLI::App& program, Commands& commands) {
    commands.push_back(std::make_unique<Batch>(program));
}

}  // namespace impasto::cli
