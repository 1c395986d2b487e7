#include "picture.h"

#include "failure.h"

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
// Of this file alone: Impasto and tinygltf have copies of their own.
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace host {

void write_png(const std::string& path, uint32_t width, uint32_t height,
               const std::vector<uint8_t>& rgba) {
    std::vector<uint8_t> rgb;
    rgb.reserve(rgba.size() / 4 * 3);
    for (size_t i = 0; i + 3 < rgba.size(); i += 4) {
        rgb.insert(rgb.end(), {rgba[i], rgba[i + 1], rgba[i + 2]});
    }
    if (stbi_write_png(path.c_str(), static_cast<int>(width), static_cast<int>(height), 3,
                       rgb.data(), static_cast<int>(width * 3)) == 0) {
        throw Failure(kOutput, path + ": can't be written");
    }
}

}  // namespace host
