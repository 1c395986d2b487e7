// Jobs of the kind "gltf": what impasto gltf does, into one .glb.
#include <algorithm>
#include <array>

#include "batch/handles.h"
#include "batch/jobs.h"
#include "batch/kinds.h"
#include "batch/pictures.h"
#include "platform/paths.h"
#include "settings/session_view.h"
#include "settings/settings_options.h"

namespace impasto::batch {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 1> kExtensions{".glb"};
constexpr std::array kFiles{FileKey{"model", Use::kEach}, FileKey{"style", Use::kTogether}};

void declare(settings::Options& options, JobOptions& to) {
    settings::declare_gltf(options, to.gltf);
    settings::declare_gltf_effort(options, to.settings, to.gltf);
    settings::declare_gltf_objective(options, to.settings);
}

Status check(const Job& job) {
    return job.options->gltf.check(job.options->settings, job.of("style").size());
}

Result<Impasto::Gltf> load(const Job& job, const PathOf& path) {
    const std::string file = platform::path_to_utf8(path(job.of("model").front()));
    Impasto::Failure failure;
    Impasto::Gltf model = Impasto::load_gltf(file.c_str(), failure);
    if (!model) return error_of(failure);
    return model;
}

Result<std::vector<std::string>> beside(const Job& job, const PathOf& path) {
    const auto model = load(job, path);
    if (!model) return model.error();
    const fs::path folder = platform::path_from_utf8(job.of("model").front()).parent_path();
    std::vector<std::string> files;
    for (std::uint32_t i = 0; const char* file = impasto_gltf_file(model->get(), i); ++i) {
        const std::u8string name = (folder / platform::path_from_utf8(file)).generic_u8string();
        files.emplace_back(name.begin(), name.end());
    }
    return files;
}

// What is told and kept while a model's textures are painted one after the other.
struct Watch {
    const Tools& tools;
    Made& made;
    std::uint32_t before = 0;    // iterations of the textures that are done
    std::uint32_t textures = 0;  // whose setting up is counted

    int hear(const ImpastoGltfProgress& now) {
        // As of one session that paints them all.
        ImpastoProgress progress = now.session;
        progress.total_iterations += before;
        progress.all_iterations *= now.texture_count;
        progress.done = progress.done != 0 && now.texture + 1 == now.texture_count ? 1 : 0;
        made.iterations = progress.total_iterations;
        made.losses = now.session.losses;
        const ImpastoScale& last = now.scales[now.scale_count - 1];
        made.width = std::max(made.width, static_cast<int>(last.width));
        made.height = std::max(made.height, static_cast<int>(last.height));
        if (now.texture >= textures) {
            textures = now.texture + 1;
            made.setup_seconds += now.setup_seconds;
            made.setup_host_seconds += now.setup_host_seconds;
        }
        if (now.session.done != 0) before += now.session.total_iterations;
        return tools.progress(progress) ? 1 : 0;
    }
};

Result<Made> run(const Job& job, const Tools& tools, const fs::path& output) {
    const std::string path = platform::path_to_utf8(output);
    IMPASTO_TRY(status_of([&](char* message, std::size_t size) {
        return impasto_gltf_check_writable(path.c_str(), message, size);
    }));
    const auto model = load(job, tools.path);
    if (!model) return model.error();
    const auto materials = job.options->gltf.numbers(model->get());
    if (!materials) return materials.error();
    const auto styles = open_pictures(job.of("style"), tools);
    if (!styles) return styles.error();
    const settings::SessionView view(job.options->settings);
    ImpastoSessionOptions session = view.options(nullptr);
    ImpastoGltfOptions options = job.options->gltf.options(session, *materials);
    Made made;
    Watch watch{tools, made};
    options.callback = [](void* user, const ImpastoGltfProgress* progress) {
        return static_cast<Watch*>(user)->hear(*progress);
    };
    options.callback_user = &watch;
    Impasto::Failure failure;
    Impasto::restyle_gltf(tools.context, tools.weights, model->get(), pointers(*styles), options,
                          failure);
    auto texture = Impasto::make<ImpastoGltfTexture>();
    for (std::uint32_t i = 0; impasto_gltf_texture(model->get(), i, &texture) == IMPASTO_SUCCESS;
         ++i) {
        // Occlusion is the shape's, which stays: of every model.
        if (*texture.left == '\0' || texture.slot == std::string_view("occlusion")) continue;
        made.warnings.push_back(std::string(texture.name) + ", " + texture.slot +
                                ", is left as it is: " + texture.left);
    }
    if (!Impasto::save_gltf(model->get(), path.c_str(), failure)) return error_of(failure);
    return made;
}

}  // namespace

constinit const Kind kGltf{.name = "gltf",
                           .files = kFiles,
                           .output = Holds::kFile,
                           .extensions = kExtensions,
                           .declare = declare,
                           .check = check,
                           .beside = beside,
                           .run = run};

}  // namespace impasto::batch
