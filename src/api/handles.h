// What is behind the handles of impasto.h, and how C meets C++: results, messages, structs of other
// versions, exceptions.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "base/result.h"
#include "gpu/device.h"
#include "image/image.h"
#include "impasto/impasto.h"
#include "nn/tuner.h"
#include "style/probe.h"
#include "style/session.h"
#include "weights/weights.h"

struct ImpastoContext {
    std::shared_ptr<impasto::gpu::Instance> instance;
    std::unique_ptr<impasto::gpu::Device> device;
    std::uint32_t index = 0;
    std::unique_ptr<impasto::nn::ConvTuner> tuner;  // after the device
    ImpastoLog log = nullptr;
    void* log_user = nullptr;
    std::string message;
};

struct ImpastoImage {
    impasto::Image image;
};

struct ImpastoWeights {
    impasto::EncoderWeights weights;
};

struct ImpastoSession {
    std::unique_ptr<impasto::style::Session> session;
    std::string message;
};

struct ImpastoProbe {
    std::vector<impasto::style::ProbeTensor> tensors;
};

namespace impasto::api {

inline ImpastoResult result_of(ErrorCode code) {
    return static_cast<ImpastoResult>(-static_cast<int>(code));
}

// Cut to the buffer, with the final zero; never in the middle of a UTF-8 character.
void copy_text(const std::string& text, char* to, std::size_t size);

// Runs `body`, a callable that returns Status, and turns what comes out, exceptions included, into
// a result and a message (a std::string).
template <typename Body>
ImpastoResult guarded(std::string& message, Body&& body) {
    try {
        const Status status = body();
        if (status) {
            return IMPASTO_SUCCESS;
        }
        message = status.error().message;
        return result_of(status.error().code);
    } catch (const std::bad_alloc&) {
        message = "out of host memory: try smaller pictures";
        return IMPASTO_ERROR_OUT_OF_MEMORY;
    } catch (const std::exception& error) {
        message = std::string("an unexpected failure, please report it: ") + error.what();
        return IMPASTO_ERROR_INTERNAL;
    } catch (...) {
        message = "an unexpected failure, please report it";
        return IMPASTO_ERROR_INTERNAL;
    }
}

// The same with the caller's buffer for the message.
template <typename Body>
ImpastoResult guarded(char* buffer, std::size_t size, Body&& body) {
    std::string message;
    const ImpastoResult result = guarded(message, body);
    copy_text(message, buffer, size);
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

inline Error bad_argument(const std::string& what) { return {ErrorCode::kInvalidArgument, what}; }

// The C description of an objective as the style room's.
Result<style::ObjectiveOptions> objective_options(const ImpastoObjective& objective,
                                                  std::size_t style_count);
Result<std::vector<Image>> style_images(const ImpastoImage* const* styles, std::uint32_t count);

}  // namespace impasto::api
