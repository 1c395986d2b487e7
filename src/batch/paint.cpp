// Jobs of the kinds "stylize" and "texture": what impasto stylize and impasto texture do.
#include <array>

#include "batch/handles.h"
#include "batch/jobs.h"
#include "batch/kinds.h"
#include "batch/pictures.h"
#include "platform/paths.h"
#include "settings/preset.h"
#include "settings/session_view.h"
#include "settings/settings_options.h"

namespace impasto::batch {
namespace {

using settings::Subject;

constexpr FileKey kMask{"mask", Use::kMask, false};
constexpr FileKey kStyleMasks{"style-mask", Use::kMasks, false};
constexpr FileKey kBlendMask{"blend-mask", Use::kMask, false};
constexpr std::array<std::string_view, 3> kExtensions{".png", ".jpg", ".jpeg"};
constexpr std::array kStylizeFiles{FileKey{"content", Use::kEach}, FileKey{"style", Use::kTogether},
                                   kMask, kStyleMasks, kBlendMask};
constexpr std::array kTextureFiles{FileKey{"exemplar", Use::kTogether}, kMask, kStyleMasks,
                                   kBlendMask};

template <Subject subject>
void declare(settings::Options& options, JobOptions& to) {
    to.settings = settings::settings_for(subject);
    settings::declare_settings(options, to.settings, subject);
}

template <Subject subject>
const char* style_key() {
    return subject == Subject::kContent ? "style" : "exemplar";
}

template <Subject subject>
Status check(const Job& job) {
    for (const FileKey& key : {kMask, kBlendMask}) {
        if (job.of(key.name).size() > 1) {
            return Error{ErrorCode::kInvalidArgument,
                         "'" + std::string(key.name) + "' must be one file"};
        }
    }
    return settings::check_subject(
        subject, job.options->settings, job.of(style_key<subject>()).size(),
        job.of(kStyleMasks.name).size(), !job.of(kBlendMask.name).empty());
}

// Null: there is none.
struct Pictures {
    Impasto::Image content;
    Impasto::Image init;
    std::vector<Impasto::Image> styles;
    Impasto::Image mask;
    std::vector<Impasto::Image> style_masks;
    Impasto::Image blend_mask;
};

Result<Pictures> open_all(const Job& job, const char* style_key, const Tools& tools) {
    Pictures pictures;
    const auto take = [](auto opened, auto& to) -> Status {
        if (!opened) return opened.error();
        to = *std::move(opened);
        return {};
    };
    for (const std::string& name : job.of("content")) {
        IMPASTO_TRY(take(open_picture(name, tools), pictures.content));
    }
    IMPASTO_TRY(take(open_pictures(job.of(style_key), tools), pictures.styles));
    for (const std::string& name : job.of(kMask.name)) {
        IMPASTO_TRY(take(open_mask(name, tools), pictures.mask));
    }
    for (const std::string& name : job.of(kStyleMasks.name)) {
        IMPASTO_TRY(take(open_mask(name, tools), pictures.style_masks.emplace_back()));
    }
    for (const std::string& name : job.of(kBlendMask.name)) {
        IMPASTO_TRY(take(open_mask(name, tools), pictures.blend_mask));
    }
    const std::string init = job.options->settings.init_file();
    if (!init.empty()) IMPASTO_TRY(take(open_picture(init, tools), pictures.init));
    return pictures;
}

Result<Impasto::Session> make_session(const Job& job, const Tools& tools,
                                      const Pictures& pictures) {
    const settings::SessionView view(
        settings::completed(job.options->settings, pictures.styles.size()));
    ImpastoSessionOptions options = view.options(pictures.init.get());
    const std::vector<const ImpastoImage*> style_masks = pointers(pictures.style_masks);
    options.mask = pictures.mask.get();
    options.style_masks = style_masks.data();
    options.style_mask_count = static_cast<std::uint32_t>(style_masks.size());
    options.blend_mask = pictures.blend_mask.get();
    Impasto::Failure failure;
    Impasto::Session session =
        Impasto::create_session(tools.context, tools.weights, pictures.content.get(),
                                pointers(pictures.styles), options, failure);
    if (!session) return error_of(failure);
    return session;
}

Status save(const ImpastoImage* image, const Job& job, const std::string& path) {
    const std::string by = software();
    const std::array<ImpastoText, 2> texts{
        {{"Software", by.c_str()}, {settings::kPresetKey, job.preset.c_str()}}};
    return status_of([&](char* message, std::size_t size) {
        return impasto_image_save(image, path.c_str(), texts.data(), texts.size(), message, size);
    });
}

template <Subject subject>
Result<Made> run(const Job& job, const Tools& tools, const std::filesystem::path& output) {
    const std::string path = platform::path_to_utf8(output);
    IMPASTO_TRY(status_of([&](char* message, std::size_t size) {
        return impasto_check_writable(path.c_str(), message, size);
    }));
    const auto pictures = open_all(job, style_key<subject>(), tools);
    if (!pictures) return pictures.error();
    Made made;
    const auto image =
        run_session(tools, made, [&] { return make_session(job, tools, *pictures); });
    if (!image) return image.error();
    IMPASTO_TRY(save(image->get(), job, path));
    return made;
}

}  // namespace

constinit const Kind kStylize{.name = "stylize",
                              .files = kStylizeFiles,
                              .output = Holds::kFile,
                              .extensions = kExtensions,
                              .declare = declare<Subject::kContent>,
                              .check = check<Subject::kContent>,
                              .beside = nullptr,
                              .run = run<Subject::kContent>};

constinit const Kind kTexture{.name = "texture",
                              .files = kTextureFiles,
                              .output = Holds::kFile,
                              .extensions = kExtensions,
                              .declare = declare<Subject::kTexture>,
                              .check = check<Subject::kTexture>,
                              .beside = nullptr,
                              .run = run<Subject::kTexture>};

}  // namespace impasto::batch
