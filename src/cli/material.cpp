// impasto material: the maps of a surface, made anew, painted, packed.
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/exit_codes.h"
#include "cli/material_options.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/profile.h"
#include "cli/progress.h"
#include "cli/run_report.h"
#include "impasto/impasto.hpp"
#include "platform/interrupt.h"
#include "platform/paths.h"
#include "settings/material_settings.h"

namespace impasto::cli {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;
using Impasto::Material;

constexpr const char* kDescription =
    "Works on a material: the maps (albedo, normal, roughness ...) that describe one surface. "
    "--style paints its albedo like a picture, and height, normals and roughness follow the "
    "strokes; --synthesize makes another material like it, of any size, in which all maps agree. "
    "Names, bits and conventions of the maps stay as they are.";

constexpr const char* kFooter =
    "Ctrl-C ends the run, saves the material as it is then, and exits with 130; a\n"
    "second one ends the program at once.\n"
    "\n"
    "Examples:\n"
    "  impasto material stone_*.png -o painted --style painting.jpg\n"
    "  impasto material stone_*.png -o larger --synthesize --size 1024\n"
    "  impasto material rock/ -o packed --mips --pack orm\n"
    "\n";

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

class MaterialCommand : public Command {
  public:
    explicit MaterialCommand(CLI::App& program)
        : Command(program, "material",
                  "IN... -o FOLDER [--style PAINTING | --synthesize] [options]",
                  "restyle, synthesise or pack the maps of a material") {
        describe(kDescription, std::string(kFooter) + kExitCodesHelp);
        given_.declare(options());
    }

    Status run() override;

  private:
    Status load();
    void take_warnings(const ImpastoMaterial* material);
    Status check_output();
    Status create_session(const std::vector<Image>& styles);
    Status iterate();
    Status optimise();
    // Of the session's picture as it is.
    Result<Material> finished();
    Status save();
    Status report();
    Result<Json> json();
    Error rescued(Error error);

    MaterialOptions given_;

    Material material_;
    Material result_;
    Weights weights_;
    RunLog log_;
    Context context_;  // after the log, to which it writes
    Session session_;  // after the context: it goes first

