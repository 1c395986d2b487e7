// Which job writes what: no output is another job's too, and none is read by another.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "batch/jobs.h"

namespace impasto::batch {

// By which two names of one file are the same, as far as that can be told from the names.
std::string plain_name(const std::filesystem::path& folder, const std::string& file);

// By the names alone. kInput, naming the jobs.
Status check_names(const std::vector<Job>& jobs, const std::filesystem::path& folder);

// What only the disk tells, of all jobs, in whichever shard: two names of one file through links,
// and what the models of other jobs name besides. kInput, naming the jobs.
Status check_disk(const std::vector<Job>& jobs, const std::filesystem::path& folder);

}  // namespace impasto::batch
