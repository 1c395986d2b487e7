// Sessions: those that submit by themselves, and what they have in common with hosted ones.
#include <cstdlib>
#include <cstring>

#include "api/handles.h"

using namespace impasto;
using api::guarded;
using api::locked;

namespace {

Error hosted_error(const char* function) {
    return api::bad_argument(std::string(function) +
                             " submits by itself and is not for a hosted session");
}

Error cancelled_error() { return {ErrorCode::kCancelled, "the session was cancelled"}; }

style::Progress progress_of(const ImpastoSession& session) {
    return session.live ? session.live->progress() : session.session->progress();
}

ImpastoProgress c_progress(const ImpastoSession& session) {
    const style::Progress now = progress_of(session);
    ImpastoProgress to{};
    to.scale = now.scale;
    to.iteration = now.iteration;
    to.total_iterations = now.total_iterations;
    if (session.live) {
        to.losses = api::losses_of(session.live->last_losses().value_or(style::Losses()));
    } else if (!session.session->losses().empty()) {
        to.losses = api::losses_of(session.session->losses().back());
    }
    to.restarts = now.restarts;
    to.done = now.done ? 1 : 0;
    const std::vector<style::Scale> scales =
        session.live ? session.live->scales() : session.session->scales();
    for (const style::Scale& scale : scales) {
        to.all_iterations += scale.iterations;
    }
    return to;
}

Status write_progress(const ImpastoSession& session, ImpastoProgress* progress) {
    if (progress != nullptr && !api::write_struct(c_progress(session), progress)) {
        return api::bad_argument("ImpastoProgress: struct_size is not set");
    }
    return {};
}

ImpastoResult refused(ImpastoSession* session, const char* what) {
    return locked(session, [&]() -> Status { return api::bad_argument(what); });
}

// Bytes that impasto_free frees; null where there is no memory.
void* copied(std::span<const std::byte> bytes) {
    void* copy = std::malloc(std::max<std::size_t>(bytes.size(), 1));
    if (copy != nullptr) {
        std::memcpy(copy, bytes.data(), bytes.size());
    }
    return copy;
}

// NOT_READY where `answer` is not there yet, else what `take` makes of it.
template <typename Answer, typename Take>
ImpastoResult when_ready(ImpastoSession* session, Answer&& answer, Take&& take) {
    bool ready = true;
    const ImpastoResult result = guarded(session->message, [&]() -> Status {
        auto found = answer();
        if (!found) {
            return found.error();
        }
        ready = static_cast<bool>(*found);
        if (ready) {
            take(*found);
        }
        return {};
    });
    return result == IMPASTO_SUCCESS && !ready ? IMPASTO_NOT_READY : result;
}

}  // namespace

Status impasto::api::create_session(ImpastoContext* context, const ImpastoWeights* weights,
                                    const ImpastoImage* content, const ImpastoImage* const* styles,
                                    uint32_t style_count, const ImpastoSessionOptions* options,
                                    ImpastoSession** session) {
    if (context == nullptr || session == nullptr) {
        return api::bad_argument("impasto_session_create: context and session must be given");
    }
    *session = nullptr;
    const auto encoder = api::weights_of(weights);
    if (!encoder) {
        return encoder.error();
    }
    auto images = api::style_images(styles, style_count);
    if (!images) {
        return images.error();
    }
    auto asked = api::session_options(options, style_count, content != nullptr);
    if (!asked) {
        return asked.error();
    }
    asked->objective.tuner = context->tuner.get();
    const auto place =
        context->networks->place(*encoder, asked->objective.depth(), asked->objective.precision());
    asked->network = place;
    asked->targets = context->targets;
    auto picture = content != nullptr
                       ? Result<Image>(content->image)
                       : api::blank_content(options, images->empty() ? 1 : images->front().maps);
    if (!picture) {
        return picture.error();
    }
    auto handle = std::make_unique<ImpastoSession>();
    handle->context = context;
    handle->styles = style_count;
    handle->has_content = content != nullptr;
    auto made =
        style::Session::create(*context->device, **encoder, *std::move(picture), *std::move(images),
                               *std::move(asked), api::session_log(*context));
    if (!made) {
        return made.error();
    }
    context->networks->used(*place);
    handle->session = *std::move(made);
    *session = handle.release();
    return {};
}

ImpastoResult impasto_session_create(ImpastoContext* context, const ImpastoWeights* weights,
                                     const ImpastoImage* content, const ImpastoImage* const* styles,
                                     uint32_t style_count, const ImpastoSessionOptions* options,
                                     ImpastoSession** session, char* message, size_t message_size) {
    return guarded(message, message_size, [&] {
        return api::create_session(context, weights, content, styles, style_count, options,
                                   session);
    });
}

