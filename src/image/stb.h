// stb's decoders and encoders under names of our own: a program that links the static library may
// have an stb of its own, whose functions have the same names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace impasto::stb {

// Pixels, interleaved, of as many channels as the file has; null on failure. Freed by free().
unsigned char* load(std::span<const std::byte> file, int& width, int& height, int& channels);
std::uint16_t* load_16(std::span<const std::byte> file, int& width, int& height, int& channels);
void free(void* pixels);
// Of the calling thread's last failure.
const char* failure_reason();

// Of zlib's format, into `room` bytes; how many they were, or below 0.
int inflate(char* to, int room, const char* from, int size);
// Freed by free(); null on failure.
unsigned char* deflate(unsigned char* from, int size, int& packed);

// Called with the next bytes of the file.
using Append = void (*)(void* user, void* bytes, int size);
bool write_png(Append append, void* user, int width, int height, int channels, const void* pixels);
bool write_jpeg(Append append, void* user, int width, int height, int channels, const void* pixels,
                int quality);

}  // namespace impasto::stb
