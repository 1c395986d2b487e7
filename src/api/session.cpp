// Objectives and sessions.
#include <cmath>

#include "api/handles.h"
#include "nn/lbfgs.h"

using namespace impasto;
using api::guarded;

namespace {

// The C structs point at arrays; these are the defaults', named once for the library's life.
struct Defaults {
    style::SessionOptions options;
    std::vector<std::string> names;
    std::vector<ImpastoLayerWeight> content;
    std::vector<ImpastoLayerWeight> style;

    Defaults() {
        const auto& objective = options.objective;
        names.reserve(objective.content_layers.size() + objective.style_layers.size());
        const auto fill = [&](const std::vector<style::LayerWeight>& from,
                              std::vector<ImpastoLayerWeight>& to) {
            for (const style::LayerWeight& term : from) {
                to.push_back(
                    {names.emplace_back(encoder::relu_name(term.layer)).c_str(), term.weight});
            }
        };
        fill(objective.content_layers, content);
        fill(objective.style_layers, style);
    }
};

const Defaults& defaults() {
    static const Defaults instance;
    return instance;
}

Result<style::SessionOptions> session_options(const ImpastoSessionOptions* given,
                                              std::size_t style_count) {
    ImpastoSessionOptions from;
    if (!api::read_struct(given, from)) {
        return api::bad_argument("ImpastoSessionOptions: struct_size is not set");
    }
    style::SessionOptions to;
    auto objective = api::objective_options(from.objective, style_count);
    if (!objective) {
        return objective.error();
    }
    to.objective = *std::move(objective);
    if (from.size < 16 || from.size > 16384) {
        return api::bad_argument("the size must lie between 16 and 16384 pixels");
    }
    if (from.first_size < 16) {
        return api::bad_argument("the first scale's size must be at least 16 pixels");
    }
    to.size = from.size;
    to.first_size = from.first_size;
    if (from.iterations != nullptr && from.iterations_count > 0) {
        to.iterations.assign(from.iterations, from.iterations + from.iterations_count);
    }
    for (const std::uint32_t iterations : to.iterations) {
        if (iterations < 1 || iterations > 1000000) {
            return api::bad_argument("iterations must lie between 1 and 1000000");
        }
    }
    switch (from.init) {
        case IMPASTO_INIT_CONTENT:
            to.init = style::Init::kContent;
            break;
        case IMPASTO_INIT_NOISE:
            to.init = style::Init::kNoise;
            break;
        case IMPASTO_INIT_IMAGE:
            to.init = style::Init::kImage;
            if (from.init_image == nullptr) {
                return api::bad_argument("the start image is missing");
            }
            to.init_image = from.init_image->image;
            break;
        default:
            return api::bad_argument("init has no such value");
    }
    if (from.optimizer != IMPASTO_LBFGS && from.optimizer != IMPASTO_ADAM) {
        return api::bad_argument("optimizer has no such value");
    }
    to.optimizer =
        from.optimizer == IMPASTO_ADAM ? style::Optimizer::kAdam : style::Optimizer::kLbfgs;
    if (from.lbfgs_history < 1 || from.lbfgs_history > nn::kLbfgsMaxHistory) {
        return api::bad_argument("the L-BFGS history must lie between 1 and " +
                                 std::to_string(nn::kLbfgsMaxHistory));
    }
    to.lbfgs_history = from.lbfgs_history;
    if (!std::isfinite(from.adam_learning_rate) || from.adam_learning_rate <= 0) {
        return api::bad_argument("Adam's learning rate must be above 0");
    }
    to.adam.learning_rate = from.adam_learning_rate;
    if (!std::isfinite(from.style_scale) || from.style_scale <= 0 || from.style_scale > 64) {
        return api::bad_argument("the style scale must lie above 0 and not above 64");
    }
    to.style_scale = from.style_scale;
    to.colors =
        from.colors == IMPASTO_COLORS_CONTENT ? style::Colors::kContent : style::Colors::kStyle;
    to.seed = from.seed;
    to.profile = from.profile != 0;
    return to;
}

ImpastoLosses losses_of(const style::Losses& from) {
    return {from.total, from.content, from.style, from.tv};
}

}  // namespace

void impasto_objective_default(ImpastoObjective* objective) {
    if (objective == nullptr) {
        return;
    }
    const Defaults& d = defaults();
    const style::ObjectiveOptions& from = d.options.objective;
    ImpastoObjective to{};
    to.content_weight = from.content_weight;
    to.style_weight = from.style_weight;
    to.tv_weight = from.tv_weight;
    to.content_layers = d.content.data();
    to.content_layer_count = static_cast<uint32_t>(d.content.size());
    to.style_layers = d.style.data();
    to.style_layer_count = static_cast<uint32_t>(d.style.size());
    to.pooling =
        from.pooling == nn::Pooling::kAverage ? IMPASTO_POOLING_AVERAGE : IMPASTO_POOLING_MAX;
    to.padding = from.first_padding.x == nn::Border::kReplicate ? IMPASTO_PADDING_REPLICATE
                                                                : IMPASTO_PADDING_ZERO;
    api::write_struct(to, objective);
}

