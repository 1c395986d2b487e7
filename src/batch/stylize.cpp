// Jobs of the kind "stylize": what impasto stylize does.
#include <algorithm>
#include <array>
#include <chrono>

#include "batch/handles.h"
#include "batch/jobs.h"
#include "batch/kinds.h"
#include "platform/paths.h"
#include "platform/thread_time.h"
#include "settings/preset.h"
#include "settings/session_view.h"
#include "settings/settings_options.h"

namespace impasto::batch {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::array kFiles{FileKey{"content", true}, FileKey{"style", false}};

// Smaller than this nothing is left of a picture after VGG19's four pools.
constexpr int kSmallestPicture = 16;

void declare(settings::Options& options, JobOptions& to) {
    settings::declare_settings(options, to.settings);
}

Status check(const Job& job) { return job.options->settings.check(job.of("style").size()); }

Result<Impasto::Image> open(const std::string& name, const Tools& tools) {
    const std::string path = platform::path_to_utf8(tools.path(name));
    Impasto::Failure failure;
    Impasto::Image image = Impasto::load_image(path.c_str(), failure);
    if (!image) return error_of(failure);
    const int width = impasto_image_width(image.get());
    const int height = impasto_image_height(image.get());
    if (std::min(width, height) >= kSmallestPicture) return image;
    return Error{ErrorCode::kInput, "cannot use '" + path + "': a picture of " +
                                        std::to_string(width) + "x" + std::to_string(height) +
                                        " is too small; take one of at least " +
                                        std::to_string(kSmallestPicture) + " pixels a side"};
}

struct Pictures {
    Impasto::Image content;
    Impasto::Image init;  // null: the job begins otherwise
    std::vector<Impasto::Image> styles;
};

Result<Pictures> open_all(const Job& job, const Tools& tools) {
    Pictures pictures;
    auto content = open(job.of("content").front(), tools);
    if (!content) return content.error();
    pictures.content = *std::move(content);
    for (const std::string& name : job.of("style")) {
        auto style = open(name, tools);
        if (!style) return style.error();
        pictures.styles.push_back(*std::move(style));
    }
    const std::string init = job.options->settings.init_file();
    if (init.empty()) return pictures;
    auto opened = open(init, tools);
    if (!opened) return opened.error();
    pictures.init = *std::move(opened);
    return pictures;
}

Result<Impasto::Session> make_session(const Job& job, const Tools& tools,
                                      const Pictures& pictures) {
    std::vector<const ImpastoImage*> styles;
    for (const Impasto::Image& style : pictures.styles) styles.push_back(style.get());
    const settings::SessionView view(job.options->settings);
    Impasto::Failure failure;
    Impasto::Session session =
        Impasto::create_session(tools.context, tools.weights, pictures.content.get(), styles,
                                view.options(pictures.init.get()), failure);
    if (!session) return error_of(failure);
    return session;
}

Status save(const ImpastoImage* image, const Job& job, const std::string& path) {
    const std::string software = "Impasto " + std::to_string(IMPASTO_VERSION_MAJOR) + "." +
                                 std::to_string(IMPASTO_VERSION_MINOR) + "." +
                                 std::to_string(IMPASTO_VERSION_PATCH);
    const std::array<ImpastoText, 2> texts{
        {{"Software", software.c_str()}, {settings::kPresetKey, job.preset.c_str()}}};
    return status_of([&](char* message, std::size_t size) {
        return impasto_image_save(image, path.c_str(), texts.data(), texts.size(), message, size);
    });
}

int tell(void* user, const ImpastoProgress* progress) {
    return static_cast<const Tools*>(user)->progress(*progress) ? 1 : 0;
}

Result<Made> run(const Job& job, const Tools& tools, const std::filesystem::path& output) {
    const std::string path = platform::path_to_utf8(output);
    IMPASTO_TRY(status_of([&](char* message, std::size_t size) {
        return impasto_check_writable(path.c_str(), message, size);
    }));
    const auto pictures = open_all(job, tools);
    if (!pictures) return pictures.error();
    const auto start = Clock::now();
    const double host_start = platform::thread_seconds();
    const auto session = make_session(job, tools, *pictures);
    if (!session) return session.error();
    Made made;
    made.setup_seconds = std::chrono::duration<double>(Clock::now() - start).count();
    made.setup_host_seconds = platform::thread_seconds() - host_start;
    ImpastoSession* const s = session->get();
    const auto checked = [s](int result) -> Status {
        if (result == IMPASTO_SUCCESS) return {};
        return error_of(result, impasto_session_message(s));
    };
    IMPASTO_TRY(checked(impasto_session_run(s, tell, const_cast<Tools*>(&tools))));
    IMPASTO_TRY(checked(impasto_session_image_losses(s, &made.losses)));
    ImpastoImage* result = nullptr;
    IMPASTO_TRY(checked(impasto_session_image(s, &result)));
    const Impasto::Image image(result);
    auto progress = Impasto::make<ImpastoProgress>();
    IMPASTO_TRY(checked(impasto_session_progress(s, &progress)));
    made.iterations = progress.total_iterations;
    made.width = impasto_image_width(result);
    made.height = impasto_image_height(result);
    IMPASTO_TRY(save(result, job, path));
    return made;
}

}  // namespace

constinit const Kind kStylize{"stylize", kFiles, declare, check, run};

}  // namespace impasto::batch
