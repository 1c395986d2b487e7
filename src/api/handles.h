// What is behind the handles of impasto.h, and how C meets C++: results, messages, structs of other
// versions, exceptions.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "encoder/network_shelf.h"
#include "gpu/device.h"
#include "gpu/texture.h"
#include "image/image.h"
#include "image/png_text.h"
#include "impasto/impasto.h"
#include "impasto/impasto_vulkan.h"
#include "nn/tuner.h"
#include "style/live_session.h"
#include "style/probe.h"
#include "style/session.h"
#include "style/target_shelf.h"
#include "weights/weights.h"

namespace impasto::api {

// The message of an object's last failure, which several threads may write and read.
class LastMessage {
  public:
    // Where there may be no memory left for it.
    void set(const char* text, const char* more) noexcept;
    // Lives until the next one is set.
    [[nodiscard]] const char* text() const;
    void copy(char* to, std::size_t size) const;

  private:
    mutable std::mutex mutex_;
    std::string text_;
};

}  // namespace impasto::api

struct ImpastoContext {
    impasto::api::LastMessage message;

    std::shared_ptr<impasto::gpu::Instance> instance;
    std::unique_ptr<impasto::gpu::Device> device;
    std::uint32_t index = 0;
    std::unique_ptr<impasto::nn::ConvTuner> tuner;  // after the device
    std::unique_ptr<impasto::encoder::NetworkShelf> networks;
    std::shared_ptr<impasto::style::TargetShelf> targets;  // null without keep_encoder
    ImpastoLog log = nullptr;
    void* log_user = nullptr;

    // Hosted sessions: those in use, and those that are destroyed after a frame.
    std::mutex mutex;
    std::vector<ImpastoSession*> hosted;
    std::vector<ImpastoSession*> retired;
};

struct ImpastoImage {
    impasto::Image image;
    std::vector<impasto::PngText> texts = {};  // of the file it was read from
};

struct ImpastoWeights {
    std::shared_ptr<const impasto::EncoderWeights> weights;  // hosted sessions keep it too
};

// Either of the two: one that submits by itself, or a hosted one.
struct ImpastoSession {
    ImpastoContext* context = nullptr;
    std::recursive_mutex mutex;  // callers take turns; a callback may ask on
    impasto::api::LastMessage message;
    std::unique_ptr<impasto::style::Session> session;
    std::unique_ptr<impasto::gpu::Texture> texture;  // before the session that writes it
    std::unique_ptr<impasto::style::LiveSession> live;
    ImpastoResultImage result{};  // of a hosted one
    std::uint64_t frame = 0;      // of its last slice
    std::uint64_t pictures = 0;
    std::uint32_t styles = 0;  // that it was made from
    bool has_content = true;   // likewise
    bool paused = false;
    std::atomic<bool> cancelled{false};
};

struct ImpastoProbe {
    std::vector<impasto::style::ProbeTensor> tensors;
};

