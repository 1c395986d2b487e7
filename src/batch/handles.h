// What went wrong in a call of the public headers, as an Error of one line.
#pragma once

#include "impasto/impasto.hpp"
#include "settings/calls.h"

namespace impasto::batch {

using settings::error_of;
using settings::status_of;

inline Error error_of(const Impasto::Failure& failure) {
    return settings::error_of(failure.result, failure.message);
}

}  // namespace impasto::batch
