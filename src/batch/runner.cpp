#include "batch/runner.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>
#include <new>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <vector>

#include "batch/outputs.h"
#include "batch/plan.h"
#include "batch/writers.h"
#include "platform/paths.h"

namespace impasto::batch {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// Messages are about the output, whatever it is called while it is written.
Error about_output(Error error, const fs::path& part, const fs::path& output) {
    const std::string from = platform::path_to_utf8(part);
    const std::string to = platform::path_to_utf8(output);
    for (std::size_t at = error.message.find(from); at != std::string::npos;
         at = error.message.find(from, at + to.size())) {
        error.message.replace(at, from.size(), to);
    }
    return error;
}

class Runner {
  public:
    Runner(const std::vector<Job>& jobs, const BatchOptions& options, Ledger ledger)
        : jobs_(jobs),
          options_(options),
          ledger_(std::move(ledger)),
          device_(options.context, options.folder),
          planner_(options.folder, ledger_, hashes_, device_, options.resume) {}

    Result<Summary> run();

  private:
    Status plan_all();
    Status judge(std::size_t index);
    void work();
    void work_on();
    // False: it wants the device for itself, and is to be tried again.
    bool do_job(Plan plan, bool alone);
    bool made_before(const Plan& plan);
    std::optional<std::string> changed(const Plan& plan) const;
    Result<Outcome> made(const Plan& plan, const Made* made, Clock::time_point start);
    Result<Outcome> try_job(Plan& plan, Clock::time_point start);
    Outcome outcome_of(const Plan& plan, State state) const;
    Outcome failure_of(const Plan& plan, Error error, Clock::time_point start);
    void end(const Outcome& outcome);
    void tell(Event event);
    bool stopped() const { return stop_; }

    const std::vector<Job>& jobs_;  // of the shard
    const BatchOptions& options_;
    Ledger ledger_;
    FileHashes hashes_;
    SharedDevice device_;
    Planner planner_;

    std::atomic<bool> stop_{false};
    std::mutex told_;  // around the caller's function, the summary and the ledger
    Summary summary_;
    std::size_t to_do_ = 0;

