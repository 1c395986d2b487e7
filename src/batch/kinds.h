// The kinds of jobs: one row a command of the program. What a job of each may say, and how it is
// done.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "impasto/impasto.h"
#include "settings/options.h"
#include "settings/settings.h"

namespace impasto::batch {

struct Job;

// The options of every kind; each uses those that it declares.
struct JobOptions {
    settings::Settings settings;
};

// A key of a job that names files; all take wildcards.
struct FileKey {
    const char* name;
    bool each;  // one job for each file; else all files are of one job
};

// What a job may use while it runs.
struct Tools {
    ImpastoContext* context = nullptr;
    const ImpastoWeights* weights = nullptr;                        // what the options name
    std::function<std::filesystem::path(const std::string&)> path;  // of a file that a job names
    std::function<bool(const ImpastoProgress&)> progress;           // false: stop
};

// What a job came to. Its output lies whole where it was to be written.
struct Made {
    ImpastoLosses losses{};  // of the picture
    std::uint32_t iterations = 0;
    int width = 0;
    int height = 0;
    double setup_seconds = 0.0;       // from the pictures being read to the first iteration
    double setup_host_seconds = 0.0;  // of these, what the host computed
};

struct Kind {
    const char* name;  // the command's: "stylize"
    std::span<const FileKey> files;
    // Declares what a job of it may say besides: the command's options that make a picture what it
    // is.
    void (*declare)(settings::Options&, JobOptions&);
    // What no option alone can tell. kInvalidArgument.
    Status (*check)(const Job&);
    // Does it and writes `output`, whole or not at all. kCancelled where the progress said so.
    Result<Made> (*run)(const Job&, const Tools&, const std::filesystem::path& output);
};

std::span<const Kind> kinds();
// Null where there is none of that name.
const Kind* find_kind(std::string_view name);

extern const Kind kStylize;  // stylize.cpp

}  // namespace impasto::batch
