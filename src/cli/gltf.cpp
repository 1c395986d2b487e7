// impasto gltf: a model's textures painted like pictures.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/exit_codes.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "impasto/impasto_gltf.h"
#include "platform/interrupt.h"
#include "settings/gltf_settings.h"
#include "settings/preset.h"
#include "settings/session_view.h"
#include "settings/settings_options.h"

namespace impasto::cli {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;
using Model = std::unique_ptr<ImpastoGltf, Destroy<impasto_gltf_destroy>>;

constexpr const char* kDescription =
    "Paints the base colour and emissive textures of a glTF model in the manner of pictures. What "
    "the mesh shows of an image counts, its padding does not; where two islands of an image touch "
    "on the model their colours are made to agree; images that repeat stay seamless. Normals and "
    "roughness follow the strokes. Geometry, animations, extensions, extras and all other maps go "
    "through untouched.";

constexpr const char* kFooter =
    "Ctrl-C ends the run without writing anything, and exits with 130.\n"
    "\n"
    "Examples:\n"
    "  impasto gltf model.glb --style painting.jpg -o painted.glb\n"
    "one material of a model with files beside it, its textures 2048 px large:\n"
    "  impasto gltf house/house.gltf --style painting.jpg --material Walls --size 2048 \\\n"
    "    -o painted.glb\n"
    "\n";

class GltfCommand : public Command {
  public:
    explicit GltfCommand(CLI::App& program)
        : Command(program, "gltf", "MODEL --style FILE [--style FILE...] -o OUT.glb [options]",
                  "paint a glTF model's textures in the style of pictures") {
        describe(kDescription, std::string(kFooter) + kExitCodesHelp);
        declare();
    }

    Status run() override;

  private:
    void declare();
    Status read();
    Status load();
    Status restyle();
    int show(const ImpastoGltfProgress& progress);
    Status report(double seconds);

    std::vector<std::string> models_;
    std::vector<std::string> style_files_;
    std::string output_;
    std::string preset_;
    settings::Settings settings_;
    settings::GltfSettings gltf_;
    settings::Computing computing_;
    bool json_ = false;
    bool quiet_ = false;

