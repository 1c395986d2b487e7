// What stylize is told: its options, their defaults, and the checks that need no device.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/arguments.h"
#include "settings/computing.h"
#include "settings/options.h"
#include "settings/settings.h"

namespace impasto::cli {

class StylizeOptions {
  public:
    StylizeOptions() = default;
    StylizeOptions(const StylizeOptions&) = delete;
    StylizeOptions& operator=(const StylizeOptions&) = delete;

    void declare(settings::Options& options);  // this must outlive them
    // Preset and command line, and everything that can be judged before a file is opened.
    Status read(const settings::Options& options, const Arguments& arguments);

    const std::string& content() const { return pictures_.front(); }
    std::vector<std::string> styles() const { return {pictures_.begin() + 1, pictures_.end()}; }

    std::string output;
    std::string trace;
    settings::Settings settings;
    settings::Computing computing;
    std::uint32_t save_every = 0;  // 0: never
    bool quiet = false;
    bool json = false;
    bool profile = false;
    std::string profile_trace;

  private:
    void declare_output(settings::Options& options);
    Result<std::vector<std::string>> files_read() const;
    Status check_files() const;
    Status check_snapshots(const std::vector<std::string>& files) const;

    std::vector<std::string> pictures_;  // content, styles
    std::string preset_;
};

// Where the picture goes without -o: "photo-painting.png" in the current folder, or the next name
// of that kind that is free.
std::string free_output_name(const std::string& content, const std::string& style);

// "out.png", 50 -> "out-000050.png"
std::string numbered_name(const std::string& output, std::uint32_t number);

}  // namespace impasto::cli
