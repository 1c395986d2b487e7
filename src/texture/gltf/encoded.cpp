#include "texture/gltf/encoded.h"

#include <utility>

#include "image/encode.h"

namespace impasto::gltf {

Result<Encoded> encode_like(std::span<const std::byte> original, const Image& image) {
    // Alpha has no place in a JPEG.
    const bool jpeg = original.size() > 1 && original[0] == std::byte{0xFF} && image.alpha.empty();
    auto bytes = jpeg ? encode_jpeg(image) : encode_png(image, {}, {image.bits, false});
    if (!bytes) return bytes.error();
    return Encoded{*std::move(bytes), jpeg ? "image/jpeg" : "image/png"};
}

}  // namespace impasto::gltf
