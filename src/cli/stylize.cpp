#include "cli/exit_codes.h"
#include "cli/paint.h"

namespace impasto::cli {
namespace {

constexpr const char* kDescription =
    "Paints the CONTENT picture in the manner of the STYLE pictures, by optimising an image until "
    "an encoder (VGG19, or the small one that is built in) sees the content's shapes and the "
    "styles' texture in it. It goes from a coarse scale to a fine one, and what a run at --size "
    "256 shows, one at 1024 will show in more detail.";

constexpr const char* kFooter =
    "Ctrl-C ends the run, saves the picture as it is then, and exits with 130; a\n"
    "second one ends the program at once.\n"
    "\n"
    "Examples:\n"
    "  impasto stylize photo.jpg painting.jpg -o result.png\n"
    "a quick look:\n"
    "  impasto stylize photo.jpg painting.jpg --size 256 --iterations 100\n"
    "large, with less work at the last scales:\n"
    "  impasto stylize photo.jpg painting.jpg --size 2048 --iterations 400,200,100\n"
    "two styles:\n"
    "  impasto stylize photo.jpg one.jpg two.jpg --style-blend 0.7,0.3\n"
    "more of the style, in finer strokes, in the photo's colours:\n"
    "  impasto stylize photo.jpg painting.jpg --style-weight 100 --style-scale 0.5 \\\n"
    "    --colors content\n"
    "texture alone:\n"
    "  impasto stylize any.jpg pattern.jpg --init noise --content-weight 0\n"
    "\n";

class Stylize : public Paint {
  public:
    explicit Stylize(CLI::App& program)
        : Paint(program, "stylize", "CONTENT STYLE... [-o OUT.png] [options]",
                "paint a picture in the style of others", settings::Subject::kContent) {
        describe(kDescription, std::string(kFooter) + kExitCodesHelp);
    }
};

}  // namespace

void add_stylize(CLI::App& program, Commands& commands) {
    commands.push_back(std::make_unique<Stylize>(program));
}

}  // namespace impasto::cli
