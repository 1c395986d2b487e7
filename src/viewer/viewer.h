// The viewer: a window in which the picture is watched and steered while it is optimised.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "settings/computing.h"
#include "settings/settings.h"

namespace impasto::viewer {

struct ViewerOptions {
    std::vector<std::string> pictures;  // content, styles; as if they were dropped
    settings::Settings settings;
    settings::Computing computing;
    std::string script;       // a file of what to do (script.h); "": a user does it
    std::string preferences;  // a file; "": the user's
    std::string trace;        // a file of what each frame did, as CSV; "": none
};

// Runs until the window is closed. kNoDevice where no window can be opened; what goes wrong later
// is shown in the window.
Status view(const ViewerOptions& options);

}  // namespace impasto::viewer
