// The files that are compiled into the library (embed.cmake).
#pragma once

#include <cstddef>
#include <span>

namespace impasto {

std::span<const std::byte> embedded_catalogue();  // weights/catalogue.json

// weights/builtin.safetensors; empty in a build that had none.
std::span<const std::byte> embedded_encoder();

}  // namespace impasto
