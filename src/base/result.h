// Errors are values: a fallible function returns Result<T> (or Status when there is nothing to
// return), and an Error says what happened, where, and what to do about it in one line.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace impasto {

// The kinds of failure. The numbers are those of ImpastoResult in impasto.h with the sign turned,
// and the command line exits with them, so a script can tell a bad picture from a lost device.
enum class ErrorCode {
    kInternal = 1,         // a bug in Impasto
    kInvalidArgument = 2,  // an option or a parameter out of its range
    kInput = 3,            // a file to read is missing, unreadable, or not what it should be
    kOutput = 4,           // a file to write cannot be written
    kWeights = 5,          // a weights file is damaged or lacks what is asked of it
    kNoDevice = 6,         // no Vulkan driver, or no device that fits
    kOutOfMemory = 7,      // device or host memory
    kDeviceLost = 8,       // the driver gave the device up
    kNetwork = 9,          // a download failed
    kCancelled = 10,       // the user stopped it
};

struct Error {
    ErrorCode code = ErrorCode::kInternal;
    std::string message;  // one line: what, where, what to do
};

template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

    explicit operator bool() const { return state_.index() == 0; }
    T& operator*() & { return std::get<0>(state_); }
    const T& operator*() const& { return std::get<0>(state_); }
    T&& operator*() && { return std::get<0>(std::move(state_)); }
    T* operator->() { return &std::get<0>(state_); }
    const T* operator->() const { return &std::get<0>(state_); }
    const Error& error() const { return std::get<1>(state_); }

  private:
    std::variant<T, Error> state_;
};

// Success, or an Error.
class [[nodiscard]] Status {
  public:
    Status() = default;
    Status(Error error) : error_(std::move(error)) {}  // NOLINT: implicit

    explicit operator bool() const { return !error_.has_value(); }
    const Error& error() const {
        assert(error_.has_value());
        return *error_;
    }

  private:
    std::optional<Error> error_;
};

// Hands the error of a failed step to the caller: IMPASTO_TRY(step());
#define IMPASTO_TRY(expression)                                      \
    do {                                                             \
        if (auto impasto_status_ = (expression); !impasto_status_) { \
            return impasto_status_.error();                          \
        }                                                            \
    } while (false)

}  // namespace impasto