ImpastoResult impasto_session_advance(ImpastoSession* session, uint32_t iterations,
                                      ImpastoProgress* progress) {
    return locked(session, [&]() -> Status {
        if (session->live) {
            return hosted_error("impasto_session_advance");
        }
        IMPASTO_TRY(write_progress(*session, progress));  // before the work, whether it can be
        for (std::uint32_t i = 0; i < iterations && !session->session->progress().done; ++i) {
            if (session->cancelled) {
                return cancelled_error();
            }
            if (session->paused) {
                break;
            }
            IMPASTO_TRY(session->session->advance(1));
        }
        return write_progress(*session, progress);
    });
}

ImpastoResult impasto_session_run(ImpastoSession* session, ImpastoProgressCallback callback,
                                  void* user) {
    return locked(session, [&]() -> Status {
        if (session->live) {
            return hosted_error("impasto_session_run");
        }
        while (!session->session->progress().done) {
            if (session->cancelled) {
                return cancelled_error();
            }
            IMPASTO_TRY(session->session->advance(1));
            ImpastoProgress progress = c_progress(*session);
            progress.struct_size = sizeof progress;
            if (callback != nullptr && callback(user, &progress) == 0) {
                return cancelled_error();
            }
        }
        return {};
    });
}

ImpastoResult impasto_session_progress(ImpastoSession* session, ImpastoProgress* progress) {
    return locked(session, [&]() -> Status {
        if (progress == nullptr) {
            return api::bad_argument("impasto_session_progress: progress is null");
        }
        return write_progress(*session, progress);
    });
}

ImpastoResult impasto_session_pause(ImpastoSession* session, int paused) {
    return locked(session, [&]() -> Status {
        session->paused = paused != 0;
        if (session->live) {
            session->live->pause(session->paused);
        }
        return {};
    });
}

ImpastoResult impasto_session_pause_after(ImpastoSession* session, uint32_t iterations) {
    return locked(session, [&]() -> Status {
        if (!session->live) {
            return api::bad_argument(
                "impasto_session_pause_after: only of a hosted session; give "
                "impasto_session_advance the number");
        }
        session->paused = false;
        session->live->pause_after(iterations);
        return {};
    });
}

// Without the lock, which a call that runs holds.
void impasto_session_cancel(ImpastoSession* session) {
    if (session == nullptr) {
        return;
    }
    session->cancelled = true;
    if (session->live) {
        session->live->cancel();
    }
}

ImpastoResult impasto_session_set_objective(ImpastoSession* session,
                                            const ImpastoObjective* objective) {
    return locked(session, [&]() -> Status {
        if (objective == nullptr) {
            return api::bad_argument("impasto_session_set_objective: objective is null");
        }
        auto asked = api::objective_options(*objective, session->styles, session->has_content);
        if (!asked) {
            return asked.error();
        }
        return session->live ? session->live->set_objective(*asked)
                             : session->session->set_objective(*asked);
    });
}

ImpastoResult impasto_session_snapshot(ImpastoSession* session, ImpastoSnapshotKind kind,
                                       void** bytes, size_t* size) {
    if (bytes == nullptr || size == nullptr) {
        return refused(session, "impasto_session_snapshot: bytes and size must be given");
    }
    const auto number = api::enum_number(kind);
    if (number != IMPASTO_SNAPSHOT_WHOLE && number != IMPASTO_SNAPSHOT_PICTURE) {
        return refused(session, "impasto_session_snapshot: kind has no such value");
    }
    const auto asked = number == IMPASTO_SNAPSHOT_WHOLE ? style::SnapshotKind::kWhole
                                                        : style::SnapshotKind::kPicture;
    if (session == nullptr) {
        return IMPASTO_ERROR_INVALID_ARGUMENT;
    }
    *bytes = nullptr;
    *size = 0;
    std::vector<std::byte> taken;
    ImpastoResult result = IMPASTO_SUCCESS;
    {
        const std::lock_guard lock(session->mutex);
        result = when_ready(
            session,
            [&]() -> Result<std::optional<std::vector<std::byte>>> {
                if (session->live) {
                    return session->live->snapshot(asked);
                }
                auto made = session->session->snapshot(asked);
                if (!made) {
                    return made.error();
                }
                return std::optional(*std::move(made));
            },
            [&](std::optional<std::vector<std::byte>>& made) { taken = *std::move(made); });
    }
    if (result != IMPASTO_SUCCESS) {
        return result;
    }
    // Megabytes, which no slice waits for.
    if (void* copy = copied(taken)) {
        *bytes = copy;
        *size = taken.size();
        return IMPASTO_SUCCESS;
    }
    return locked(session, []() -> Status { throw std::bad_alloc(); });
}

