// Settings as the public header wants them.
#pragma once

#include <vector>

#include "impasto/impasto.h"
#include "settings/settings.h"

namespace impasto::settings {

// A copy of the settings, and the structs that point into it: they live as long as this.
class SessionView {
  public:
    explicit SessionView(Settings settings);
    SessionView(const SessionView&) = delete;
    SessionView& operator=(const SessionView&) = delete;

    const Settings& settings() const { return settings_; }
    ImpastoObjective objective() const;
    // `init_image`, the picture of settings().init_file(), is the caller's; null without one.
    ImpastoSessionOptions options(const ImpastoImage* init_image) const;

  private:
    const Settings settings_;
    std::vector<ImpastoLayerWeight> content_layers_;
    std::vector<ImpastoLayerWeight> style_layers_;
};

}  // namespace impasto::settings
