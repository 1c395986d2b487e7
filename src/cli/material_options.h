// What material is told: its options, their defaults, and the checks that need no device.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/arguments.h"
#include "impasto/impasto_material.h"
#include "settings/computing.h"
#include "settings/material_settings.h"
#include "settings/options.h"
#include "settings/settings.h"

namespace impasto::cli {

class MaterialOptions {
  public:
    MaterialOptions() = default;
    MaterialOptions(const MaterialOptions&) = delete;
    MaterialOptions& operator=(const MaterialOptions&) = delete;

    void declare(settings::Options& options);  // this must outlive them
    Status read(const settings::Options& options, const Arguments& arguments);

    struct File {
        std::string path;
        ImpastoMapKind kind = IMPASTO_MAP_BY_NAME;
    };
    // The maps, those that options name last.
    std::vector<File> files() const;
    // Every file that is read but the maps of folders.
    std::vector<std::string> inputs() const;

    std::string output;
    std::vector<std::string> styles;
    settings::MaterialSettings material;
    settings::Settings settings;  // of the session; its size does not count
    settings::Computing computing;
    bool quiet = false;
    bool json = false;

  private:
    void declare_maps(settings::Options& options);

    std::string preset_;

    std::vector<std::string> given_;                              // files and folders
    std::array<std::string, settings::kMapOptions.size()> maps_;  // each option's file
};

}  // namespace impasto::cli
