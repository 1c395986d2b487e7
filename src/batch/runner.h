// A batch: what is up to date is left, the rest is done, several jobs at a time.
//
//     jobs -> judged by fingerprint and ledger -> done under a part's name -> ledger -> renamed
//
// Killed at any moment: a part is whole and says by its name what it was made from, so a job whose
// part is there is never done again, and an output that the ledger knows is what it says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "batch/report.h"
#include "batch/shard.h"
#include "impasto/impasto.h"

namespace impasto::batch {

struct Event {
    enum class What { kPlanned, kBegan, kProgress, kEnded };
    What what = What::kPlanned;
    std::size_t jobs = 0;                       // of the shard
    std::size_t to_do = 0;                      // of these; known from kPlanned on
    const Job* job = nullptr;                   // but of kPlanned
    std::size_t index = 0;                      // of the job among the shard's
    const ImpastoProgress* progress = nullptr;  // of kProgress
    const Outcome* outcome = nullptr;           // of kEnded
};

struct BatchOptions {
    ImpastoContextOptions context{};  // what it points to lives as long as the run
    std::filesystem::path folder;     // that relative names count from
    std::string name = "jobs";        // of the file of jobs, in messages
    std::filesystem::path ledger;     // empty: nothing is kept, everything is done
    Shard shard;
    std::uint32_t jobs_per_device = 1;
    // Goes on with a run that was cut off: files are not read again where the ledger knows their
    // size and time, and what failed, with nothing changed since, is not tried again.
    bool resume = false;
    // On whichever thread, one call at a time. False: stop, with the jobs that run.
    std::function<bool(const Event&)> tell;
};

inline constexpr std::uint32_t kMostJobsPerDevice = 64;

// Errors are what keeps the batch as a whole from being done; what a job came to is in the summary.
Result<Summary> run_batch(std::string_view text, const BatchOptions& options);

}  // namespace impasto::batch
