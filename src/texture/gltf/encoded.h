// A picture in the format of the one that it takes the place of.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "image/image.h"

namespace impasto::gltf {

struct Encoded {
    std::vector<std::byte> bytes;
    std::string type;  // "image/png" or "image/jpeg"
};

// JPEG where `original`, a file, is one and the image has no alpha; else PNG of the image's bits.
// Errors: those of encode_png.
Result<Encoded> encode_like(std::span<const std::byte> original, const Image& image);

}  // namespace impasto::gltf