namespace impasto::api {

inline ImpastoResult result_of(ErrorCode code) {
    return static_cast<ImpastoResult>(-static_cast<int>(code));
}

// Cut to the buffer, with the final zero; never in the middle of a UTF-8 character.
void copy_text(std::string_view text, char* to, std::size_t size);

inline constexpr const char* kNoHostMemory = "out of host memory: try smaller pictures";

// Runs `body`, a callable that returns Status, and turns what comes out, exceptions included, into
// a result and a message: say(text, more of it).
template <typename Say, typename Body>
ImpastoResult outcome(Say&& say, Body&& body) {
    try {
        const Status status = body();
        if (status) {
            return IMPASTO_SUCCESS;
        }
        const Error& error = status.error();
        const bool silent = error.message.empty() && error.code == ErrorCode::kOutOfMemory;
        say(silent ? kNoHostMemory : error.message.c_str(), "");
        return result_of(error.code);
    } catch (const std::bad_alloc&) {
        say(kNoHostMemory, "");
        return IMPASTO_ERROR_OUT_OF_MEMORY;
    } catch (const std::exception& error) {
        say("an unexpected failure, please report it: ", error.what());
        return IMPASTO_ERROR_INTERNAL;
    } catch (...) {
        say("an unexpected failure, please report it", "");
        return IMPASTO_ERROR_INTERNAL;
    }
}

// With an object's message.
template <typename Body>
ImpastoResult guarded(LastMessage& message, Body&& body) {
    return outcome([&](const char* text, const char* more) { message.set(text, more); }, body);
}

// With the caller's buffer, which is empty after a success.
template <typename Body>
ImpastoResult guarded(char* buffer, std::size_t size, Body&& body) {
    const ImpastoResult result = outcome(
        [&](const char* text, const char* more) {
            copy_text(text, buffer, size);
            const std::size_t length = buffer != nullptr && size > 0 ? std::strlen(buffer) : size;
            if (length < size) {
                copy_text(more, buffer + length, size - length);
            }
        },
        body);
    if (result == IMPASTO_SUCCESS) {
        copy_text("", buffer, size);
    }
    return result;
}

// The caller's struct as this library knows it: fields that an older caller lacks are zero. An
// empty result when it is null or says no size.
template <typename T>
bool read_struct(const T* from, T& to) {
    if (from == nullptr || from->struct_size < sizeof(std::size_t)) {
        return false;
    }
    std::memset(&to, 0, sizeof to);
    std::memcpy(&to, from, std::min(from->struct_size, sizeof to));
    return true;
}

// The number in an enumeration that C gave, where it can be any: its bytes, since to C++ loading a
// value that the enumeration has no room for is undefined. To be checked before it is one again.
template <typename Enum>
std::underlying_type_t<Enum> enum_number(const Enum& given) {
    std::underlying_type_t<Enum> number{};
    std::memcpy(&number, &given, sizeof number);
    return number;
}

// Writes as much of `from` as the caller's struct has, keeping its struct_size.
template <typename T>
bool write_struct(T from, T* to) {
    if (to == nullptr || to->struct_size < sizeof(std::size_t)) {
        return false;
    }
    from.struct_size = to->struct_size;
    std::memcpy(to, &from, std::min(to->struct_size, sizeof from));
    return true;
}

// The `i`-th of an array of the caller's structs, whose own size is their distance: that of another
// version may differ. `first` has one.
template <typename T>
T* struct_at(T* first, std::size_t i) {
    using Bytes = std::conditional_t<std::is_const_v<T>, const char, char>;
    return reinterpret_cast<T*>(reinterpret_cast<Bytes*>(first) + i * first->struct_size);
}

// False when one of `count` such structs says no size, or another than the first.
template <typename T>
bool is_struct_array(const T* first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        if (first->struct_size < sizeof(std::size_t) || first->struct_size % alignof(T) != 0 ||
            struct_at(first, i)->struct_size != first->struct_size) {
            return false;
        }
    }
    return true;
}

inline Error bad_argument(const std::string& what) { return {ErrorCode::kInvalidArgument, what}; }

// Opens options.host_device (api/vulkan_device.cpp).
Status borrow_device(const ImpastoContextOptions& options, ImpastoContext& context);

// What a caller of a context's function gets. Calls do not wait for each other: a self-test takes
// seconds.
template <typename Body>
ImpastoResult guarded(ImpastoContext* context, Body&& body) {
    if (context == nullptr) {
        return IMPASTO_ERROR_INVALID_ARGUMENT;
    }
    return guarded(context->message, body);
}

// What a caller of a session's function gets: one at a time, with the session's own message.
template <typename Body>
ImpastoResult locked(ImpastoSession* session, Body&& body) {
    if (session == nullptr) {
        return IMPASTO_ERROR_INVALID_ARGUMENT;
    }
    const std::lock_guard lock(session->mutex);
    return guarded(session->message, body);
}

// Destroys the retired sessions of frames up to `completed`, as far as their threads have ended.
void collect(ImpastoContext& context, std::uint64_t completed);

inline ImpastoLosses losses_of(const style::Losses& from) {
    return {from.total, from.content, from.style, from.tv};
}

// The weights of a handle; of null, the built-in encoder's.
Result<std::shared_ptr<const EncoderWeights>> weights_of(const ImpastoWeights* weights);

// `context`'s log, for a session.
style::Session::Log session_log(const ImpastoContext& context);

// Without content the size is the given width and height.
Result<style::SessionOptions> session_options(const ImpastoSessionOptions* given,
                                              std::size_t style_count, bool has_content);
// What stands for the content of a session without one, as large as `given` asks, of `maps`.
Result<Image> blank_content(const ImpastoSessionOptions* given, int maps);
// The C description of an objective as the style room's. Without content it has no terms of it.
Result<style::ObjectiveOptions> objective_options(const ImpastoObjective& objective,
                                                  std::size_t style_count, bool has_content);
std::vector<PngText> png_texts(const ImpastoText* texts, std::size_t count);
Result<std::vector<Image>> style_images(const ImpastoImage* const* styles, std::uint32_t count);

// impasto_session_create.
Status create_session(ImpastoContext* context, const ImpastoWeights* weights,
                      const ImpastoImage* content, const ImpastoImage* const* styles,
                      std::uint32_t style_count, const ImpastoSessionOptions* options,
                      ImpastoSession** session);

}  // namespace impasto::api
