// The options of the objective, which stylize and probe share: same names, same defaults, same
// checks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/options.h"
#include "impasto/impasto.h"

namespace impasto::cli {

class ObjectiveOptions {
  public:
    ObjectiveOptions();  // impasto_objective_default's values
    ObjectiveOptions(const ObjectiveOptions&) = delete;
    ObjectiveOptions& operator=(const ObjectiveOptions&) = delete;

    // Declares the options; this must outlive them.
    void declare(Options& options);
    // --padding, which probe has not: it always pads with zeros.
    void declare_padding(Options& options);
    void always_pad_with_zeros() { values_.padding = IMPASTO_PADDING_ZERO; }

    // What no single option can tell: all weights zero, another number of styles than of shares.
    Status check(std::size_t style_count) const;

    // Points into this.
    ImpastoObjective objective() const;

  private:
    struct Layers {
        std::vector<std::string> names;
        std::vector<float> weights;
        // The two above as impasto.h wants them.
        std::vector<ImpastoLayerWeight> view;

        Status set(std::string_view text);
        void refresh_view();
        std::string text() const;
    };
    static Layers copy(const ImpastoLayerWeight* layers, std::uint32_t count);
    static void declare_layers(Options& options, const char* name, Layers& layers,
                               const char* help);

    ImpastoObjective values_{};
    Layers content_layers_;
    Layers style_layers_;
    std::vector<float> style_blend_;
};

}  // namespace impasto::cli
