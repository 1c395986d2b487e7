// impasto_gltf.h: models.
#include <algorithm>
#include <chrono>
#include <utility>

#include "api/handles.h"
#include "impasto/impasto_gltf.h"
#include "platform/paths.h"
#include "platform/thread_time.h"
#include "texture/gltf/document.h"
#include "texture/gltf/restyle.h"

using namespace impasto;
using api::guarded;

struct ImpastoGltf {
    gltf::Document document;
    gltf::Model model;
    std::vector<std::string> files;  // beside it, with '/'
    std::vector<gltf::ImageReport> reports = {};
};

namespace {

// In the place of a session's size: each texture keeps its own.
constexpr std::uint32_t kOwnSize = 0;

// The longest side that `content` is painted at: what was asked for, or its own, but one at which
// the shorter is large enough for a session.
std::uint32_t size_of(const Image& content, std::uint32_t asked) {
    constexpr int kSmallest = 16;
    constexpr int kLargest = 16384;  // that a session takes
    const int longer = std::max(content.width, content.height);
    const int shorter = std::min(content.width, content.height);
    const int least = (longer * kSmallest + shorter - 1) / shorter;
    const auto own = static_cast<std::uint32_t>(std::min(longer, kLargest));
    return std::max(asked == kOwnSize ? own : asked, static_cast<std::uint32_t>(least));
}

// One texture's session, run to its end.
class Painter {
  public:
    Painter(ImpastoContext& context, std::shared_ptr<const EncoderWeights> weights,
            std::vector<Image> styles, style::SessionOptions options,
            const ImpastoGltfOptions& asked)
        : context_(context),
          weights_(std::move(weights)),
          styles_(std::move(styles)),
          options_(std::move(options)),
          asked_(asked) {
        // Textures of one size have the same targets.
        options_.targets =
            context.targets != nullptr ? context.targets : std::make_shared<style::TargetShelf>();
        options_.network = context.networks->place(weights_, options_.objective.depth(),
                                                   options_.objective.precision());
    }

    Result<Image> paint(const gltf::PaintJob& job) {
        style::SessionOptions options = options_;
        options.size = size_of(job.content, options.size);
        options.objective.wrap = {job.tile[0], job.tile[1]};
        options.objective.masks = masks_of(job.mask);
        const auto start = Clock::now();
        const double host_start = platform::thread_seconds();
        auto made = style::Session::create(*context_.device, *weights_, job.content, styles_,
                                           std::move(options), api::session_log(context_));
        if (!made) {
            return made.error();
        }
        context_.networks->used(*options_.network);
        hold_network();
        setup_seconds_ = std::chrono::duration<double>(Clock::now() - start).count();
        setup_host_seconds_ = platform::thread_seconds() - host_start;
        style::Session& session = **made;
        while (!session.progress().done) {
            IMPASTO_TRY(session.advance(1));
            if (!tell(job, session)) {
                return Error{ErrorCode::kCancelled, "the work was cancelled"};
            }
        }
        return session.image();
    }

  private:
    using Clock = std::chrono::steady_clock;

    // From one texture's session to the next one's.
    void hold_network() {
        const std::lock_guard lock(options_.network->mutex);
        network_ = options_.network->network.lock();
    }

    // The caller's, with what of this texture counts.
    std::shared_ptr<const style::Masks> masks_of(const Image& picture) const {
        style::Masks masks;
        if (options_.objective.masks != nullptr) {
            masks = *options_.objective.masks;
        }
        masks.picture = {};
        if (picture.width > 0) {
            masks.picture.width = picture.width;
            masks.picture.height = picture.height;
            const auto pixels = static_cast<std::ptrdiff_t>(picture.pixels());
            masks.picture.weights.assign(picture.rgb.begin(), picture.rgb.begin() + pixels);
        } else if (options_.objective.masks == nullptr) {
            return nullptr;
        }
        return std::make_shared<const style::Masks>(std::move(masks));
    }

