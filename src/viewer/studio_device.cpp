// The studio on its device: what is made there, what is lost with it, and measuring it once.
#include <algorithm>

#include "settings/session_view.h"
#include "viewer/files.h"
#include "viewer/studio.h"

namespace impasto::viewer {
namespace {

// Lets the library time its kernels on the device, as stylize does, on a context of its own: the
// timings are kept in the user's cache folder, where sessions on the window's device, which may not
// be timed, find them.
void time_kernels(const std::string& device, const settings::Computing& computing,
                  const ImpastoWeights& weights) {
    auto options = Impasto::make<ImpastoContextOptions>();
    options.device = device.c_str();
    options.precision = computing.precision.c_str();
    options.tier = computing.tier.c_str();
    options.retune = computing.retune ? 1 : 0;
    Impasto::Failure failure;
    const Impasto::Context context = Impasto::create_context(&options, failure);
    if (!context) {
        return;  // the window's own device says what is wrong
    }
    constexpr int kSide = 64;
    const std::vector<float> grey(3 * kSide * kSide, 0.5f);
    ImpastoImage* image = nullptr;
    if (impasto_image_create(kSide, kSide, grey.data(), nullptr, &image, nullptr, 0) !=
        IMPASTO_SUCCESS) {
        return;
    }
    const Impasto::Image owned(image);
    ImpastoSessionOptions session = Impasto::session_options();
    session.size = kSide;
    session.first_size = kSide;
    static_cast<void>(
        Impasto::create_session(context.get(), &weights, image, {image}, session, failure));
}

// What this window can do about weights that are not here.
std::string hint_for(const std::string& weights) {
    return weights != "vgg19"     ? "; choose the file under Encoder"
           : Fetch::is_possible() ? " (or press 'Download VGG19' under Encoder)"
                                  : "";
}

}  // namespace

void Studio::attach(Graphics& graphics) {
    graphics_ = &graphics;
    device_lost_ = false;
    if (content_) {
        upload(*content_);
    }
    for (Picture& style : styles_) {
        upload(style);
    }
    for (Moment& moment : history_.moments()) {
        if (moment.thumbnail_pixels.rgba.empty()) {
            continue;
        }
        auto thumbnail = Texture::upload(graphics.texture_layout(), graphics.queue(),
                                         moment.thumbnail_pixels, traffic_);
        if (!thumbnail) {
            fail(thumbnail.error());
            break;
        }
        moment.thumbnail = *std::move(thumbnail);
    }
    if (const Moment* last = last_moment(); last != nullptr) {
        resume_at(*last);
    } else {
        wants_start_ = content_.has_value() && !styles_.empty();
    }
}

void Studio::detach(bool lost) {
    if (graphics_ == nullptr) {
        return;
    }
    if (lost) {
        graphics_->lose();
    } else {
        static_cast<void>(graphics_->queue().wait_all());
    }
    painting_.reset();
    plan_.reset();
    shown_.reset();
    replanning_ = false;
    restoring_.clear();
    moment_thumbnail_.reset();
    refused_.reset();
    wants_moment_ = false;
    if (!save_path_.empty()) {
        refuse_save({ErrorCode::kCancelled, "not saved: the device went away"});
    }
    history_.drop_thumbnails();
    if (content_) {
        content_->texture.reset();
    }
    for (Picture& style : styles_) {
        style.texture.reset();
    }
    graphics_ = nullptr;
}

void Studio::fail(const Error& error) {
    messages_.complain(error);
    if (error.code == ErrorCode::kDeviceLost) {
        device_lost_ = true;
    }
}

void Studio::load_weights() {
    if (weights_name_ == settings.weights) {
        return;
    }
    weights_name_ = settings.weights;
    weights_.reset();
    jobs_.start("reading the encoder", [this, name = weights_name_]() -> Jobs::Finish {
        Impasto::Failure failure;
        std::shared_ptr<const ImpastoWeights> weights =
            Impasto::load_weights(name.c_str(), failure);
        return [this, name, failure, weights = std::move(weights)] {
            if (name != weights_name_) {
                return;  // another one was chosen meanwhile
            }
            if (!weights) {
                // Back to what the picture is painted with.
                settings.weights = plan_ ? plan_->settings.weights : "builtin";
                weights_name_.clear();
                if (settings.weights == name) {
                    settings.weights = "builtin";
                }
                messages_.accept(
                    to_status(failure.result,
                              failure.message + hint_for(name) + "; it is painted with " +
                                  (settings.weights == "builtin" ? "the built-in one"
                                                                 : file_name(settings.weights))));
                return;
            }
            weights_ = weights;
        };
    });
}

void Studio::load_init() {
    const std::string file = settings.init_file();
    if (init_name_ == file) {
        return;
    }
    init_name_ = file;
    init_.reset();
    if (file.empty()) {
        return;
    }
    jobs_.start("reading the start", [this, file]() -> Jobs::Finish {
        Impasto::Failure failure;
        SharedImage image = Impasto::load_image(file.c_str(), failure);
        return [this, file, failure, image = std::move(image)] {
            if (!image) {
                messages_.accept(to_status(failure.result, failure.message));
                settings.init = "content";
            } else if (file == init_name_) {
                init_ = image;
            }
        };
    });
}

void Studio::measure_device() {
    const std::string what = std::string(graphics_->info().name) + ", " + weights_name_;
    if (measuring_ || measured_ == what) {
        return;
    }
    measuring_ = true;
    slow_jobs_.start("measuring the device, once",
                     [this, what, weights = weights_, computing = computing,
                      device = std::string(graphics_->info().name)] {
                         time_kernels(device, computing, *weights);
                         return [this, what] {
                             measured_ = what;
                             measuring_ = false;
                             this->computing.retune = false;  // once is what was asked for
                         };
                     });
}

bool Studio::is_prepared() const {
    return graphics_ != nullptr && weights_ && (init_name_.empty() || init_) &&
           measured_ == std::string(graphics_->info().name) + ", " + weights_name_;
}

}  // namespace impasto::viewer
