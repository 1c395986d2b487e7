// What stylize is told: its options, their defaults, and the checks that need no device.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/objective_options.h"
#include "cli/open.h"
#include "cli/options.h"
#include "impasto/impasto.h"

namespace impasto::cli {

class StylizeOptions {
  public:
    StylizeOptions();
    StylizeOptions(const StylizeOptions&) = delete;
    StylizeOptions& operator=(const StylizeOptions&) = delete;

    void declare(Options& options);  // this must outlive them
    // Preset and command line, and everything that can be judged before a file is opened.
    Status read(Options& options);

    // Points into this; init_image is the caller's.
    ImpastoSessionOptions session(const ImpastoImage* init_image) const;
    // The file of --init, "" for the other ways to begin.
    std::string init_file() const;
    const std::string& content() const { return pictures_.front(); }
    std::vector<std::string> styles() const { return {pictures_.begin() + 1, pictures_.end()}; }

    std::string output;
    std::string trace;
    std::string weights = "builtin";
    Computing computing;
    std::uint32_t save_every = 0;  // 0: never
    bool quiet = false;
    bool json = false;
    bool profile = false;
    std::string profile_trace;

  private:
    void declare_run(Options& options);
    void declare_start(Options& options);
    void declare_output(Options& options);
    Result<std::vector<std::string>> files_read() const;
    Status check_files() const;
    Status check_snapshots(const std::vector<std::string>& files) const;

    std::vector<std::string> pictures_;  // content, styles
    std::string preset_;
    std::string init_ = "content";
    ImpastoSessionOptions values_{};
    std::vector<std::uint32_t> iterations_;
    ObjectiveOptions objective_;
};

// Where the picture goes without -o: "photo-painting.png" in the current folder, or the next name
// of that kind that is free.
std::string free_output_name(const std::string& content, const std::string& style);

// "out.png", 50 -> "out-000050.png"
std::string numbered_name(const std::string& output, std::uint32_t number);

}  // namespace impasto::cli
