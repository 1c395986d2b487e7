// Putting bytes into a glTF document's buffers: in the place of others, or behind all.
#pragma once

#include <cstddef>
#include <vector>

#include "texture/gltf/json.h"

namespace impasto::gltf {

// Replaces the bytes of buffer view `view`, of which `buffer` are its buffer's. Later views move by
// a multiple of 16 bytes, so that what was aligned stays so. Where others use the view or its
// bytes, or something that is not known here names the buffer, which might count on offsets, the
// new bytes are appended instead. Returns the view that has them.
std::size_t replace_view(Json& json, std::size_t view, std::vector<std::byte>& buffer,
                         const std::vector<std::byte>& bytes);

// A new view, behind all that is in the buffer, which is grown.
std::size_t append_view(Json& json, std::size_t buffer_index, std::vector<std::byte>& buffer,
                        const std::vector<std::byte>& bytes);

}  // namespace impasto::gltf
