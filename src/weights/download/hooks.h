// What tests of the download set beside the public options, so that they take no minutes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "impasto/download.h"

namespace impasto::download {

struct FetchHooks {
    std::chrono::milliseconds retry_pause{1000};  // the first; doubles
    std::uint32_t stall_seconds = 30;             // without a byte: the connection counts as dead
};

// impasto_fetch_weights with these; the public function takes the defaults.
std::int32_t fetch_weights_with(const FetchHooks& hooks, const char* name,
                                const ImpastoFetchOptions* options, ImpastoFetchReport* report,
                                char* message, std::size_t message_size);

}  // namespace impasto::download
