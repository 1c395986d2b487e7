#include "cli/paint_options.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <system_error>

#include "cli/handles.h"
#include "cli/open.h"
#include "platform/paths.h"
#include "settings/numbers.h"
#include "settings/preset.h"
#include "settings/settings_options.h"

namespace impasto::cli {
namespace {

namespace fs = std::filesystem;

Error bad(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

// Whether --save-every can come to this name, "out-000050.png" beside "out.png".
bool is_snapshot(const std::string& path, const std::string& output, std::uint32_t every) {
    const std::string stem = platform::path_to_utf8(platform::path_from_utf8(path).stem());
    const std::size_t dash = stem.rfind('-');
    if (dash == std::string::npos) return false;
    constexpr settings::IntegerRange kNumbers{1, std::numeric_limits<std::uint32_t>::max()};
    const auto number = settings::parse_integer(std::string_view(stem).substr(dash + 1), kNumbers);
    return number && *number % every == 0 &&
           same_file(path, numbered_name(output, static_cast<std::uint32_t>(*number)));
}

}  // namespace

PaintOptions::PaintOptions(settings::Subject subject)
    : settings(settings::settings_for(subject)), subject_(subject) {}

void PaintOptions::declare(settings::Options& options) {
    options.group("Pictures");
    options.positionals(pictures_);
    if (has_content()) {
        options.describe_positional("CONTENT", "the picture to paint, JPEG or PNG");
        options.describe_positional("STYLE...",
                                    "one or more pictures to paint it like; each keeps its aspect");
        options.text("-o,--output", "FILE", output,
                     "where the result goes, .png (with alpha and the options that made it) or "
                     ".jpg. Without it: CONTENT-STYLE.png in the current folder");
    } else {
        options.describe_positional("EXEMPLAR...",
                                    "one or more pictures of a texture, JPEG or PNG, of any size");
        options.text("-o,--output", "FILE", output,
                     "where the texture goes, .png (with the options that made it) or .jpg. "
                     "Without it: EXEMPLAR-texture.png in the current folder");
    }
    declare_masks(options);
    settings::declare_effort(options, settings, subject_);
    settings::declare_device(options, computing);
    settings::declare_computing(options, computing);
    settings::declare_objective(options, settings, subject_);
    settings::declare_rendering(options, settings, subject_);
    settings::declare_start(options, settings, subject_);
    options.text(
        "--preset", "FILE.json", preset_,
        "options from a JSON file, {\"size\": 512, \"style-layers\": \"relu1_1,relu2_1\"}: "
        "the keys are these names without dashes. The command line wins. A PNG result "
        "carries the settings that made it as such a preset, in the text chunk impasto:preset: "
        "not the pictures' names, and of files that --weights and --init gave with an absolute "
        "path the name alone");
    declare_output(options);
}

void PaintOptions::declare_masks(settings::Options& options) {
    options.text("--mask", "FILE", mask,
                 "a grey picture, laid over the result: black parts stay as they begin and count "
                 "for nothing, white ones are painted");
    options.repeated("--style-mask", "FILE", style_masks,
                     has_content()
                         ? "a grey picture, laid over a style: black parts of it do not count. "
                           "Once for each style, - for one without"
                         : "a grey picture, laid over an exemplar: black parts of it do not "
                           "count. Once for each exemplar, - for one without");
    options.text("--blend-mask", "FILE", blend_mask,
                 has_content() ? "a grey picture, laid over the result: like the first of two "
                                 "styles where it is black, like the second where it is white"
                               : "a grey picture, laid over the texture: like the first of two "
                                 "exemplars where it is black, like the second where it is white");
}

void PaintOptions::declare_output(settings::Options& options) {
    options.group("What is told");
    settings::declare_save_every(options, save_every);
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

Status PaintOptions::read(const settings::Options& options, const Arguments& arguments) {
    // Twice: once to learn of --preset, and again so that the command line wins over it.
    IMPASTO_TRY(arguments.read());
    if (!preset_.empty()) {
        IMPASTO_TRY(settings::apply_preset(options, preset_));
        IMPASTO_TRY(arguments.read());
    }
    IMPASTO_TRY(check_pictures());
    if (output.empty()) {
        output = has_content() ? free_output_name(pictures_[0], pictures_[1])
                               : free_output_name(pictures_[0], "texture");
    }
    return check_files();
}

Status PaintOptions::check_pictures() const {
    if (!has_content() && pictures_.empty()) {
        return bad("a picture of a texture is needed: impasto texture EXEMPLAR");
    }
    if (has_content() && pictures_.size() < 2) {
        return bad(pictures_.empty()
                       ? "a content and a style picture are needed: impasto stylize CONTENT STYLE"
                       : "a style picture is needed: impasto stylize '" + pictures_.front() +
                             "' STYLE");
    }
    return settings::check_subject(subject_, settings, styles().size(), style_masks.size(),
                                   !blend_mask.empty());
}

Result<std::vector<std::string>> PaintOptions::files_read() const {
    std::vector<std::string> files = pictures_;
    for (const std::string& file : {mask, blend_mask}) {
        if (!file.empty()) files.push_back(file);
    }
    for (const std::string& file : style_masks) {
        if (file != "-") files.push_back(file);
    }
    if (!settings.init_file().empty()) files.push_back(settings.init_file());
    if (!preset_.empty()) files.push_back(preset_);
    const auto known = list_known_weights();
    if (!known) return known.error();
    std::string file = settings.weights;
    for (const ImpastoListedWeights& one : *known) {
        if (one.name == settings.weights) file = one.path;
    }
    if (!file.empty()) files.push_back(file);
    return files;
}

// Before a run of minutes, not after it.
Status PaintOptions::check_files() const {
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
Status PaintOptions::check_snapshots(const std::vector<std::string>& files) const {
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
