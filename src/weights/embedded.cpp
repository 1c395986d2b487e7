#include "weights/embedded.h"

extern "C" {
extern const unsigned char* const impasto_embedded_catalogue;
extern const unsigned long long impasto_embedded_catalogue_size;
extern const unsigned char* const impasto_embedded_builtin;
extern const unsigned long long impasto_embedded_builtin_size;
}

namespace impasto {

std::span<const std::byte> embedded_catalogue() {
    return std::as_bytes(std::span(impasto_embedded_catalogue,
                                   static_cast<std::size_t>(impasto_embedded_catalogue_size)));
}

std::span<const std::byte> embedded_encoder() {
    return std::as_bytes(std::span(impasto_embedded_builtin,
                                   static_cast<std::size_t>(impasto_embedded_builtin_size)));
}

}  // namespace impasto
