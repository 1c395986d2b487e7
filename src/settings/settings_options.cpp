#include "settings/settings_options.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <utility>

#include "platform/paths.h"

namespace impasto::settings {
namespace {

namespace fs = std::filesystem;

Error bad(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

std::string text_of(std::uint32_t number) { return std::to_string(number); }
std::string text_of(float number) { return number_text(number); }

template <typename Number>
std::string joined(const std::vector<Number>& numbers) {
    std::string text;
    for (const Number number : numbers) text += (text.empty() ? "" : ",") + text_of(number);
    return text;
}

// What a picture tells of a path: all of it as it was typed, but of an absolute one only the file's
// name, since pictures are passed on and folders are named after people. With "./" where a bare
// word would be taken for something else ("noise", "vgg19").
std::string without_folders(const std::string& given) {
    const fs::path path = platform::path_from_utf8(given);
    if (!path.has_root_path()) return given;
    const std::string name = platform::path_to_utf8(path.filename());
    return path.has_extension() ? name : "./" + name;
}

void declare_layers(Options& options, const char* name, std::vector<LayerWeight>& layers,
                    const char* help) {
    options
        .add(
            name, "LIST", ValueKind::kText, help,
            [&layers](std::string_view given) -> Status {
                auto parsed = parse_layers(given);
                if (!parsed) return parsed.error();
                layers = *std::move(parsed);
                return {};
            },
            [&layers] { return layers_text(layers); })
        .preset = PresetUse::kPicture;
}

void declare_style_blend(Options& options, std::vector<float>& style_blend) {
    options
        .add(
            "--style-blend", "SHARES", ValueKind::kNumbers,
            "shares of several styles, as 0.7,0.3; their sum does not matter. Without it all "
            "count the same",
            [&style_blend](std::string_view given) -> Status {
                auto shares = parse_numbers(given, {});
                if (!shares) return shares.error();
                if (!(std::accumulate(shares->begin(), shares->end(), 0.0) > 0.0)) {
                    return bad("the shares are all 0; one must be above");
                }
                style_blend = *std::move(shares);
                return {};
            },
            [&style_blend] { return joined(style_blend); })
        .preset = PresetUse::kPicture;
}

void declare_texture_size(Options& options, Settings& settings) {
    options
        .add(
            "--size", "N|WxH", ValueKind::kTextOrInteger,
            "size of the texture in px, a square of N or W by H, 16 to 16384",
            [&settings](std::string_view given) -> Status {
                const auto size = parse_size(given, kSizes);
                if (!size) return size.error();
                settings.size = size->longest;
                settings.width = size->width != 0 ? size->width : size->longest;
                settings.height = size->height != 0 ? size->height : size->longest;
                return {};
            },
            [&settings] {
                const bool square = settings.width == settings.height;
                return size_text({settings.size, square ? 0 : settings.width, settings.height});
            })
        .preset = PresetUse::kPicture;
}

void declare_optimizer(Options& options, Settings& settings) {
    options
        .choice<ImpastoOptimizer>("--optimizer", {{"lbfgs", IMPASTO_LBFGS}, {"adam", IMPASTO_ADAM}},
                                  settings.optimizer,
                                  "how the picture is improved: lbfgs gets there in fewer steps, "
                                  "adam needs less memory")
        .preset = PresetUse::kPicture;
    options
        .integer("--lbfgs-history", "N", kLbfgsHistories, settings.lbfgs_history,
                 "steps that lbfgs remembers, 1 to 64; each takes the memory of two pictures, "
                 "32 bit floats")
        .preset = PresetUse::kPicture;
    options
        .number("--adam-rate", "X", kAdamRates, settings.adam_learning_rate,
                "adam's learning rate, 0.001 to 1: about what a pixel moves by in a step, where "
                "black is 0 and white is 1")
        .preset = PresetUse::kPicture;
}

}  // namespace

Settings settings_for(Subject subject) {
    Settings settings;
    if (subject == Subject::kContent) return settings;
    settings.width = settings.height = settings.size;
    settings.tile = IMPASTO_TILE_XY;
    settings.flatten = true;
    settings.structure = kUnsetStructure;
    settings.init = "noise";
    return settings;
}

Settings completed(Settings settings, std::size_t styles) {
    if (settings.structure < 0) settings.structure = styles == 1 ? kTextureStructure : 0.0f;
    return settings;
}

Status check_subject(Subject subject, const Settings& settings, std::size_t styles,
                     std::size_t style_masks, bool blend_mask) {
    const bool content = subject == Subject::kContent;
    if (!content && settings.init == "content") {
        return bad("--init: a texture has no content to start from; noise, or a FILE");
    }
    if (style_masks > 0 && style_masks != styles) {
        return bad("--style-mask is given " + std::to_string(style_masks) + " times for " +
                   std::to_string(styles) + (styles == 1 ? " picture" : " pictures") +
                   ": give it once for each (- for one without)");
    }
    if (blend_mask && (styles != 2 || !settings.style_blend.empty())) {
        return bad("--blend-mask needs two " + std::string(content ? "styles" : "exemplars") +
                   ", and no --style-blend beside it");
    }
    return settings.check(styles);
}

void declare_effort(Options& options, Settings& settings, Subject subject) {
    options.group("Size and effort");
    if (subject == Subject::kTexture) {
        declare_texture_size(options, settings);
    } else {
        options
            .integer("--size", "N", kSizes, settings.size,
                     "longest side of the result in px, 16 to 16384. A smaller content is "
                     "enlarged to it")
            .preset = PresetUse::kPicture;
    }
    options
        .integer(
            "--first-size", "N", kSizes, settings.first_size,
            "longest side in px of the first, coarsest scale, about; the following ones grow "
            "from it to --size. The same as --size or more: a single scale. Of a narrow picture "
            "larger, so that the encoder's pools leave something of its shorter side")
        .preset = PresetUse::kPicture;
    options
        .add(
            "--iterations", "N[,N...]", ValueKind::kIntegers,
            "steps at each scale, 1 to 1000000; in a list, coarse to fine, the last counts for "
            "the rest",
            [&settings](std::string_view given) -> Status {
                auto numbers = parse_integers(given, kIterations);
                if (!numbers) return numbers.error();
                settings.iterations = *std::move(numbers);
                return {};
            },
            [&settings] { return joined(settings.iterations); })
        .preset = PresetUse::kPicture;
    declare_optimizer(options, settings);
    Option& encoder =
        options.text("--weights", "NAME|FILE", settings.weights,
                     "the encoder: builtin, a name that 'impasto weights list' shows (vgg19), or a "
                     "safetensors or .pth file of VGG19");
    encoder.preset = PresetUse::kPicture;
    encoder.get_public = [&settings] { return without_folders(settings.weights); };
}

void declare_own_size(Options& options, std::uint32_t& size, std::string help) {
    Option& option = *options.find("size");
    option.help = std::move(help);
    option.set = [&size](std::string_view given) -> Status {
        const auto number = parse_integer(given, kSizes);
        if (!number) return number.error();
        size = static_cast<std::uint32_t>(*number);
        return {};
    };
    option.get = [&size] { return size == 0 ? std::string() : std::to_string(size); };
    option.initial.clear();
}

void declare_objective(Options& options, Settings& settings, Subject subject) {
    const bool content = subject == Subject::kContent;
    options.group(
        "What the picture should have (all terms are relative, so a weight means the same at every "
        "size and with every encoder)");
    if (content) {
        options
            .number("--content-weight", "W", {}, settings.content_weight,
                    "how much the content's shapes count, 0 or more")
            .preset = PresetUse::kPicture;
    }
    options
        .number("--style-weight", "W", {}, settings.style_weight,
                "how much the style's texture and colours count, 0 or more")
        .preset = PresetUse::kPicture;
    options
        .number("--tv-weight", "W", {}, settings.tv_weight,
                "how much smoothness counts (total variation), 0 or more; against speckles")
        .preset = PresetUse::kPicture;
    if (content) {
        declare_layers(
            options, "--content-layers", settings.content_layers,
            "layers of VGG19 for the content, each with a weight if wanted: "
            "relu4_2 or relu3_2:0.5,relu4_2. Deeper layers keep less of the photo's detail");
    }
    declare_layers(options, "--style-layers", settings.style_layers,
                   "layers for the style: relu1_1 to relu5_4, each with a weight if wanted. "
                   "The first ones hold colour and grain, the last ones large strokes");
    declare_style_blend(options, settings.style_blend);
    options
        .choice<ImpastoPooling>(
            "--pooling", {{"max", IMPASTO_POOLING_MAX}, {"avg", IMPASTO_POOLING_AVERAGE}},
            settings.pooling, "how the encoder halves its pictures: as published (max) or smoother")
        .preset = PresetUse::kPicture;
}

void declare_rendering(Options& options, Settings& settings, Subject subject) {
    const bool content = subject == Subject::kContent;
    options
        .choice<ImpastoTile>(
            "--tile",
            {{"none", IMPASTO_TILE_NONE},
             {"x", IMPASTO_TILE_X},
             {"y", IMPASTO_TILE_Y},
             {"xy", IMPASTO_TILE_XY}},
            settings.tile,
            content ? "axes along which the result repeats without a seam; the content must tile "
                      "along them too"
                    : "axes along which the texture repeats without a seam")
        .preset = PresetUse::kPicture;
    options
        .choice<ImpastoPadding>(
            "--padding", {{"zero", IMPASTO_PADDING_ZERO}, {"replicate", IMPASTO_PADDING_REPLICATE}},
            settings.padding,
            "what the first convolution sees beyond the picture's edge: black as published (zero), "
            "or the edge again, which leaves less of a frame")
        .preset = PresetUse::kPicture;
    Option& structure = options.number(
        "--structure", "X", kStructures, settings.structure,
        content ? "how much the style's long-range order counts, 0 to 1: for regular "
                  "styles, such as a weave"
                : "how much the exemplar's long-range order counts, 0 to 1: what makes a "
                  "weave or a tiled wall come out regular. Textures without order don't "
                  "change by it. 0.5 of one exemplar; 0 of several, of which the first "
                  "one's would count");
    structure.preset = PresetUse::kPicture;
    if (!content) {
        structure.get = [&settings] {
            return settings.structure < 0 ? std::string() : number_text(settings.structure);
        };
        structure.initial.clear();
    }
    options
        .add(
            "--lighting", "keep|flatten", ValueKind::kText,
            content ? "whether a style that is brighter on one side than on the other counts as it "
                      "is, or without that"
                    : "whether an exemplar that is brighter on one side than on the other counts "
                      "as it is, or without that, which a tile needs",
            [&settings](std::string_view given) -> Status {
                if (given != "keep" && given != "flatten") {
                    return bad("'" + std::string(given) + "' is not one of keep or flatten");
                }
                settings.flatten = given == "flatten";
                return {};
            },
            [&settings] { return std::string(settings.flatten ? "flatten" : "keep"); })
        .preset = PresetUse::kPicture;
    options
        .number(content ? "--style-scale" : "--exemplar-scale", "X", kStyleScales,
                settings.style_scale,
                content ? "longest side of the style as a multiple of the result's, at every "
                          "scale; below 1 for finer strokes. A style is never enlarged"
                        : "longest side of the exemplar as a multiple of the texture's, at every "
                          "scale; below 1 for a finer texture that repeats its parts more often. "
                          "An exemplar is never enlarged")
        .preset = PresetUse::kPicture;
    if (!content) return;
    options
        .choice<ImpastoColors>(
            "--colors", {{"style", IMPASTO_COLORS_STYLE}, {"content", IMPASTO_COLORS_CONTENT}},
            settings.colors, "whose colours the result has; content keeps the photo's")
        .preset = PresetUse::kPicture;
}

void declare_start(Options& options, Settings& settings, Subject subject) {
    options.group("Start");
    Option& init = options.text(
        "--init", subject == Subject::kContent ? "content|noise|FILE" : "noise|FILE", settings.init,
        "what the optimisation starts from; a FILE is resized (one called noise: ./noise)");
    init.preset = PresetUse::kPicture;
    init.get_public = [&settings] { return without_folders(settings.init); };
    options
        .integer("--seed", "N", {}, settings.seed,
                 "of --init noise; the same seed gives the same picture on the same device")
        .preset = PresetUse::kPicture;
}

void declare_start_without_file(Options& options, Settings& settings) {
    declare_start(options, settings);
    Option& init = *options.find("init");
    init.left = "--init content|noise";
    init.help = "what the optimisation starts from";
}

void declare_settings(Options& options, Settings& settings, Subject subject) {
    declare_effort(options, settings, subject);
    declare_objective(options, settings, subject);
    declare_rendering(options, settings, subject);
    declare_start(options, settings, subject);
}

void declare_save_every(Options& options, std::uint32_t& save_every) {
    options
        .add(
            "--save-every", "N", ValueKind::kInteger,
            "also save the picture after every N iterations, counted over all scales, as "
            "OUT-000050.png beside OUT, at the size of its scale",
            [&save_every](std::string_view given) -> Status {
                const auto number = parse_integer(given, kIterations);
                if (!number) return number.error();
                save_every = static_cast<std::uint32_t>(*number);
                return {};
            },
            [&save_every] { return save_every == 0 ? std::string() : std::to_string(save_every); })
        .preset = PresetUse::kMachine;
}

}  // namespace impasto::settings
