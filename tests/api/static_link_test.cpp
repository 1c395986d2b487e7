// A program with an stb of its own links the static library all the same, and each has its own.
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#endif
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>

#include "impasto/impasto.h"

int main() {
    const char* const path = "static_link_test.png";
    const unsigned char pixels[2 * 3] = {255, 0, 0, 0, 0, 255};
    if (stbi_write_png(path, 2, 1, 3, pixels, 6) == 0) {
        return 1;
    }
    char message[256];
    ImpastoImage* image = nullptr;
    if (impasto_image_load(path, &image, message, sizeof message) != IMPASTO_SUCCESS ||
        impasto_image_save(image, path, nullptr, 0, message, sizeof message) != IMPASTO_SUCCESS) {
        return 2;
    }
    impasto_image_destroy(image);
    int width = 0;
    int height = 0;
    int channels = 0;
    stbi_uc* read = stbi_load(path, &width, &height, &channels, 3);
    const bool same = read != nullptr && width == 2 && height == 1 && read[0] == 255 &&
                      read[2] == 0 && read[5] == 255;
    stbi_image_free(read);
    return same ? 0 : 3;
}