ImpastoResult impasto_session_restore(ImpastoSession* session, const void* bytes, size_t size) {
    if (bytes == nullptr) {
        return refused(session, "impasto_session_restore: bytes is null");
    }
    if (session == nullptr) {
        return IMPASTO_ERROR_INVALID_ARGUMENT;
    }
    const std::span snapshot(static_cast<const std::byte*>(bytes), size);
    if (!session->live) {
        return locked(session, [&] { return session->session->restore(snapshot); });
    }
    // Compares and copies them, which no slice waits for: a live session has a lock of its own.
    bool ready = false;
    std::optional<Error> error;
    try {
        const auto restored = session->live->restore(snapshot);
        if (restored) {
            ready = *restored;
        } else {
            error = restored.error();
        }
    } catch (const std::bad_alloc&) {
        error = Error{ErrorCode::kOutOfMemory, {}};
    }
    const ImpastoResult result =
        locked(session, [&]() -> Status { return error ? Status(*error) : Status(); });
    return result == IMPASTO_SUCCESS && !ready ? IMPASTO_NOT_READY : result;
}

ImpastoResult impasto_session_scales(ImpastoSession* session, ImpastoScale* scales,
                                     uint32_t* count) {
    return locked(session, [&]() -> Status {
        if (count == nullptr) {
            return api::bad_argument("impasto_session_scales: count is null");
        }
        const std::vector<style::Scale> all =
            session->live ? session->live->scales() : session->session->scales();
        const auto found = static_cast<uint32_t>(all.size());
        for (uint32_t i = 0; scales != nullptr && i < std::min(*count, found); ++i) {
            scales[i] = {all[i].width, all[i].height, all[i].iterations};
        }
        *count = found;
        return {};
    });
}

uint64_t impasto_session_bytes_planned(const ImpastoSession* session) {
    if (session == nullptr) {
        return 0;
    }
    return session->live ? session->live->bytes_planned() : session->session->bytes_planned();
}

uint32_t impasto_session_losses(ImpastoSession* session, uint32_t first, uint32_t count,
                                ImpastoLosses* losses) {
    std::uint32_t copied = 0;
    const ImpastoResult result = locked(session, [&]() -> Status {
        if (losses == nullptr) {
            return {};
        }
        const auto copy = [&](std::span<const style::Losses> from) {
            for (; copied < std::min<std::size_t>(from.size(), count); ++copied) {
                losses[copied] = api::losses_of(from[copied]);
            }
        };
        if (session->live) {
            copy(session->live->losses(first, count));
        } else {
            const std::span all(session->session->losses());
            copy(all.subspan(std::min<std::size_t>(first, all.size())));
        }
        return {};
    });
    return result == IMPASTO_SUCCESS ? copied : 0;
}

ImpastoResult impasto_session_layer_losses(ImpastoSession* session, ImpastoLayerLoss* losses,
                                           uint32_t* count) {
    return locked(session, [&]() -> Status {
        if (count == nullptr) {
            return api::bad_argument("impasto_session_layer_losses: count is null");
        }
        const std::vector<style::LayerLoss> all =
            session->live ? session->live->layer_losses() : session->session->layer_losses();
        const auto found = static_cast<uint32_t>(all.size());
        for (uint32_t i = 0; losses != nullptr && i < std::min(*count, found); ++i) {
            ImpastoLayerLoss to{};
            api::copy_text(encoder::relu_name(all[i].layer), to.layer, sizeof to.layer);
            to.style = all[i].style ? 1 : 0;
            to.loss = all[i].loss;
            losses[i] = to;
        }
        *count = found;
        return {};
    });
}

ImpastoResult impasto_session_image(ImpastoSession* session, ImpastoImage** image) {
    if (image == nullptr) {
        return refused(session, "impasto_session_image: image is null");
    }
    if (session == nullptr) {
        return IMPASTO_ERROR_INVALID_ARGUMENT;
    }
    const std::lock_guard lock(session->mutex);
    *image = nullptr;
    return when_ready(
        session,
        [&]() -> Result<std::optional<Image>> {
            if (session->live) {
                return session->live->image();
            }
            auto picture = session->session->image();
            if (!picture) {
                return picture.error();
            }
            return std::optional(*std::move(picture));
        },
        [&](std::optional<Image>& picture) { *image = new ImpastoImage{*std::move(picture)}; });
}

ImpastoResult impasto_session_image_losses(ImpastoSession* session, ImpastoLosses* losses) {
    return locked(session, [&]() -> Status {
        if (losses == nullptr) {
            return api::bad_argument("impasto_session_image_losses: losses is null");
        }
        if (session->live) {
            return hosted_error("impasto_session_image_losses");
        }
        auto found = session->session->image_losses();
        if (!found) {
            return found.error();
        }
        *losses = api::losses_of(*found);
        return {};
    });
}

const char* impasto_session_message(ImpastoSession* session) {
    return session == nullptr ? "" : session->message.text();
}

void impasto_session_copy_message(ImpastoSession* session, char* message, size_t message_size) {
    if (session == nullptr) {
        api::copy_text("", message, message_size);
        return;
    }
    session->message.copy(message, message_size);
}