    // False: the caller wants no more.
    bool tell(const gltf::PaintJob& job, const style::Session& session) const {
        if (asked_.callback == nullptr) {
            return true;
        }
        std::vector<ImpastoScale> scales;
        ImpastoGltfProgress progress{};
        for (const style::Scale& scale : session.scales()) {
            scales.push_back({scale.width, scale.height, scale.iterations});
            progress.session.all_iterations += scale.iterations;
        }
        progress.struct_size = sizeof progress;
        progress.texture = static_cast<std::uint32_t>(job.index);
        progress.texture_count = static_cast<std::uint32_t>(job.count);
        progress.name = job.name.c_str();
        progress.scales = scales.data();
        progress.scale_count = static_cast<std::uint32_t>(scales.size());
        progress.setup_seconds = setup_seconds_;
        progress.setup_host_seconds = setup_host_seconds_;
        const style::Progress& now = session.progress();
        progress.session.struct_size = sizeof progress.session;
        progress.session.scale = now.scale;
        progress.session.iteration = now.iteration;
        progress.session.total_iterations = now.total_iterations;
        progress.session.restarts = now.restarts;
        progress.session.done = now.done ? 1 : 0;
        if (!session.losses().empty()) {
            progress.session.losses = api::losses_of(session.losses().back());
        }
        return asked_.callback(asked_.callback_user, &progress) != 0;
    }

    ImpastoContext& context_;
    std::shared_ptr<const EncoderWeights> weights_;
    std::vector<Image> styles_;
    style::SessionOptions options_;
    const ImpastoGltfOptions& asked_;
    std::shared_ptr<const encoder::Network> network_;
    double setup_seconds_ = 0.0;  // of the texture at hand
    double setup_host_seconds_ = 0.0;
};

Result<style::SessionOptions> session_options(const ImpastoGltfOptions& asked,
                                              std::uint32_t style_count) {
    ImpastoSessionOptions defaults{};
    defaults.struct_size = sizeof defaults;
    defaults.objective.struct_size = sizeof defaults.objective;
    impasto_session_options_default(&defaults);
    ImpastoSessionOptions given = defaults;
    if (asked.session != nullptr && !api::read_struct(asked.session, given)) {
        return api::bad_argument("ImpastoSessionOptions: struct_size is not set");
    }
    const bool own = asked.session == nullptr || given.size == 0;
    given.struct_size = sizeof given;
    given.size = own ? defaults.size : given.size;
    auto options = api::session_options(&given, style_count, true);
    if (options && own) {
        options->size = kOwnSize;
    }
    if (options && options->init == style::Init::kImage) {
        return api::bad_argument(
            "a model's textures start from themselves or from noise, not from "
            "a picture");
    }
    return options;
}

ImpastoGltfStep step_of(const gltf::StepSummary& from) { return {from.mean, from.percentile95}; }

}  // namespace

ImpastoResult impasto_gltf_load(const char* path, ImpastoGltf** gltf, char* message,
                                size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (path == nullptr || gltf == nullptr) {
            return api::bad_argument("impasto_gltf_load: path and gltf must be given");
        }
        *gltf = nullptr;
        auto document = gltf::Document::load(platform::path_from_utf8(path));
        if (!document) {
            return document.error();
        }
        auto model = document->model();
        if (!model) {
            return model.error();
        }
        std::vector<std::string> files;
        for (const std::filesystem::path& file : document->files()) {
            const std::u8string name = file.generic_u8string();
            files.emplace_back(name.begin(), name.end());
        }
        *gltf = new ImpastoGltf{*std::move(document), *std::move(model), std::move(files)};
        return {};
    });
}

void impasto_gltf_destroy(ImpastoGltf* gltf) { delete gltf; }

uint32_t impasto_gltf_material_count(const ImpastoGltf* gltf) {
    return gltf == nullptr ? 0 : static_cast<uint32_t>(gltf->model.materials.size());
}

ImpastoResult impasto_gltf_material(const ImpastoGltf* gltf, uint32_t index,
                                    ImpastoGltfMaterial* material) {
    if (gltf == nullptr || index >= gltf->model.materials.size()) {
        return IMPASTO_ERROR_INVALID_ARGUMENT;
    }
    const gltf::Material& from = gltf->model.materials[index];
    ImpastoGltfMaterial to{};
    to.name = from.name.c_str();
    for (const gltf::TextureUse& use : from.uses) {
        to.base_color |= use.slot == gltf::Slot::kBaseColor ? 1 : 0;
        to.emissive |= use.slot == gltf::Slot::kEmissive ? 1 : 0;
    }
    for (const gltf::Primitive& primitive : gltf->model.primitives) {
        to.triangles += primitive.material == index ? primitive.indices.size() / 3 : 0;
    }
    return api::write_struct(to, material) ? IMPASTO_SUCCESS : IMPASTO_ERROR_INVALID_ARGUMENT;
}

uint32_t impasto_gltf_file_count(const ImpastoGltf* gltf) {
    return gltf == nullptr ? 0 : static_cast<uint32_t>(gltf->files.size());
}