    Model model_;
    std::vector<Image> styles_;
    Weights weights_;
    RunLog log_;
    Context context_;  // after the log, to which it writes
    std::vector<std::uint32_t> materials_;
    std::optional<Progress> progress_;  // of the texture at hand
    std::uint32_t texture_ = 0;
};

void GltfCommand::declare() {
    settings::Options& all = options();
    all.group("Files");
    all.positionals(models_);
    all.describe_positional("MODEL", "the model, .glb or .gltf with its files beside it");
    all.repeated("--style", "FILE", style_files_,
                 "a picture to paint it like, JPEG or PNG; several times for several");
    all.text("-o,--output", "FILE", output_,
             "where the result goes: .glb, all in one file, or .gltf with pictures beside it");
    settings::declare_gltf(all, gltf_);
    settings::declare_gltf_effort(all, settings_, gltf_);
    settings::declare_device(all, computing_);
    settings::declare_computing(all, computing_);
    settings::declare_gltf_objective(all, settings_);
    all.text("--preset", "FILE.json", preset_,
             "options from a JSON file, as of 'impasto stylize'. The command line wins");
    all.group("What is told");
    all.flag("--json", json_,
             "print one JSON object about the run on the standard output, nothing else: of every "
             "texture whether it was painted, followed a base colour or was left and why, what was "
             "covered, its size before and after, and the steps across its seams (mean and 95th "
             "percentile "
             "of the largest difference of a channel, 0 to 1): in the original, as painted, and as "
             "written");
    all.flag("-q,--quiet", quiet_, "say nothing but errors");
}

Status GltfCommand::read() {
    const auto bad = [](std::string message) {
        return Error{ErrorCode::kInvalidArgument, std::move(message)};
    };
    IMPASTO_TRY(arguments().read());
    if (!preset_.empty()) {
        IMPASTO_TRY(settings::apply_preset(options(), preset_));
        IMPASTO_TRY(arguments().read());
    }
    if (models_.size() != 1) return bad("one model is needed: impasto gltf MODEL.glb");
    if (style_files_.empty()) return bad("a style picture is needed: --style FILE");
    if (output_.empty()) return bad("a file to write is needed: -o FILE.glb");
    IMPASTO_TRY(gltf_.check(settings_, style_files_.size()));
    std::vector<std::string> inputs = style_files_;
    inputs.insert(inputs.end(), {models_.front(), settings_.weights});
    if (!preset_.empty()) inputs.push_back(preset_);
    IMPASTO_TRY(check_not_an_input(output_, inputs));
    Message message;
    return message.status(
        impasto_gltf_check_writable(output_.c_str(), message.data(), message.size()));
}

Status GltfCommand::load() {
    ImpastoGltf* model = nullptr;
    Message message;
    IMPASTO_TRY(message.status(
        impasto_gltf_load(models_.front().c_str(), &model, message.data(), message.size())));
    model_.reset(model);
    auto materials = gltf_.numbers(model);
    if (!materials) return materials.error();
    materials_ = *std::move(materials);
    for (const std::string& path : style_files_) {
        auto style = open_image(path);
        if (!style) return style.error();
        styles_.push_back(*std::move(style));
    }
    auto weights = open_weights(settings_.weights);
    if (!weights) return weights.error();
    weights_ = *std::move(weights);
    return {};
}

int GltfCommand::show(const ImpastoGltfProgress& now) {
    if (!progress_ || now.texture != texture_) {
        if (progress_) progress_->finish();
        texture_ = now.texture;
        progress_.emplace(std::vector<ImpastoScale>(now.scales, now.scales + now.scale_count),
                          quiet_);
        log_.progress = &*progress_;
        progress_->say(std::string(now.name) + ", " + std::to_string(now.texture + 1) + " of " +
                       std::to_string(now.texture_count));
    }
    progress_->update(now.session);
    return platform::interrupted() ? 0 : 1;
}

Status GltfCommand::restyle() {
    std::vector<const ImpastoImage*> styles;
    for (const Image& style : styles_) styles.push_back(style.get());
    const settings::SessionView view(settings_);
    ImpastoSessionOptions session = view.options(nullptr);
    ImpastoGltfOptions options = gltf_.options(session, materials_);
    options.callback = [](void* user, const ImpastoGltfProgress* progress) {
        return static_cast<GltfCommand*>(user)->show(*progress);
    };
    options.callback_user = this;
    Message message;
    const ImpastoResult result = impasto_gltf_restyle(
        context_.get(), weights_.get(), model_.get(), styles.data(),
        static_cast<std::uint32_t>(styles.size()), &options, message.data(), message.size());
    if (progress_) progress_->finish();
    log_.progress = nullptr;
    if (result == IMPASTO_ERROR_CANCELLED) {
        return Error{ErrorCode::kCancelled, stopped_by() + "; nothing was written"};
    }
    return message.status(result);
}

std::string size_text(std::uint32_t width, std::uint32_t height) {
    return std::to_string(width) + "x" + std::to_string(height);
}

Json step_json(const ImpastoGltfStep& step) {
    return {{"mean", step.mean}, {"p95", step.percentile95}};
}

Status GltfCommand::report(double seconds) {
    Json textures = Json::array();
    std::vector<TableRow> rows{
        {"texture", "", "size", "covered", "seams: original", "as painted", "as written", ""}};
    const auto steps = [](const ImpastoGltfStep& step) {
        char text[64];
        std::snprintf(text, sizeof text, "%.3f / %.3f", step.mean, step.percentile95);
        return std::string(text);
    };
    for (std::uint32_t i = 0; i < impasto_gltf_texture_count(model_.get()); ++i) {
        ImpastoGltfTexture one{};
        one.struct_size = sizeof one;
        impasto_gltf_texture(model_.get(), i, &one);
        const std::string left = one.left;
        Json texture{
            {"image", one.image},
            {"name", one.name},
            {"slot", one.slot},
            {"left", left},
            {"follows", one.follows},
            {"width", one.width},
            {"height", one.height},
            {"original_width", one.original_width},
            {"original_height", one.original_height},
            {"covered", one.covered},
            {"islands", one.islands},
            {"tile", std::string(one.tile_x != 0 ? "x" : "") + (one.tile_y != 0 ? "y" : "")},
            {"seam_samples", one.seam_samples}};
        if (one.seam_samples > 0) {
            texture["seam_continuous"] = one.seam_continuous;
            texture["seam_original"] = step_json(one.seam_original);
            texture["seam_before"] = step_json(one.seam_before);
            texture["seam_after"] = step_json(one.seam_after);
        }
        textures.push_back(texture);
        TableRow row{one.name, one.slot, "", "", "", "", "", ""};
        if (left.empty()) {
            const std::string before = size_text(one.original_width, one.original_height);
            const std::string after = size_text(one.width, one.height);
            row[2] = before == after ? after : before + " to " + after;
            row[3] = std::to_string(static_cast<int>(one.covered * 100 + 0.5)) + " %";
            if (one.seam_samples > 0) {
                row[4] = steps(one.seam_original);
                row[5] = steps(one.seam_before);
                row[6] = steps(one.seam_after);
            }
        }
        const std::string follows = one.follows;
        row.back() = !left.empty()      ? "left as it is: " + left
                     : !follows.empty() ? "follows " + follows
                                        : "";
        rows.push_back(row);
    }
    if (json_) {
        const Json json{{"device", std::string(device_info(context_.get()).name)},
                        {"weights",
                         {{"name", impasto_weights_name(weights_.get())},
                          {"sha256", impasto_weights_sha256(weights_.get())}}},
                        {"textures", textures},
                        {"seconds", seconds},
                        {"output", output_}};
        return print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    }
    if (!quiet_) {
        note(table(rows) + "wrote " + output_ + " in " + duration_text(seconds));
    }
    return {};
}

Status GltfCommand::run() {
    IMPASTO_TRY(read());
    IMPASTO_TRY(load());
    log_.quiet = quiet_;
    auto context = open_run(computing_, weights_.get(), log_, !quiet_ && !json_);
    if (!context) return context.error();
    context_ = *std::move(context);
    platform::catch_interrupts();
    const auto start = Clock::now();
    IMPASTO_TRY(restyle());
    Message message;
    IMPASTO_TRY(message.status(
        impasto_gltf_save(model_.get(), output_.c_str(), message.data(), message.size())));
    return report(std::chrono::duration<double>(Clock::now() - start).count());
}

}  // namespace

void add_gltf(CLI::App& program, Commands& commands) {
    commands.push_back(std::make_unique<GltfCommand>(program));
}

}  // namespace impasto::cli
