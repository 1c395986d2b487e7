// What an output depends on, as one hash: two jobs of the same make the same bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "batch/jobs.h"
#include "batch/ledger.h"

namespace impasto::batch {

// Besides the job: the encoder, and what computes.
struct Ground {
    std::string weights;  // SHA-256, or the name where they have none
    std::string tier;     // of the device, and what --precision and --tier ask for
};

// SHA-256 over: the library's version, the job's kind and effective options, which files are what,
// and what each holds (`inputs`, those of Job::inputs() in that order), the encoder and the tier.
// Names of files, folders, devices and drivers are not in it, but those of a material's maps are.
std::string fingerprint(const Job& job, const std::vector<LedgerInput>& inputs,
                        const Ground& ground);

}  // namespace impasto::batch
