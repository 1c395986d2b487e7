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
#include "batch/file_hashes.h"
#include "impasto/impasto.h"
#include "settings/gltf_settings.h"
#include "settings/material_settings.h"
#include "settings/options.h"
#include "settings/settings.h"

namespace impasto::batch {

struct Job;

// The options of every kind; each uses those that it declares.
struct JobOptions {
    settings::Settings settings;
    settings::MaterialSettings material;
    settings::GltfSettings gltf;
};

// What the files of a key are to the jobs of an entry.
enum class Use {
    kEach,      // one job for each file
    kFolders,   // one job for each folder, whose maps are its files
    kTogether,  // all are of one job; with "each-KEY": true one job for each
    kMap,       // one file, of which the name counts too, as it says how the result is called
    kMask,      // all are of one job
    kMasks      // likewise, one for each style; "-" stands for none
};

// A key of a job that names files; all take wildcards.
struct FileKey {
    const char* name;
    Use use = Use::kEach;
    bool needed = true;
    // An option: where an entry says it is true, the defaults' files are not meant.
    const char* unless = nullptr;
};

// The path of a file that a job names.
using PathOf = std::function<std::filesystem::path(const std::string&)>;

// What a job may use while it runs.
struct Tools {
    ImpastoContext* context = nullptr;
    const ImpastoWeights* weights = nullptr;  // what the options name
    PathOf path;
    std::function<bool(const ImpastoProgress&)> progress;  // false: stop
    // Of an output that is a folder: whether it may take the place of what is there, by the names
    // of the files that the job writes. kOutput.
    std::function<Status(const std::function<bool(const std::string&)>& written)> check_folder;
};

// What a job came to. Its output lies whole where it was to be written.
struct Made {
    ImpastoLosses losses{};  // of the picture; of a model's last one
    std::uint32_t iterations = 0;
    int width = 0;  // of a model's largest texture
    int height = 0;
    // Of a model, whose textures are sessions of their own, the sums over them.
    double setup_seconds = 0.0;              // from the pictures being read to the first iteration
    double setup_host_seconds = 0.0;         // of these, what the host computed
    std::vector<std::string> warnings = {};  // a line each: what is odd in its inputs, or was left
};

struct Kind {
    const char* name;                // the command's: "stylize"
    std::span<const FileKey> files;  // the jobs are named after those of the first key given
    Holds output;                    // a folder: one of its own, of files
    std::span<const std::string_view> extensions;  // of its output, one of them; none: any name
    // Declares what a job of it may say besides: the command's options that make a picture what it
    // is.
    void (*declare)(settings::Options&, JobOptions&);
    // What no option alone can tell. kInvalidArgument.
    Status (*check)(const Job&);
    // The files that its files name, which are inputs too; null: none do. Errors are the job's.
    Result<std::vector<std::string>> (*beside)(const Job&, const PathOf&);
    // Does it and writes `output`, whole or not at all. kCancelled where the progress said so.
    Result<Made> (*run)(const Job&, const Tools&, const std::filesystem::path& output);
};

std::span<const Kind> kinds();
// Null where there is none of that name.
const Kind* find_kind(std::string_view name);

extern const Kind kStylize;  // paint.cpp
extern const Kind kTexture;
extern const Kind kMaterial;  // material.cpp
extern const Kind kGltf;      // gltf.cpp

}  // namespace impasto::batch
