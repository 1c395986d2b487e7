// impasto view: the window in which a picture is watched and steered while it is optimised.
#include "cli/command.h"
#include "cli/exit_codes.h"
#include "platform/interrupt.h"
#include "settings/computing.h"
#include "settings/preset.h"
#include "settings/settings.h"
#include "settings/settings_options.h"

#ifdef IMPASTO_HAVE_VIEWER
#include "viewer/viewer.h"
#endif

namespace impasto::cli {
namespace {

class View : public Command {
  public:
    explicit View(CLI::App& program)
        : Command(program, "view", "[CONTENT] [STYLE...] [options]",
                  "watch and steer a picture in a window while it is optimised") {
        describe(
            "Opens a window: drop a photograph and a painting in, watch the result form, change "
            "anything while it runs, and save. The options are what the controls begin with; they "
            "are those of stylize.",
            "Examples:\n"
            "  impasto view\n"
            "  impasto view photo.jpg painting.jpg --weights vgg19\n"
            "  impasto view --preset result.json photo.jpg painting.jpg\n");
        settings::Options& its = options();
        its.group("Pictures");
        its.positionals(pictures_);
        its.describe_positional("CONTENT", "the picture to paint, JPEG or PNG");
        its.describe_positional("STYLE...",
                                "pictures to paint it like, or a folder of them to choose from");
        settings::declare_effort(its, settings_);
        settings::declare_device(its, computing_);
        settings::declare_computing(its, computing_);
        settings::declare_objective(its, settings_);
        settings::declare_rendering(its, settings_);
        settings::declare_start(its, settings_);
        its.text("--preset", "FILE.json", preset_,
                 "options from a JSON file, as of stylize; the command line wins");
        its.group("For tests");
        its.text("--script", "FILE.json", script_,
                 "do what the file says, as a user would, and close the window; the steps are "
                 "described in src/viewer/script.h");
        its.text("--trace", "FILE.csv", trace_, "a line for every frame of the window");
        its.text("--preferences", "FILE.json", preferences_,
                 "what is remembered between runs, in the place of the user's own file");
    }

    Status run() override;

  private:
    std::vector<std::string> pictures_;
    std::string preset_;
    std::string script_;
    std::string trace_;
    std::string preferences_;
    settings::Settings settings_;
    settings::Computing computing_;
};

Status View::run() {
    // As stylize reads them.
    IMPASTO_TRY(arguments().read());
    if (!preset_.empty()) {
        IMPASTO_TRY(settings::apply_preset(options(), preset_));
        IMPASTO_TRY(arguments().read());
    }
#ifdef IMPASTO_HAVE_VIEWER
    platform::catch_interrupts();
    IMPASTO_TRY(viewer::view({pictures_, settings_, computing_, script_, preferences_, trace_}));
    return platform::interrupted() ? Error{ErrorCode::kCancelled, stopped_by()} : Status();
#else
    return Error{ErrorCode::kNoDevice,
                 "this program was built without its viewer: install GLFW and Dear ImGui (Debian: "
                 "libglfw3-dev libimgui-dev) and build again, or use impasto stylize"};
#endif
}

}  // namespace

void add_view(CLI::App& program, Commands& commands) {
    commands.push_back(std::make_unique<View>(program));
}

}  // namespace impasto::cli