const char* impasto_gltf_file(const ImpastoGltf* gltf, uint32_t index) {
    return gltf == nullptr || index >= gltf->files.size() ? nullptr : gltf->files[index].c_str();
}

void impasto_gltf_options_default(ImpastoGltfOptions* options) {
    ImpastoGltfOptions defaults{};
    defaults.detail = gltf::RestyleOptions{}.detail;
    api::write_struct(defaults, options);
}

ImpastoResult impasto_gltf_restyle(ImpastoContext* context, const ImpastoWeights* weights,
                                   ImpastoGltf* gltf, const ImpastoImage* const* styles,
                                   uint32_t style_count, const ImpastoGltfOptions* options,
                                   char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        ImpastoGltfOptions asked{};
        asked.struct_size = sizeof asked;
        impasto_gltf_options_default(&asked);
        if (context == nullptr || gltf == nullptr) {
            return api::bad_argument("impasto_gltf_restyle: context and gltf must be given");
        }
        if (options != nullptr && !api::read_struct(options, asked)) {
            return api::bad_argument("ImpastoGltfOptions: struct_size is not set");
        }
        if (asked.reserved != 0) {
            return api::bad_argument("ImpastoGltfOptions: what is reserved must be 0");
        }
        if (!(asked.detail >= 0.0f && asked.detail <= 1.0f)) {
            return api::bad_argument("ImpastoGltfOptions: detail must lie between 0 and 1");
        }
        const auto encoder = api::weights_of(weights);
        if (!encoder) {
            return encoder.error();
        }
        auto images = api::style_images(styles, style_count);
        if (!images) {
            return images.error();
        }
        auto session = session_options(asked, style_count);
        if (!session) {
            return session.error();
        }
        session->objective.tuner = context->tuner.get();
        gltf::RestyleOptions restyling;
        if (asked.materials != nullptr) {
            restyling.materials.assign(asked.materials, asked.materials + asked.material_count);
        }
        restyling.emissive = asked.keep_emissive == 0;
        restyling.level = asked.keep_seams == 0;
        restyling.detail = asked.detail;
        Painter painter(*context, *encoder, *std::move(images), *std::move(session), asked);
        auto reports = gltf::restyle(gltf->document, gltf->model, restyling,
                                     [&](const gltf::PaintJob& job) { return painter.paint(job); });
        if (!reports) {
            return reports.error();
        }
        gltf->reports = *std::move(reports);
        return {};
    });
}

uint32_t impasto_gltf_texture_count(const ImpastoGltf* gltf) {
    return gltf == nullptr ? 0 : static_cast<uint32_t>(gltf->reports.size());
}

ImpastoResult impasto_gltf_texture(const ImpastoGltf* gltf, uint32_t index,
                                   ImpastoGltfTexture* texture) {
    if (gltf == nullptr || index >= gltf->reports.size()) {
        return IMPASTO_ERROR_INVALID_ARGUMENT;
    }
    const gltf::ImageReport& from = gltf->reports[index];
    ImpastoGltfTexture to{};
    to.image = static_cast<uint32_t>(from.image);
    to.name = from.name.c_str();
    to.slot = gltf::slot_name(from.slot);
    to.left = from.left.c_str();
    to.width = static_cast<uint32_t>(from.width);
    to.height = static_cast<uint32_t>(from.height);
    to.covered = from.covered;
    to.islands = from.islands;
    to.tile_x = from.tile[0] ? 1 : 0;
    to.tile_y = from.tile[1] ? 1 : 0;
    to.seam_samples = from.seam_samples;
    to.seam_continuous = from.continuous;
    to.seam_original = step_of(from.original);
    to.seam_before = step_of(from.before);
    to.seam_after = step_of(from.after);
    to.follows = from.follows.c_str();
    to.original_width = static_cast<std::uint32_t>(from.original_width);
    to.original_height = static_cast<std::uint32_t>(from.original_height);
    return api::write_struct(to, texture) ? IMPASTO_SUCCESS : IMPASTO_ERROR_INVALID_ARGUMENT;
}

ImpastoResult impasto_gltf_save(const ImpastoGltf* gltf, const char* path, char* message,
                                size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (gltf == nullptr || path == nullptr) {
            return api::bad_argument("impasto_gltf_save: gltf and path must be given");
        }
        return gltf->document.save(platform::path_from_utf8(path));
    });
}

ImpastoResult impasto_gltf_check_writable(const char* path, char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (path == nullptr) {
            return api::bad_argument("impasto_gltf_check_writable: path is null");
        }
        return gltf::Document::check_writable(platform::path_from_utf8(path));
    });
}