void impasto_session_options_default(ImpastoSessionOptions* options) {
    if (options == nullptr) {
        return;
    }
    const style::SessionOptions& from = defaults().options;
    ImpastoSessionOptions to{};
    to.objective.struct_size = sizeof to.objective;
    impasto_objective_default(&to.objective);
    to.size = from.size;
    to.first_size = from.first_size;
    to.iterations = from.iterations.data();
    to.iterations_count = static_cast<uint32_t>(from.iterations.size());
    to.init = IMPASTO_INIT_CONTENT;
    to.optimizer = from.optimizer == style::Optimizer::kAdam ? IMPASTO_ADAM : IMPASTO_LBFGS;
    to.lbfgs_history = from.lbfgs_history;
    to.adam_learning_rate = from.adam.learning_rate;
    to.style_scale = from.style_scale;
    to.colors = IMPASTO_COLORS_STYLE;
    to.seed = from.seed;
    api::write_struct(to, options);
}

ImpastoResult impasto_session_create(ImpastoContext* context, const ImpastoWeights* weights,
                                     const ImpastoImage* content, const ImpastoImage* const* styles,
                                     uint32_t style_count, const ImpastoSessionOptions* options,
                                     ImpastoSession** session, char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (context == nullptr || weights == nullptr || content == nullptr || session == nullptr) {
            return api::bad_argument(
                "impasto_session_create: context, weights, content and session must be given");
        }
        *session = nullptr;
        auto images = api::style_images(styles, style_count);
        if (!images) {
            return images.error();
        }
        auto asked = session_options(options, style_count);
        if (!asked) {
            return asked.error();
        }
        asked->objective.tuner = context->tuner.get();
        style::Session::Log log;
        if (context->log != nullptr) {
            log = [call = context->log, user = context->log_user](const std::string& line) {
                call(user, line.c_str());
            };
        }
        auto made = style::Session::create(*context->device, weights->weights, content->image,
                                           *std::move(images), *std::move(asked), std::move(log));
        if (!made) {
            return made.error();
        }
        *session = new ImpastoSession{*std::move(made), ""};
        return {};
    });
}

void impasto_session_destroy(ImpastoSession* session) { delete session; }

ImpastoResult impasto_session_advance(ImpastoSession* session, uint32_t iterations,
                                      ImpastoProgress* progress) {
    if (session == nullptr) {
        return IMPASTO_ERROR_INVALID_ARGUMENT;
    }
    return guarded(session->message, [&]() -> Status {
        IMPASTO_TRY(session->session->advance(iterations));
        if (progress == nullptr) {
            return {};
        }
        const style::Progress& now = session->session->progress();
        const auto& losses = session->session->losses();
        ImpastoProgress to{};
        to.scale = now.scale;
        to.iteration = now.iteration;
        to.total_iterations = now.total_iterations;
        to.losses = losses.empty() ? ImpastoLosses{} : losses_of(losses.back());
        to.restarts = now.restarts;
        to.done = now.done ? 1 : 0;
        if (!api::write_struct(to, progress)) {
            return api::bad_argument("ImpastoProgress: struct_size is not set");
        }
        return {};
    });
}

ImpastoResult impasto_session_scales(ImpastoSession* session, ImpastoScale* scales,
                                     uint32_t* count) {
    if (session == nullptr || count == nullptr) {
        return IMPASTO_ERROR_INVALID_ARGUMENT;
    }
    const auto& all = session->session->scales();
    const auto found = static_cast<uint32_t>(all.size());
    for (uint32_t i = 0; scales != nullptr && i < std::min(*count, found); ++i) {
        scales[i] = {all[i].width, all[i].height, all[i].iterations};
    }
    *count = found;
    return IMPASTO_SUCCESS;
}

uint64_t impasto_session_bytes_planned(const ImpastoSession* session) {
    return session == nullptr ? 0 : session->session->bytes_planned();
}

uint32_t impasto_session_losses(ImpastoSession* session, uint32_t first, uint32_t count,
                                ImpastoLosses* losses) {
    if (session == nullptr || losses == nullptr) {
        return 0;
    }
    const auto& all = session->session->losses();
    uint32_t copied = 0;
    for (std::size_t i = first; i < all.size() && copied < count; ++i, ++copied) {
        losses[copied] = losses_of(all[i]);
    }
    return copied;
}

ImpastoResult impasto_session_image(ImpastoSession* session, ImpastoImage** image) {
    if (session == nullptr || image == nullptr) {
        return IMPASTO_ERROR_INVALID_ARGUMENT;
    }
    *image = nullptr;
    return guarded(session->message, [&]() -> Status {
        auto picture = session->session->image();
        if (!picture) {
            return picture.error();
        }
        *image = new ImpastoImage{*std::move(picture)};
        return {};
    });
}

ImpastoResult impasto_session_image_losses(ImpastoSession* session, ImpastoLosses* losses) {
    if (session == nullptr || losses == nullptr) {
        return IMPASTO_ERROR_INVALID_ARGUMENT;
    }
    return guarded(session->message, [&]() -> Status {
        auto found = session->session->image_losses();
        if (!found) {
            return found.error();
        }
        *losses = losses_of(*found);
        return {};
    });
}

const char* impasto_session_message(ImpastoSession* session) {
    return session == nullptr ? "" : session->message.c_str();
}
