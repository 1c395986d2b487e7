// The file of jobs: JSON, checked as a whole before anything is done. docs/batch.schema.json
// describes it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "batch/kinds.h"

namespace impasto::batch {

// One run of a command. Files are named as the file of jobs does, with '/' between folders:
// relative ones count from its folder.
struct Job {
    std::string name;  // for people: "hills", "job 3", "hills: photos/a.jpg"
    const Kind* kind = nullptr;
    std::map<std::string, std::vector<std::string>> files;  // by key; "": none
    std::string output;                                     // no two jobs have the same
    std::shared_ptr<const JobOptions> options;              // several jobs may share them
    // The options that make the picture what it is, as JSON: all, without the names of files, by
    // which what is up to date is judged; and as a picture carries them (settings/preset.h).
    std::string effective;
    std::string preset;
    std::optional<Error> problem;  // why it cannot even be tried: wildcards that match nothing

    // Empty where the key is not given.
    const std::vector<std::string>& of(const char* key) const;
    // Every file that it names and reads, but the encoder's.
    std::vector<std::string> inputs() const;
};

// In the order of the file; of wildcards, of the files' names. `name` is the file's in messages.
// kInput for everything that is wrong with it, naming job and key: then nothing is to be done at
// all. What is wrong with the files that it names is a job's own problem. Wildcards leave out what
// earlier runs `made`, the outputs of jobs as they are named.
Result<std::vector<Job>> read_jobs(std::string_view text, const std::filesystem::path& folder,
                                   const std::string& name, const std::set<std::string>& made = {});

}  // namespace impasto::batch
