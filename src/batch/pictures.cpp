#include "batch/pictures.h"

#include <algorithm>
#include <chrono>

#include "batch/handles.h"
#include "platform/paths.h"
#include "platform/thread_time.h"

namespace impasto::batch {
namespace {

using Clock = std::chrono::steady_clock;

// Smaller than this nothing is left of a picture after VGG19's four pools.
constexpr int kSmallestPicture = 16;

int tell(void* user, const ImpastoProgress* progress) {
    return static_cast<const Tools*>(user)->progress(*progress) ? 1 : 0;
}

}  // namespace

Result<Impasto::Image> open_mask(const std::string& name, const Tools& tools) {
    if (name.empty()) return Impasto::Image();
    const std::string path = platform::path_to_utf8(tools.path(name));
    Impasto::Failure failure;
    Impasto::Image image = Impasto::load_image(path.c_str(), failure);
    if (!image) return error_of(failure);
    return image;
}

Result<Impasto::Image> open_picture(const std::string& name, const Tools& tools) {
    auto image = open_mask(name, tools);
    if (!image) return image;
    const int width = impasto_image_width(image->get());
    const int height = impasto_image_height(image->get());
    if (std::min(width, height) >= kSmallestPicture) return image;
    return Error{ErrorCode::kInput, "cannot use '" + platform::path_to_utf8(tools.path(name)) +
                                        "': a picture of " + std::to_string(width) + "x" +
                                        std::to_string(height) +
                                        " is too small; take one of at least " +
                                        std::to_string(kSmallestPicture) + " pixels a side"};
}

Result<std::vector<Impasto::Image>> open_pictures(const std::vector<std::string>& names,
                                                  const Tools& tools) {
    std::vector<Impasto::Image> images;
    for (const std::string& name : names) {
        auto image = open_picture(name, tools);
        if (!image) return image.error();
        images.push_back(*std::move(image));
    }
    return images;
}

std::vector<const ImpastoImage*> pointers(const std::vector<Impasto::Image>& images) {
    std::vector<const ImpastoImage*> all;
    for (const Impasto::Image& image : images) all.push_back(image.get());
    return all;
}

Result<Impasto::Image> run_session(const Tools& tools, Made& made,
                                   const std::function<Result<Impasto::Session>()>& create) {
    const auto start = Clock::now();
    const double host_start = platform::thread_seconds();
    const auto session = create();
    if (!session) return session.error();
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
    Impasto::Image image(result);
    auto progress = Impasto::make<ImpastoProgress>();
    IMPASTO_TRY(checked(impasto_session_progress(s, &progress)));
    made.iterations = progress.total_iterations;
    made.width = impasto_image_width(result);
    made.height = impasto_image_height(result);
    return image;
}

std::string software() {
    return "Impasto " + std::to_string(IMPASTO_VERSION_MAJOR) + "." +
           std::to_string(IMPASTO_VERSION_MINOR) + "." + std::to_string(IMPASTO_VERSION_PATCH);
}

}  // namespace impasto::batch
