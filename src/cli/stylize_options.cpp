#include "cli/stylize_options.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <system_error>

#include "cli/handles.h"
#include "cli/open.h"
#include "cli/preset.h"
#include "platform/paths.h"

namespace impasto::cli {
namespace {

namespace fs = std::filesystem;

// Smaller than 16 px nothing is left after VGG19's pools; larger sides are no picture's.
constexpr IntegerRange kSizes{16, 16384};
constexpr IntegerRange kIterations{1, 1000000};
// A style never grows beyond its own pixels, so above a few this changes nothing.
constexpr NumberRange kStyleScales{0.01f, 64.0f};

Error bad(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

std::string joined(const std::vector<std::uint32_t>& numbers) {
    std::string text;
    for (const std::uint32_t number : numbers) {
        text += (text.empty() ? "" : ",") + std::to_string(number);
    }
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

// Whether --save-every can come to this name, "out-000050.png" beside "out.png".
bool is_snapshot(const std::string& path, const std::string& output, std::uint32_t every) {
    const std::string stem = platform::path_to_utf8(platform::path_from_utf8(path).stem());
    const std::size_t dash = stem.rfind('-');
    if (dash == std::string::npos) return false;
    constexpr IntegerRange kNumbers{1, std::numeric_limits<std::uint32_t>::max()};
    const auto number = parse_integer(std::string_view(stem).substr(dash + 1), kNumbers);
    return number && *number % every == 0 &&
           same_file(path, numbered_name(output, static_cast<std::uint32_t>(*number)));
}

}  // namespace

StylizeOptions::StylizeOptions() {
    values_.struct_size = sizeof values_;
    values_.objective.struct_size = sizeof values_.objective;
    impasto_session_options_default(&values_);
    iterations_.assign(values_.iterations, values_.iterations + values_.iterations_count);
}

void StylizeOptions::declare(Options& options) {
    options.group("Pictures");
    options.positionals(pictures_);
    options.describe_positional("CONTENT", "the picture to paint, JPEG or PNG");
    options.describe_positional("STYLE...",
                                "one or more pictures to paint it like; each keeps its aspect");
    options.text("-o,--output", "FILE", output,
                 "where the result goes, .png (with alpha and the options that made it) or .jpg. "
                 "Without it: CONTENT-STYLE.png in the current folder");
    declare_run(options);
    objective_.declare(options);
    objective_.declare_padding(options);
    declare_start(options);
    declare_output(options);
}

void StylizeOptions::declare_run(Options& options) {
    options.group("Size and effort");
    options
        .integer("--size", "N", kSizes, values_.size,
                 "longest side of the result in px, 16 to 16384. A smaller content is enlarged to "
                 "it")
        .preset = PresetUse::kPicture;
    options
        .integer("--first-size", "N", kSizes, values_.first_size,
                 "longest side in px of the first, coarsest scale, about; the following ones grow "
                 "from it to --size. The same as --size or more: a single scale")
        .preset = PresetUse::kPicture;
    options
        .add(
            "--iterations", "N[,N...]", ValueKind::kIntegers,
            "steps at each scale, 1 to 1000000; in a list, coarse to fine, the last counts for "
            "the rest",
            [this](std::string_view given) -> Status {
                auto numbers = parse_integers(given, kIterations);
                if (!numbers) return numbers.error();
                iterations_ = *std::move(numbers);
                return {};
            },
            [this] { return joined(iterations_); })
        .preset = PresetUse::kPicture;
    options
        .choice<ImpastoOptimizer>("--optimizer", {{"lbfgs", IMPASTO_LBFGS}, {"adam", IMPASTO_ADAM}},
                                  values_.optimizer,
                                  "how the picture is improved: lbfgs gets there in fewer steps, "
                                  "adam needs less memory")
        .preset = PresetUse::kPicture;
    Option& encoder =
        options.text("--weights", "NAME|FILE", weights,
                     "the encoder: builtin, a name that 'impasto weights list' shows (vgg19), or a "
                     "safetensors or .pth file of VGG19");
    encoder.preset = PresetUse::kPicture;
    encoder.get = [this] { return without_folders(weights); };
    options
        .add(
            "--device", "N|NAME|gpu", ValueKind::kTextOrInteger,
            "what computes: a number or a part of a name from 'impasto devices', or gpu for the "
            "best that is no CPU. Without it: the best there is",
            [this](std::string_view given) -> Status {
                if (given.empty()) return bad("is empty");
                computing.device = given;
                return {};
            },
            [this] { return computing.device; })
        .preset = PresetUse::kMachine;
    declare_computing(options, computing);
}

void StylizeOptions::declare_start(Options& options) {
    options
        .number("--style-scale", "X", kStyleScales, values_.style_scale,
                "longest side of the style as a multiple of the result's, at every scale; below 1 "
                "for finer strokes. A style is never enlarged")
        .preset = PresetUse::kPicture;
    options
        .choice<ImpastoColors>(
            "--colors", {{"style", IMPASTO_COLORS_STYLE}, {"content", IMPASTO_COLORS_CONTENT}},
            values_.colors, "whose colours the result has; content keeps the photo's")
        .preset = PresetUse::kPicture;
    options.group("Start");
    Option& init = options.text(
        "--init", "content|noise|FILE", init_,
        "what the optimisation starts from; a FILE is resized (one called noise: ./noise)");
    init.preset = PresetUse::kPicture;
    init.get = [this] { return without_folders(init_); };
    options
        .integer("--seed", "N", {}, values_.seed,
                 "of --init noise; the same seed gives the same picture on the same device")
        .preset = PresetUse::kPicture;
    options.text(
        "--preset", "FILE.json", preset_,
        "options from a JSON file, {\"size\": 512, \"style-layers\": \"relu1_1,relu2_1\"}: "
        "the keys are these names without dashes. The command line wins. A PNG result "
        "carries the settings that made it as such a preset, in the text chunk impasto:preset: "
        "not the pictures' names, and of files that --weights and --init gave with an absolute "
        "path the name alone");
}

void StylizeOptions::declare_output(Options& options) {
    options.group("What is told");
    options
        .add(
            "--save-every", "N", ValueKind::kInteger,
            "also save the picture after every N iterations, counted over all scales, as "
            "OUT-000050.png beside OUT, at the size of its scale",
            [this](std::string_view given) -> Status {
                const auto number = parse_integer(given, kIterations);
                if (!number) return number.error();
                save_every = static_cast<std::uint32_t>(*number);
                return {};
            },
            [this] { return save_every == 0 ? std::string() : std::to_string(save_every); })
        .preset = PresetUse::kMachine;
    options.text("--trace", "FILE.csv", trace,
                 "the losses before every iteration's step as CSV: scale, width, height, iteration "
                 "(from 1 in its scale), total (weighted), content, style, tv");
    options.flag("--json", json,
                 "print one JSON object about the run on the standard output, nothing else, also "
                 "after Ctrl-C (\"interrupted\": true). loss_first is the loss of the start, "
                 "loss_last that of the picture written, before it is clamped to the colours of a "
                 "file and before --colors content");
    options.flag("--profile", profile,
                 "print where the time of an iteration of the last scale went: by kernel and by "
                 "layer. Iterations then run one at a time, a little slower");
    options.text("--profile-trace", "FILE.json", profile_trace,
                 "one such iteration in the Chrome trace format, for chrome://tracing or Perfetto");
    options.flag("-q,--quiet", quiet, "say nothing but errors");
}

Status StylizeOptions::read(Options& options) {
    // Twice: once to learn of --preset, and again so that the command line wins over it.
    IMPASTO_TRY(options.read_command_line());
    if (!preset_.empty()) {
        IMPASTO_TRY(apply_preset(options, preset_));
        IMPASTO_TRY(options.read_command_line());
    }
    if (pictures_.size() < 2) {
        return bad(pictures_.empty()
                       ? "a content and a style picture are needed: impasto stylize CONTENT STYLE"
                       : "a style picture is needed: impasto stylize '" + pictures_.front() +
                             "' STYLE");
    }
    IMPASTO_TRY(objective_.check(pictures_.size() - 1));
    if (output.empty()) output = free_output_name(pictures_[0], pictures_[1]);
    return check_files();
}

Result<std::vector<std::string>> StylizeOptions::files_read() const {
    std::vector<std::string> files = pictures_;
    if (!init_file().empty()) files.push_back(init_file());
    if (!preset_.empty()) files.push_back(preset_);
    const auto known = list_known_weights();
    if (!known) return known.error();
    std::string file = weights;
    for (const ImpastoListedWeights& one : *known) {
        if (one.name == weights) file = one.path;
    }
    if (!file.empty()) files.push_back(file);
    return files;
}

// Before a run of minutes, not after it.
Status StylizeOptions::check_files() const {
    const auto inputs = files_read();
    if (!inputs) return inputs.error();
    IMPASTO_TRY(check_not_an_input(output, *inputs));
    if (!trace.empty()) {
        IMPASTO_TRY(check_not_an_input(trace, *inputs, "--trace"));
        if (same_file(trace, output)) {
            return bad("'" + trace +
                       "' would be the picture and the trace; give another name with "
                       "--trace");
        }
    }
    IMPASTO_TRY(check_snapshots(*inputs));
    Message message;
    IMPASTO_TRY(
        message.status(impasto_check_writable(output.c_str(), message.data(), message.size())));
    if (!trace.empty()) IMPASTO_TRY(check_output(trace));
    if (profile_trace.empty()) return {};
    IMPASTO_TRY(check_not_an_input(profile_trace, *inputs, "--profile-trace"));
    if (same_file(profile_trace, output) || (!trace.empty() && same_file(profile_trace, trace))) {
        return bad("'" + profile_trace +
                   "' would hold two results; give another name with --profile-trace");
    }
    return check_output(profile_trace);
}

// Judged without knowing how many iterations there will be: that takes the session.
Status StylizeOptions::check_snapshots(const std::vector<std::string>& files) const {
    if (save_every == 0) return {};
    // A snapshot is written through a link of its name.
    std::vector<std::string> links;
    std::error_code error;
    const fs::path folder = fs::absolute(platform::path_from_utf8(output), error).parent_path();
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = platform::path_to_utf8(entry->path());
        std::error_code unknown;
        if (entry->is_symlink(unknown) && is_snapshot(name, output, save_every)) {
            links.push_back(name);
        }
    }
    std::vector<std::string> kept = files;
    if (!trace.empty()) kept.push_back(trace);
    if (!profile_trace.empty()) kept.push_back(profile_trace);
    for (const std::string& file : kept) {
        const fs::path target = fs::canonical(platform::path_from_utf8(file), error);
        if (is_snapshot(file, output, save_every) ||
            (!error && is_snapshot(platform::path_to_utf8(target), output, save_every)) ||
            std::any_of(links.begin(), links.end(),
                        [&](const std::string& link) { return same_file(link, file); })) {
            return bad("--save-every " + std::to_string(save_every) + " could overwrite '" + file +
                       "'; give another name with -o");
        }
    }
    return {};
}

std::string StylizeOptions::init_file() const {
    return init_ == "content" || init_ == "noise" ? std::string() : init_;
}

ImpastoSessionOptions StylizeOptions::session(const ImpastoImage* init_image) const {
    ImpastoSessionOptions session = values_;
    session.objective = objective_.objective();
    session.iterations = iterations_.data();
    session.iterations_count = static_cast<std::uint32_t>(iterations_.size());
    session.init = init_ == "content" ? IMPASTO_INIT_CONTENT
                   : init_ == "noise" ? IMPASTO_INIT_NOISE
                                      : IMPASTO_INIT_IMAGE;
    session.init_image = init_image;
    session.profile = profile || !profile_trace.empty() ? 1 : 0;
    return session;
}

std::string free_output_name(const std::string& content, const std::string& style) {
    const auto stem = [](const std::string& path) {
        return platform::path_to_utf8(platform::path_from_utf8(path).stem());
    };
    const std::string base = stem(content) + "-" + stem(style);
    std::string name = base + ".png";
    std::error_code error;
    for (int i = 2; fs::exists(platform::path_from_utf8(name), error); ++i) {
        name = base + "-" + std::to_string(i) + ".png";
    }
    return name;
}

std::string numbered_name(const std::string& output, std::uint32_t number) {
    const fs::path path = platform::path_from_utf8(output);
    char digits[16];
    std::snprintf(digits, sizeof digits, "-%06u", number);
    fs::path name = path.stem();
    name += digits;
    name += path.extension();
    return platform::path_to_utf8(path.parent_path() / name);
}

}  // namespace impasto::cli
