#include "cli/exit_codes.h"
#include "cli/paint.h"

namespace impasto::cli {
namespace {

constexpr const char* kDescription =
    "Makes a new texture like the EXEMPLAR, of any size, that repeats without a seam: an image of "
    "noise is optimised, from a coarse scale to a fine one, until an encoder (VGG19, or the small "
    "one that is built in) sees the exemplar's texture in it. Several exemplars are blended.";

constexpr const char* kFooter =
    "Ctrl-C ends the run, saves the texture as it is then, and exits with 130; a\n"
    "second one ends the program at once.\n"
    "\n"
    "Examples:\n"
    "  impasto texture mud.jpg -o tile.png --size 1024\n"
    "a frieze, which repeats from left to right only:\n"
    "  impasto texture leaves.jpg -o frieze.png --size 1024x256 --tile x\n"
    "another one of the same kind:\n"
    "  impasto texture mud.jpg -o other.png --size 1024 --seed 2\n"
    "moss that grows over stone where a grey picture is white:\n"
    "  impasto texture stone.jpg moss.jpg -o wall.png --blend-mask where.png\n"
    "\n";

class Texture : public Paint {
  public:
    explicit Texture(CLI::App& program)
        : Paint(program, "texture", "EXEMPLAR... [-o TILE.png] [options]",
                "make a texture like others, without seams", settings::Subject::kTexture) {
        describe(kDescription, std::string(kFooter) + kExitCodesHelp);
    }
};

}  // namespace

void add_texture(CLI::App& program, Commands& commands) {
    commands.push_back(std::make_unique<Texture>(program));
}

}  // namespace impasto::cli
