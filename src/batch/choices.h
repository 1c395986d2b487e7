// What the files of an entry's keys make: choices, of which every job has one of each key.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "batch/kinds.h"

namespace impasto::batch {

// Files of one key that are of one job.
struct Choice {
    std::string path;  // by which people tell it from others; "" where there are no others
    std::string folder;
    std::string stem;  // of several files joined: "a+b"
    std::vector<std::string> files;
    std::optional<Error> problem;  // why there are none
};

// What a name with or without wildcards stands for, a choice for each file, or for each folder with
// maps in it; never empty. Relative names count from `folder`. Wildcards leave out what earlier
// runs `made`, by plain_name (writers.h), and what runs leave when they are cut off.
std::vector<Choice> choices_of(const FileKey& key, const std::string& name,
                               const std::filesystem::path& folder,
                               const std::set<std::string>& made);

// All the files as one choice. `all` is not empty.
Choice joined(std::vector<Choice> all);

}  // namespace impasto::batch
