// impasto.h's handles as owners that destroy what they own, and its messages as Status.
#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/result.h"
#include "impasto/impasto.h"

namespace impasto::cli {

template <auto destroy>
struct Destroy {
    template <typename T>
    void operator()(T* handle) const {
        destroy(handle);
    }
};

using Context = std::unique_ptr<ImpastoContext, Destroy<impasto_context_destroy>>;
using Image = std::unique_ptr<ImpastoImage, Destroy<impasto_image_destroy>>;
using Weights = std::unique_ptr<ImpastoWeights, Destroy<impasto_weights_destroy>>;
using Session = std::unique_ptr<ImpastoSession, Destroy<impasto_session_destroy>>;
using Probe = std::unique_ptr<ImpastoProbe, Destroy<impasto_probe_destroy>>;
using Text = std::unique_ptr<char, Destroy<impasto_free>>;

// A call's result with its message. The line is kept to one: messages may quote what a file or a
// driver says.
inline Status to_status(int result, std::string message) {
    if (result == IMPASTO_SUCCESS) return {};
    std::replace_if(
        message.begin(), message.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    if (message.empty()) message = "failed without a message (" + std::to_string(result) + ")";
    return Error{static_cast<ErrorCode>(std::abs(result)), std::move(message)};
}

// The message buffer of one call:
//   Message message;
//   IMPASTO_TRY(message.status(impasto_image_load(path, &image, message.data(), message.size())));
class Message {
  public:
    char* data() { return text_.data(); }
    std::size_t size() const { return text_.size(); }
    Status status(int result) const { return to_status(result, text_.data()); }

  private:
    std::array<char, 2048> text_{};
};

}  // namespace impasto::cli