    std::mutex mutex_;  // around what follows
    std::deque<Plan> queue_;
    std::deque<Plan> alone_;
    std::optional<Error> broken_;  // the ledger cannot be written: what is done would be forgotten
};

void Runner::tell(Event event) {
    if (!options_.tell) return;
    event.jobs = jobs_.size();
    event.to_do = to_do_;
    if (!options_.tell(event)) stop_ = true;
}

void Runner::end(const Outcome& outcome) {
    const std::lock_guard lock(told_);
    summary_.add(outcome);
    Event event;
    event.what = Event::What::kEnded;
    event.job = outcome.job;
    event.index = outcome.index;
    event.outcome = &outcome;
    tell(event);
}

Outcome Runner::outcome_of(const Plan& plan, State state) const {
    Outcome outcome;
    outcome.job = plan.job;
    outcome.index = plan.index;
    outcome.state = state;
    outcome.fingerprint = plan.fingerprint;
    outcome.inputs = plan.inputs;
    return outcome;
}

Outcome Runner::failure_of(const Plan& plan, Error error, Clock::time_point start) {
    Outcome outcome =
        outcome_of(plan, error.code == ErrorCode::kCancelled && stopped() ? State::kCancelled
                                                                          : State::kFailed);
    outcome.seconds = seconds_since(start);
    outcome.error = about_output(std::move(error), plan.part, plan.output);
    if (outcome.state == State::kFailed && plan.lasting && is_lasting(outcome.error->code)) {
        LedgerEntry entry;
        entry.output = plan.job->output;
        entry.fingerprint = plan.fingerprint;
        entry.error = outcome.error;
        const std::lock_guard lock(told_);
        // Not being able to note a failure makes it no worse.
        (void)ledger_.append(entry);
    }
    return outcome;
}

Status Runner::judge(std::size_t index) {
    const auto start = Clock::now();
    const Job& job = jobs_[index];
    Plan blank;
    blank.job = &job;
    blank.index = index;
    auto plan = planner_.plan(job, index);
    if (!plan) {
        Outcome outcome = outcome_of(blank, State::kFailed);
        outcome.error = plan.error();
        outcome.seconds = seconds_since(start);
        end(outcome);
        return {};
    }
    std::optional<LedgerEntry> found;
    const Verdict verdict = planner_.judge(*plan, found);
    if (verdict == Verdict::kToDo) {
        queue_.push_back(*std::move(plan));
        return {};
    }
    Outcome outcome = outcome_of(*plan, State::kUpToDate);
    if (verdict == Verdict::kMade) {
        auto recovered = made(*plan, nullptr, start);
        outcome = recovered ? *std::move(recovered) : failure_of(*plan, recovered.error(), start);
    } else if (verdict == Verdict::kFailedBefore) {
        outcome.state = State::kFailed;
        outcome.error = found->error;
    } else {
        outcome.sha256 = found->made.sha256;
    }
    outcome.seconds = seconds_since(start);
    end(outcome);
    return {};
}

Status Runner::plan_all() {
    // Without a device nothing can be done, nor judged: that is not each job's failure.
    const auto context = device_.context();
    if (!context) return context.error();
    planner_.know(jobs_);
    for (std::size_t i = 0; i < jobs_.size() && !stopped() && !broken_; ++i) {
        IMPASTO_TRY(judge(i));
    }
    std::vector<fs::path> outputs;
    for (const Job& job : jobs_) {
        if (job.problem) continue;
        const auto output = platform::follow_links(planner_.path(job.output));
        if (output) outputs.push_back(*output);
    }
    // Those that are whole were taken up by the judging.
    remove_stale(outputs);
    return {};
}

// Whether the folder that is there is what an earlier run made.
bool Runner::made_before(const Plan& plan) {
    if (plan.job->kind->output != Holds::kFolder) return false;
    const auto there = hashes_.get(plan.output, Holds::kFolder);
    const std::lock_guard lock(told_);
    const auto& before = ledger_.of(plan.job->output);
    return there && std::ranges::any_of(before, [&](const LedgerEntry& entry) {
               return entry.done && entry.made.sha256 == there->sha256;
           });
}

// The part is there, whole. Recorded, then renamed: in this order, so that what has its name is
// known, and what is known and has no name yet is still there as the part.
Result<Outcome> Runner::made(const Plan& plan, const Made* made, Clock::time_point start) {
    const auto state = hashes_.get(plan.part, plan.job->kind->output);
    if (!state) return state.error();
    LedgerEntry entry;
    entry.output = plan.job->output;
    entry.fingerprint = plan.fingerprint;
    entry.done = true;
    entry.inputs = plan.inputs;
    entry.made = *state;
    const bool known = made_before(plan);
    {
        const std::lock_guard lock(told_);
        bool noted = false;
        for (const LedgerEntry& before : ledger_.of(entry.output)) {
            noted = noted || (before.done && before.fingerprint == entry.fingerprint &&
                              before.made.sha256 == entry.made.sha256);
        }
        if (made != nullptr) noted = false;
        if (const Status status = noted ? Status() : ledger_.append(entry); !status) {
            const std::lock_guard broken(mutex_);
            if (!broken_) broken_ = status.error();
            stop_ = true;
            return status.error();
        }
    }
    IMPASTO_TRY(publish(plan.part, plan.output, known));
    Outcome outcome = outcome_of(plan, State::kDone);
    outcome.sha256 = state->sha256;
    outcome.recovered = made == nullptr;
    if (made != nullptr) outcome.made = *made;
    outcome.seconds = seconds_since(start);
    return outcome;
}

// An input that is not what it was when it was planned.
std::optional<std::string> Runner::changed(const Plan& plan) const {
    for (const LedgerInput& input : plan.inputs) {
        const auto state = look_at(planner_.path(input.file));
        if (!state || !state->same_times(input.state)) return input.file;
    }
    return std::nullopt;
}

Result<Outcome> Runner::try_job(Plan& plan, Clock::time_point start) {
    if (plan.output.has_parent_path()) {
        IMPASTO_TRY(platform::make_folders(plan.output.parent_path()));
    }
    if (plan.job->kind->output == Holds::kFile) IMPASTO_TRY(check_file(plan.output));
    // What was judged may have changed since, in a long batch.
    auto now = planner_.plan(*plan.job, plan.index);
    if (!now) return now.error();
    plan = *std::move(now);
    const auto weights = device_.weights(plan.job->options->settings.weights);
    if (!weights) return weights.error();
    const auto context = device_.context();
    if (!context) return context.error();
    Tools tools;
    tools.context = context->get();
    tools.weights = weights->get();
    tools.path = [this](const std::string& file) { return planner_.path(file); };
    tools.progress = [this, &plan](const ImpastoProgress& progress) {
        const std::lock_guard lock(told_);
        Event event;
        event.what = Event::What::kProgress;
        event.job = plan.job;
        event.index = plan.index;
        event.progress = &progress;
        tell(event);
        return !stopped();
    };
    tools.check_folder = [this, &plan](const auto& written) {
        return check_folder(plan.output, made_before(plan), written);
    };
    const auto done = plan.job->kind->run(*plan.job, tools, plan.part);
    if (!done) {
        if (done.error().code == ErrorCode::kDeviceLost) device_.lost(*context);
        plan.lasting = !changed(plan);
        return done.error();
    }
    if (const auto file = changed(plan)) {
        std::error_code ignored;
        fs::remove_all(plan.part, ignored);
        return Error{ErrorCode::kInput,
                     "'" + *file + "' changed while it was used; run the batch again"};
    }
    return made(plan, &*done, start);
}

bool Runner::do_job(Plan plan, bool alone) {
    const auto start = Clock::now();
    {
        const std::lock_guard lock(told_);
        Event event;
        event.what = Event::What::kBegan;
        event.job = plan.job;
        event.index = plan.index;
        tell(event);
    }
    Result<Outcome> outcome = Error{ErrorCode::kOutOfMemory, "out of host memory"};
    try {
        outcome = try_job(plan, start);
    } catch (const std::bad_alloc&) {  // as it stands
    }
    if (!outcome && outcome.error().code == ErrorCode::kOutOfMemory && !alone) return false;
    end(outcome ? *outcome : failure_of(plan, outcome.error(), start));
    return true;
}

void Runner::work() {
    try {
        work_on();
    } catch (const std::bad_alloc&) {
        stop_ = true;
        const std::lock_guard lock(mutex_);
        broken_ = Error{ErrorCode::kOutOfMemory, ""};
    }
}

void Runner::work_on() {
    for (;;) {
        Plan plan;
        {
            const std::lock_guard lock(mutex_);
            if (queue_.empty() || stopped()) return;
            plan = std::move(queue_.front());
            queue_.pop_front();
        }
        // Alone on the device a job that found no room would find none again.
        const bool alone = options_.jobs_per_device <= 1;
        if (!do_job(plan, alone)) {
            const std::lock_guard lock(mutex_);
            alone_.push_back(std::move(plan));
        }
    }
}

Result<Summary> Runner::run() {
    const auto start = Clock::now();
    summary_.jobs = jobs_.size();
    IMPASTO_TRY(plan_all());
    to_do_ = queue_.size();
    {
        const std::lock_guard lock(told_);
        Event event;
        event.what = Event::What::kPlanned;
        tell(event);
    }
    const std::size_t most = std::min<std::size_t>(options_.jobs_per_device, queue_.size());
    {
        std::vector<std::jthread> workers;
        workers.reserve(most);
        try {
            for (std::size_t i = 1; i < most; ++i) workers.emplace_back([this] { work(); });
        } catch (const std::system_error&) {  // no more threads: fewer do it too
        }
        work();
    }
    while (!alone_.empty() && !stopped()) {
        const Plan plan = std::move(alone_.front());
        alone_.pop_front();
        do_job(plan, true);
    }
    if (broken_) return *broken_;
    summary_.cancelled = summary_.jobs - summary_.done - summary_.up_to_date - summary_.failed;
    summary_.seconds = seconds_since(start);
    return summary_;
}

// Again where another shard has made something meanwhile, which wildcards may have found.
Result<std::vector<Job>> read_jobs_beside_others(std::string_view text,
                                                 const BatchOptions& options) {
    if (options.ledger.empty()) return read_jobs(text, options.folder, options.name);
    auto made = Ledger::outputs(options.ledger);
    while (made) {
        auto jobs = read_jobs(text, options.folder, options.name, *made);
        if (jobs) return jobs;  // what was found of another shard's would be refused
        auto now = Ledger::outputs(options.ledger);
        if (now && *now == *made) return jobs;
        made = std::move(now);
    }
    return made.error();
}

}  // namespace

Result<Summary> run_batch(std::string_view text, const BatchOptions& options) {
    auto all = read_jobs_beside_others(text, options);
    if (!all) return all.error();
    if (const Status status = check_disk(*all, options.folder); !status) {
        return Error{status.error().code, "'" + options.name + "': " + status.error().message};
    }
    std::erase_if(*all, [&](const Job& job) { return !options.shard.has(job.output); });
    Ledger ledger;
    if (!options.ledger.empty()) {
        auto opened = Ledger::open(options.ledger, options.shard);
        if (!opened) return opened.error();
        ledger = *std::move(opened);
    }
    return Runner(*all, options, std::move(ledger)).run();
}

}  // namespace impasto::batch
