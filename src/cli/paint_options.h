// What stylize and texture are told: their options, their defaults, and the checks that need no
// device.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/arguments.h"
#include "settings/computing.h"
#include "settings/options.h"
#include "settings/settings.h"
#include "settings/settings_options.h"

namespace impasto::cli {

class PaintOptions {
  public:
    explicit PaintOptions(settings::Subject subject);
    PaintOptions(const PaintOptions&) = delete;
    PaintOptions& operator=(const PaintOptions&) = delete;

    void declare(settings::Options& options);  // this must outlive them
    // Preset and command line, and everything that can be judged before a file is opened.
    Status read(const settings::Options& options, const Arguments& arguments);

    bool has_content() const { return subject_ == settings::Subject::kContent; }
    const std::string& content() const { return pictures_.front(); }
    std::vector<std::string> styles() const {
        return {pictures_.begin() + (has_content() ? 1 : 0), pictures_.end()};
    }

    std::string output;
    std::string trace;
    settings::Settings settings;
    settings::Computing computing;
    // Files of weights, "" without; of the styles none, or one each ("-" without).
    std::string mask;
    std::vector<std::string> style_masks;
    std::string blend_mask;
    std::uint32_t save_every = 0;  // 0: never
    bool quiet = false;
    bool json = false;
    bool profile = false;
    std::string profile_trace;

  private:
    void declare_masks(settings::Options& options);
    void declare_output(settings::Options& options);
    Status check_pictures() const;
    Result<std::vector<std::string>> files_read() const;
    Status check_files() const;
    Status check_snapshots(const std::vector<std::string>& files) const;

    settings::Subject subject_;
    std::vector<std::string> pictures_;  // content if there is one, styles
    std::string preset_;
};

// Where the picture goes without -o: "photo-painting.png" in the current folder, or the next name
// of that kind that is free.
std::string free_output_name(const std::string& content, const std::string& style);

// "out.png", 50 -> "out-000050.png"
std::string numbered_name(const std::string& output, std::uint32_t number);

}  // namespace impasto::cli
