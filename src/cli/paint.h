// What stylize and texture have in common: one picture, optimised with progress shown until it is
// done or interrupted, and saved with what made it.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/handles.h"
#include "cli/open.h"
#include "cli/paint_options.h"
#include "cli/progress.h"

namespace impasto::cli {

class Paint : public Command {
  public:
    Paint(CLI::App& program, const std::string& name, std::string usage, std::string summary,
          settings::Subject subject)
        : Command(program, name, std::move(usage), std::move(summary)), given_(subject) {
        given_.declare(options());
    }

    Status run() override;

  private:
    Status load_pictures();
    Status create_session();
    // Runs until it is done or interrupted; true when it is done.
    Result<bool> iterate(Progress& progress);
    Status advance(Progress& progress);
    Status snapshot(Progress& progress);
    Result<Image> picture();
    Status save(const Image& image, const std::string& path);
    Error rescued(Error error);
    void collect_losses();
    Status report(const Image& image, bool done);
    Status print_json(const Image& image, bool done);
    Status print_profile();
    std::string how_far() const;

    PaintOptions given_;

    Image content_;
    std::vector<Image> styles_;
    Image init_;
    Image mask_;
    std::vector<Image> style_masks_;
    Image blend_mask_;
    Weights weights_;
    RunLog log_;
    Context context_;  // after the log, to which it writes
    Session session_;  // after the context: it goes first

    std::vector<ImpastoScale> scales_;
    std::uint32_t planned_ = 0;    // iterations of all scales
    std::uint32_t submitted_ = 0;  // so many were started
    ImpastoProgress progress_{};
    std::vector<ImpastoLosses> losses_;
    double seconds_ = 0.0;
    double seconds_per_iteration_ = 0.0;
};

}  // namespace impasto::cli
