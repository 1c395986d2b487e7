// The one place where stb's headers become code: JPEG and PNG only, so that no other of its
// decoders can be reached by a file's first bytes.
#include "image/stb.h"

#include <cstdlib>

#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#elif defined(_MSC_VER)
#pragma warning(push, 0)
#endif

// Zeroed memory: a damaged JPEG leaves blocks undecoded, and they must not differ between two runs.
#define STBI_MALLOC(size) std::calloc(1, size)
#define STBI_REALLOC(pointer, size) std::realloc(pointer, size)
#define STBI_FREE(pointer) std::free(pointer)
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>

#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>

#if defined(_MSC_VER)
#pragma warning(pop)
#endif

namespace impasto::stb {

namespace {

const stbi_uc* bytes_of(std::span<const std::byte> file) {
    return reinterpret_cast<const stbi_uc*>(file.data());
}

}  // namespace

unsigned char* load(std::span<const std::byte> file, int& width, int& height, int& channels) {
    return stbi_load_from_memory(bytes_of(file), static_cast<int>(file.size()), &width, &height,
                                 &channels, 0);
}

std::uint16_t* load_16(std::span<const std::byte> file, int& width, int& height, int& channels) {
    return stbi_load_16_from_memory(bytes_of(file), static_cast<int>(file.size()), &width, &height,
                                    &channels, 0);
}

void free(void* pixels) { stbi_image_free(pixels); }

const char* failure_reason() { return stbi_failure_reason(); }

int inflate(char* to, int room, const char* from, int size) {
    return stbi_zlib_decode_buffer(to, room, from, size);
}

unsigned char* deflate(unsigned char* from, int size, int& packed) {
    constexpr int kQuality = 8;  // as for PNG
    return stbi_zlib_compress(from, size, &packed, kQuality);
}

bool write_png(Append append, void* user, int width, int height, int channels, const void* pixels) {
    return stbi_write_png_to_func(append, user, width, height, channels, pixels,
                                  width * channels) != 0;
}

bool write_jpeg(Append append, void* user, int width, int height, int channels, const void* pixels,
                int quality) {
    return stbi_write_jpg_to_func(append, user, width, height, channels, pixels, quality) != 0;
}

}  // namespace impasto::stb
