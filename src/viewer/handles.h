// impasto.h's handles as owners, and its messages as Status.
#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "base/result.h"
#include "impasto/impasto.hpp"

namespace impasto::viewer {

// A call's result with its message, kept to one line.
inline Status to_status(int result, std::string message) {
    if (result >= 0) {
        return {};
    }
    std::replace(message.begin(), message.end(), '\n', ' ');
    if (message.empty()) {
        message = "failed without a message (" + std::to_string(result) + ")";
    }
    return Error{static_cast<ErrorCode>(std::abs(result)), std::move(message)};
}

// The message buffer of one call.
class Message {
  public:
    char* data() { return text_.data(); }
    std::size_t size() const { return text_.size(); }
    Status status(int result) const { return to_status(result, text_.data()); }

  private:
    std::array<char, 1024> text_{};
};

}  // namespace impasto::viewer
