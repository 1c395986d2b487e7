// Calls of the public headers, with what went wrong as an Error of one line.
#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <utility>

#include "base/result.h"
#include "impasto/impasto.h"

namespace impasto::settings {

// Messages may quote what a file or a driver says, and must stay one line.
inline Error error_of(int result, std::string message) {
    std::replace_if(
        message.begin(), message.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    if (message.empty()) message = "failed without a message (" + std::to_string(result) + ")";
    return {static_cast<ErrorCode>(std::abs(result)), std::move(message)};
}

// Calls call(message, size), a function that returns a result and a message.
template <typename Call>
Status status_of(Call&& call) {
    std::array<char, 2048> message{};
    const int result = call(message.data(), message.size());
    if (result == IMPASTO_SUCCESS) return {};
    return error_of(result, message.data());
}

}  // namespace impasto::settings
