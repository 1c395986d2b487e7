// Which jobs are to be done, and which are up to date.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "batch/device.h"
#include "batch/file_hashes.h"
#include "batch/jobs.h"
#include "batch/ledger.h"

namespace impasto::batch {

struct Plan {
    const Job* job = nullptr;
    std::size_t index = 0;         // of the job among the shard's
    std::filesystem::path output;  // with links followed
    std::filesystem::path part;    // where it is written first; empty: not known yet
    std::string fingerprint;
    std::vector<LedgerInput> inputs;
    bool lasting = false;  // its failure, that of the work itself on inputs that have not changed
};

// Whether a job that failed so fails again on the same inputs: another run may have more memory, a
// larger disk, a device that works.
bool is_lasting(ErrorCode code);

enum class Verdict {
    kToDo,
    kUpToDate,
    kMade,         // the part is there and needs its name
    kFailedBefore  // and nothing has changed since; with `resume` alone
};

class Planner {
  public:
    Planner(std::filesystem::path folder, const Ledger& ledger, FileHashes& hashes,
            SharedDevice& device, bool resume);

    // All that will be planned, before the first plan(). With `resume`, takes the ledger's word for
    // those of their files that have its sizes and times.
    void know(const std::vector<Job>& jobs);
    std::filesystem::path path(const std::string& file) const;
    // The job's fingerprint from its files as they are now. Thread-safe.
    Result<Plan> plan(const Job& job, std::size_t index) const;
    Verdict judge(const Plan& plan, std::optional<LedgerEntry>& found) const;

  private:
    std::filesystem::path folder_;
    const Ledger& ledger_;
    FileHashes& hashes_;
    SharedDevice& device_;
    bool resume_;
};

}  // namespace impasto::batch