    std::vector<ImpastoScale> scales_;
    ImpastoProgress progress_{};
    std::uint32_t submitted_ = 0;  // iterations that were started
    std::vector<std::string> warnings_;
    double seconds_ = 0.0;
    double seconds_per_iteration_ = 0.0;
};

Status MaterialCommand::load() {
    std::vector<ImpastoMaterialFile> files;
    const std::vector<MaterialOptions::File> given = given_.files();
    files.reserve(given.size());
    for (const MaterialOptions::File& file : given) {
        files.push_back({sizeof(ImpastoMaterialFile), file.path.c_str(), file.kind, 0});
    }
    const ImpastoMaterialOptions options = given_.material.load_options(given_.settings);
    ImpastoMaterial* material = nullptr;
    Message message;
    IMPASTO_TRY(
        message.status(impasto_material_load(files.data(), static_cast<std::uint32_t>(files.size()),
                                             &options, &material, message.data(), message.size())));
    material_.reset(material);
    take_warnings(material);
    for (const std::string& line : warnings_) {
        if (!given_.quiet) note("warning: " + line);
    }
    return {};
}

void MaterialCommand::take_warnings(const ImpastoMaterial* material) {
    for (std::string& line : given_.material.warnings(material)) {
        const bool told = std::ranges::find(warnings_, line) != warnings_.end();
        if (!told) warnings_.push_back(std::move(line));
    }
}

// Before a run of minutes, not after it.
Status MaterialCommand::check_output() {
    const std::vector<std::string> inputs = given_.inputs();
    IMPASTO_TRY(check_not_an_input(given_.output, inputs));
    for (std::uint32_t i = 0; i < impasto_material_map_count(material_.get()); ++i) {
        const char* name = impasto_material_map_name(material_.get(), i);
        IMPASTO_TRY(check_not_an_input(given_.output + "/" + name, inputs));
    }
    // Packed maps and mip levels too: a style may have such a name.
    const ImpastoMaterialSaveOptions options = given_.material.save_options();
    for (const std::string& input : inputs) {
        const std::filesystem::path name = platform::path_from_utf8(input).filename();
        const std::string file = platform::path_to_utf8(name);
        if (impasto_material_writes(material_.get(), file.c_str(), &options) == 0) continue;
        IMPASTO_TRY(check_not_an_input(given_.output + "/" + file, {input}));
    }
    Message message;
    return message.status(impasto_material_check_writable(
        material_.get(), given_.output.c_str(), &options, message.data(), message.size()));
}

Status MaterialCommand::create_session(const std::vector<Image>& styles) {
    log_.quiet = given_.quiet;
    auto context = open_run(given_.computing, weights_.get(), log_, !given_.quiet && !given_.json);
    if (!context) return context.error();
    context_ = *std::move(context);
    std::vector<const ImpastoImage*> pictures;
    pictures.reserve(styles.size());
    for (const Image& style : styles) pictures.push_back(style.get());
    ImpastoSession* session = nullptr;
    IMPASTO_TRY(settings::create_material_session(context_.get(), weights_.get(), material_.get(),
                                                  pictures, given_.settings, given_.material,
                                                  &session));
    session_.reset(session);
    std::uint32_t count = 0;
    impasto_session_scales(session, nullptr, &count);
    scales_.resize(count);
    impasto_session_scales(session, scales_.data(), &count);
    return {};
}

Status MaterialCommand::iterate() {
    Progress progress(scales_, given_.quiet);
    log_.progress = &progress;
    const auto start = Clock::now();
    Status status;
    while (status && progress_.done == 0 && !platform::interrupted()) {
        progress_.struct_size = sizeof progress_;
        status = to_status(impasto_session_advance(session_.get(), 1, &progress_),
                           impasto_session_message(session_.get()));
        if (!status) break;
        ++submitted_;
        progress.update(progress_);
    }
    seconds_per_iteration_ = progress.pace().seconds_per_iteration();
    if (seconds_per_iteration_ <= 0.0 && submitted_ > 0) {
        seconds_per_iteration_ = seconds_since(start) / submitted_;
    }
    progress.finish();
    log_.progress = nullptr;
    return status;
}

Result<Material> MaterialCommand::finished() {
    ImpastoImage* image = nullptr;
    IMPASTO_TRY(to_status(impasto_session_image(session_.get(), &image),
                          impasto_session_message(session_.get())));
    const Image picture(image);
    return settings::make_material(material_.get(), picture.get(), given_.settings,
                                   given_.material);
}

Status MaterialCommand::save() {
    const std::string software = "Impasto " + std::to_string(IMPASTO_VERSION_MAJOR) + "." +
                                 std::to_string(IMPASTO_VERSION_MINOR) + "." +
                                 std::to_string(IMPASTO_VERSION_PATCH);
    const ImpastoText texts[] = {{"Software", software.c_str()}};
    ImpastoMaterialSaveOptions options = given_.material.save_options();
    options.texts = texts;
    options.text_count = std::size(texts);
    Message message;
    return message.status(impasto_material_save(result_.get(), given_.output.c_str(), &options,
                                                message.data(), message.size()));
}

// After an error in mid-run, whatever it was: saves the material so far, if it can still be had.
// The error, with where that is.
Error MaterialCommand::rescued(Error error) {
    if (submitted_ == 0) return error;
    auto made = finished();
    if (!made) return error;
    result_ = *std::move(made);
    if (save()) error.message += "; the material so far is in '" + given_.output + "'";
    return error;
}

Result<Json> MaterialCommand::json() {
    Json report = Json::object();
    if (session_) {
        RunReport run;
        run.device = device_info(context_.get());
        run.weights_name = impasto_weights_name(weights_.get());
        run.weights_sha256 = impasto_weights_sha256(weights_.get());
        run.width = impasto_material_width(result_.get());
        run.height = impasto_material_height(result_.get());
        run.scales = scales_;
        run.interrupted = progress_.done == 0;
        std::vector<ImpastoLosses> losses(submitted_);
        losses.resize(impasto_session_losses(session_.get(), 0, submitted_, losses.data()));
        run.iterations = static_cast<std::uint32_t>(losses.size());
        IMPASTO_TRY(to_status(impasto_session_image_losses(session_.get(), &run.loss_last),
                              impasto_session_message(session_.get())));
        run.loss_first = losses.empty() ? run.loss_last : losses.front();
        run.seconds = seconds_;
        run.seconds_per_iteration = seconds_per_iteration_;
        run.device_bytes_planned = impasto_session_bytes_planned(session_.get());
        run.device_bytes_peak = impasto_context_bytes_peak(context_.get());
        run.restarts = progress_.restarts;
        auto layers = layers_of(session_.get());
        if (!layers) return layers.error();
        run.layers = *std::move(layers);
        report = Json::parse(json_text(run));
    }
    report["output"] = given_.output;
    Json maps = Json::array();
    for (std::uint32_t i = 0; i < impasto_material_map_count(result_.get()); ++i) {
        maps.push_back(impasto_material_map_name(result_.get(), i));
    }
    report["maps"] = maps;
    report["warnings"] = warnings_;
    return report;
}

Status MaterialCommand::report() {
    if (given_.json) {
        const auto object = json();
        if (!object) return object.error();
        IMPASTO_TRY(print(object->dump(2, ' ', false, Json::error_handler_t::replace) + "\n"));
    }
    if (session_ && progress_.done == 0) {
        return Error{ErrorCode::kCancelled, stopped_by() + " after " + std::to_string(submitted_) +
                                                " iterations; the material so far is in '" +
                                                given_.output + "'"};
    }
    if (given_.quiet || given_.json) return {};
    note("wrote " + std::to_string(impasto_material_map_count(result_.get())) + " maps to " +
         given_.output + ", " + std::to_string(impasto_material_width(result_.get())) + "x" +
         std::to_string(impasto_material_height(result_.get())) +
         (session_ ? ", " + std::to_string(submitted_) + " iterations in " + duration_text(seconds_)
                   : std::string()));
    return {};
}

Status MaterialCommand::optimise() {
    std::vector<Image> styles;
    for (const std::string& path : given_.styles) {
        auto style = open_image(path);
        if (!style) return style.error();
        styles.push_back(*std::move(style));
    }
    auto weights = open_weights(given_.settings.weights);
    if (!weights) return weights.error();
    weights_ = *std::move(weights);
    const auto start = Clock::now();
    IMPASTO_TRY(create_session(styles));
    // Until here there was nothing that a Ctrl-C could have saved.
    platform::catch_interrupts();
    if (const Status status = iterate(); !status) return rescued(status.error());
    auto made = finished();
    if (!made) return made.error();
    result_ = *std::move(made);
    seconds_ = seconds_since(start);
    return {};
}

Status MaterialCommand::run() {
    IMPASTO_TRY(given_.read(options(), arguments()));
    IMPASTO_TRY(load());
    IMPASTO_TRY(check_output());
    if (given_.material.synthesize || !given_.styles.empty()) {
        IMPASTO_TRY(optimise());
    } else {
        auto made =
            settings::make_material(material_.get(), nullptr, given_.settings, given_.material);
        if (!made) return made.error();
        result_ = *std::move(made);
    }
    // These were told by the log, before the run.
    if (given_.material.synthesize) take_warnings(result_.get());
    IMPASTO_TRY(save());
    return report();
}

}  // namespace

void add_material(CLI::App& program, Commands& commands) {
    commands.push_back(std::make_unique<MaterialCommand>(program));
}

}  // namespace impasto::cli
