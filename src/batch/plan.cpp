#include "batch/plan.h"

#include <system_error>

#include "batch/fingerprint.h"
#include "batch/outputs.h"
#include "platform/paths.h"

namespace impasto::batch {

namespace fs = std::filesystem;

Planner::Planner(fs::path folder, const Ledger& ledger, FileHashes& hashes, SharedDevice& device,
                 bool resume)
    : folder_(std::move(folder)),
      ledger_(ledger),
      hashes_(hashes),
      device_(device),
      resume_(resume) {}

bool is_lasting(ErrorCode code) {
    return code == ErrorCode::kInput || code == ErrorCode::kInvalidArgument;
}

fs::path Planner::path(const std::string& file) const {
    return folder_ / platform::path_from_utf8(file);
}

void Planner::know(const std::vector<Job>& jobs) {
    if (!resume_) return;
    for (const Job& job : jobs) {
        for (const LedgerEntry& entry : ledger_.of(job.output)) {
            for (const LedgerInput& input : entry.inputs) {
                hashes_.believe(path(input.file), input.state);
            }
        }
    }
}

Result<Plan> Planner::plan(const Job& job, std::size_t index) const {
    if (job.problem) return *job.problem;
    Plan plan;
    plan.job = &job;
    plan.index = index;
    const auto output = platform::follow_links(path(job.output));
    if (!output) return output.error();
    plan.output = *output;
    std::vector<std::string> files = job.inputs();
    if (job.kind->beside != nullptr) {
        const auto more =
            job.kind->beside(job, [this](const std::string& file) { return path(file); });
        if (!more) return more.error();
        files.insert(files.end(), more->begin(), more->end());
    }
    for (const std::string& file : files) {
        const fs::path input = path(file);
        std::error_code error;
        if (fs::equivalent(input, plan.output, error) ||
            (job.kind->output == Holds::kFolder &&
             fs::equivalent(input.parent_path(), plan.output, error))) {
            return Error{ErrorCode::kInvalidArgument,
                         "'" + job.output + "' is also read; give it another name"};
        }
        const auto state = hashes_.get(input);
        if (!state) return state.error();
        plan.inputs.push_back({file, *state});
    }
    const std::string& name = job.options->settings.weights;
    const auto weights = device_.weights(name);
    if (!weights) return weights.error();
    const auto tier = device_.tier();
    if (!tier) return tier.error();
    const std::string hash = impasto_weights_sha256(weights->get());
    plan.fingerprint = fingerprint(job, plan.inputs, {hash.empty() ? name : hash, *tier});
    plan.part = part_name(plan.output, plan.fingerprint);
    return plan;
}

Verdict Planner::judge(const Plan& plan, std::optional<LedgerEntry>& found) const {
    const std::optional<FileState> now = look_at(plan.output, plan.job->kind->output);
    const LedgerEntry* failed = nullptr;
    bool succeeded = false;
    for (const LedgerEntry& entry : ledger_.of(plan.job->output)) {
        if (entry.fingerprint != plan.fingerprint) continue;
        if (!entry.done) {
            if (entry.error && is_lasting(entry.error->code)) failed = &entry;
            continue;
        }
        succeeded = true;
        if (!now || now->bytes != entry.made.bytes) continue;
        bool same = resume_ && now->same_times(entry.made);
        if (!same) {
            const auto state = hashes_.get(plan.output, plan.job->kind->output);
            same = state && state->sha256 == entry.made.sha256;
        }
        if (same) {
            found = entry;
            return Verdict::kUpToDate;
        }
    }
    if (look_at(plan.part, plan.job->kind->output)) return Verdict::kMade;
    if (resume_ && failed != nullptr && !succeeded) {
        found = *failed;
        return Verdict::kFailedBefore;
    }
    return Verdict::kToDo;
}

}  // namespace impasto::batch
