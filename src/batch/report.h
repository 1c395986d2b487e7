// What became of a job, and the JSON lines that tell it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "batch/jobs.h"
#include "batch/ledger.h"

namespace impasto::batch {

enum class State { kDone, kUpToDate, kFailed, kCancelled };
const char* state_name(State state);  // "done", "up_to_date", "failed", "cancelled"

struct Outcome {
    const Job* job = nullptr;
    std::size_t index = 0;  // of the batch's jobs
    State state = State::kDone;
    std::optional<Error> error;       // where it failed
    std::optional<Made> made;         // where it was done now
    double seconds = 0.0;             // with reading, hashing and writing
    std::string fingerprint;          // "" where it is not known
    std::vector<LedgerInput> inputs;  // as far as they are known
    std::string sha256;               // of the output
    bool recovered = false;           // an earlier run had done it all but for its name
};

struct Summary {
    std::size_t jobs = 0;  // of the shard
    std::size_t done = 0;
    std::size_t up_to_date = 0;
    std::size_t failed = 0;
    std::size_t cancelled = 0;  // or not begun
    double seconds = 0.0;
    // Of the first of those that failed, in the order of the jobs.
    std::optional<std::size_t> first_failed;
    std::string first_name;
    std::optional<Error> first_error;

    void add(const Outcome& outcome);
};

// One line of JSON without its end.
std::string report_line(const Outcome& outcome);

}  // namespace impasto::batch
