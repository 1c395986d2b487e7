// Jobs of the kind "material": what impasto material does with a folder of maps.
#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "batch/handles.h"
#include "batch/jobs.h"
#include "batch/kinds.h"
#include "batch/pictures.h"
#include "platform/atomic_file.h"
#include "platform/paths.h"

namespace impasto::batch {
namespace {

namespace fs = std::filesystem;

// Folders, each map by itself, styles.
constexpr auto make_keys() {
    std::array<FileKey, settings::kMapOptions.size() + 2> keys{};
    std::size_t i = 0;
    keys[i++] = {"maps", Use::kFolders, false};
    for (const settings::MapOption& map : settings::kMapOptions) {
        keys[i++] = {map.name, Use::kMap, false};
    }
    keys[i] = {"style", Use::kTogether, false, "synthesize"};
    return keys;
}
constexpr auto kFiles = make_keys();

void declare(settings::Options& options, JobOptions& to) {
    settings::declare_material_input(options, to.material);
    settings::declare_material_output(options, to.material);
    settings::declare_material_effort(options, to.settings, to.material);
    settings::declare_material_objective(options, to.settings, to.material);
}

Status check(const Job& job) {
    if (job.of("maps").empty() && job.of("albedo").empty()) {
        return Error{ErrorCode::kInvalidArgument,
                     "'maps' is missing: a folder with maps, or 'albedo' and others for single "
                     "files"};
    }
    for (const settings::MapOption& map : settings::kMapOptions) {
        if (job.of(map.name).size() > 1) {
            return Error{ErrorCode::kInvalidArgument,
                         "'" + std::string(map.name) + "' must be one file"};
        }
    }
    return job.options->material.check(job.options->settings, job.of("style").size());
}

Result<Impasto::Material> load(const Job& job, const Tools& tools) {
    std::vector<std::pair<std::string, ImpastoMapKind>> maps;
    const auto add = [&](const char* key, ImpastoMapKind kind) {
        for (const std::string& map : job.of(key)) {
            maps.emplace_back(platform::path_to_utf8(tools.path(map)), kind);
        }
    };
    // The folder, of which the library chooses as it does for the command.
    if (!job.of("maps").empty()) {
        maps.emplace_back(platform::path_to_utf8(tools.path(job.of("maps").front()).parent_path()),
                          IMPASTO_MAP_BY_NAME);
    }
    for (const settings::MapOption& map : settings::kMapOptions) add(map.name, map.kind);
    std::vector<ImpastoMaterialFile> files;
    for (const auto& [path, kind] : maps) {
        files.push_back({sizeof(ImpastoMaterialFile), path.c_str(), kind, 0});
    }
    const ImpastoMaterialOptions options =
        job.options->material.load_options(job.options->settings);
    Impasto::Failure failure;
    Impasto::Material material = Impasto::load_material(files, failure, &options);
    if (!material) return error_of(failure);
    return material;
}

// The folder appears with all of the maps in it.
Status save(const ImpastoMaterial* material, const Job& job, const fs::path& output) {
    const std::string by = software();
    const ImpastoText texts[] = {{"Software", by.c_str()}};
    ImpastoMaterialSaveOptions options = job.options->material.save_options();
    options.texts = texts;
    options.text_count = std::size(texts);
    const fs::path temporary = platform::temporary_name(output);
    Status status = status_of([&](char* message, std::size_t size) {
        return impasto_material_save(material, platform::path_to_utf8(temporary).c_str(), &options,
                                     message, size);
    });
    if (status) status = platform::rename_folder(temporary, output);
    std::error_code ignored;
    if (!status) fs::remove_all(temporary, ignored);
    return status;
}

Result<Made> run(const Job& job, const Tools& tools, const fs::path& output) {
    const auto material = load(job, tools);
    if (!material) return material.error();
    const ImpastoMaterialSaveOptions saving = job.options->material.save_options();
    IMPASTO_TRY(tools.check_folder([&](const std::string& name) {
        return impasto_material_writes(material->get(), name.c_str(), &saving) != 0;
    }));
    IMPASTO_TRY(status_of([&](char* message, std::size_t size) {
        return impasto_material_check_writable(
            material->get(), platform::path_to_utf8(output).c_str(), &saving, message, size);
    }));
    const auto styles = open_pictures(job.of("style"), tools);
    if (!styles) return styles.error();
    Made made;
    Impasto::Image picture;
    if (job.options->material.synthesize || !styles->empty()) {
        auto image = run_session(tools, made, [&]() -> Result<Impasto::Session> {
            ImpastoSession* session = nullptr;
            IMPASTO_TRY(settings::create_material_session(
                tools.context, tools.weights, material->get(), pointers(*styles),
                job.options->settings, job.options->material, &session));
            return Impasto::Session(session);
        });
        if (!image) return image.error();
        picture = *std::move(image);
    }
    const auto result = settings::make_material(material->get(), picture.get(),
                                                job.options->settings, job.options->material);
    if (!result) return result.error();
    for (const ImpastoMaterial* one : {material->get(), result->get()}) {
        for (std::string& line : job.options->material.warnings(one)) {
            const bool told = std::ranges::find(made.warnings, line) != made.warnings.end();
            if (!told) made.warnings.push_back(std::move(line));
        }
    }
    made.width = impasto_material_width(result->get());
    made.height = impasto_material_height(result->get());
    IMPASTO_TRY(save(result->get(), job, output));
    return made;
}

}  // namespace

constinit const Kind kMaterial{.name = "material",
                               .files = kFiles,
                               .output = Holds::kFolder,
                               .extensions = {},
                               .declare = declare,
                               .check = check,
                               .beside = nullptr,
                               .run = run};

}  // namespace impasto::batch
