#include "options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "failure.h"

namespace host {
namespace {

// Headless without --frames: two seconds of a display.
constexpr uint64_t kHeadlessFrames = 120;

}  // namespace

bool read_options(int argc, char** argv, Options& options) {
    CLI::App app(
        "Draws a glTF model and stylises its base colour texture meanwhile, in a few milliseconds "
        "of every frame.",
        "host_renderer");
    const auto pixels = CLI::Range(16U, 16384U);
    app.add_option("model", options.model, "the model, .gltf or .glb")
        ->required()
        ->type_name("MODEL");
    app.add_option("--style", options.style, "the painting, JPEG or PNG")->type_name("PICTURE");
    app.add_flag("--no-style", options.no_style, "draws the model as it is");
    app.add_option("--budget", options.budget_ms, "device time a frame for the stylisation")
        ->check(CLI::Range(0.1, 1000.0))
        ->type_name("MS")
        ->capture_default_str();
    app.add_option("--size", options.size, "longest side of the stylised texture")
        ->check(pixels)
        ->type_name("PX")
        ->capture_default_str();
    app.add_option("--iterations", options.iterations, "of each scale, coarse to fine: 300,100")
        ->delimiter(',')
        ->check(CLI::Range(1U, 1000000U))
        ->type_name("N,...");
    app.add_option("--style-weight", options.style_weight, "against the content's")
        ->check(CLI::Range(0.0f, 1e6f))
        ->type_name("W");
    app.add_option("--weights", options.weights, "the encoder: builtin, vgg19 or a file")
        ->type_name("NAME")
        ->capture_default_str();
    app.add_flag("--headless", options.headless, "without a window");
    app.add_option("--frames", options.frames,
                   "ends after so many, not counting those in which the stylisation is being "
                   "prepared; headless 120 unless --until-done")
        ->check(CLI::Range(1U, 100000000U))
        ->type_name("N");
    app.add_flag("--until-done", options.until_done, "does not end before the stylisation");
    app.add_option("-o,--output", options.output, "headless: the last frame")
        ->type_name("FILE.png");
    app.add_option("--csv", options.csv, "the times of every frame")->type_name("FILE.csv");
    app.add_flag("--panel", options.panel, "headless: draws the panel too");
    app.add_option("--width", options.width)->check(pixels)->type_name("PX")->capture_default_str();
    app.add_option("--height", options.height)
        ->check(pixels)
        ->type_name("PX")
        ->capture_default_str();
    app.add_option("--turn", options.turn, "the camera's, each frame")
        ->check(CLI::Range(-180.0f, 180.0f))
        ->type_name("DEGREES");
    app.add_option("--device", options.device, "an index, a part of its name, or gpu")
        ->type_name("NAME");
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        std::cout << app.help();
        return false;
    } catch (const CLI::ParseError& error) {
        std::string line = error.what();
        std::replace(line.begin(), line.end(), '\n', ' ');
        throw Failure(kUsage, line + "; see host_renderer --help");
    }
    if (options.style.empty() && !options.no_style) {
        throw Failure(kUsage, "name a painting by --style, or say --no-style");
    }
    if (!options.output.empty() && !options.headless) {
        throw Failure(kUsage, "--output is for --headless");
    }
    if (options.until_done && options.no_style) {
        throw Failure(kUsage, "--until-done: nothing would be done with --no-style");
    }
    if (options.headless && options.frames == 0 && !options.until_done) {
        options.frames = kHeadlessFrames;
    }
    return true;
}

}  // namespace host
