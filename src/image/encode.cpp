#include "image/encode.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <new>
#include <string_view>

#include "image/load.h"
#include "image/png_check.h"
#include "image/png_encode.h"
#include "image/stb.h"

namespace impasto {
namespace {

constexpr int kJpegQuality = 95;
constexpr int kJpegLongestSide = 65535;
constexpr std::size_t kPngKeyLongest = 79;

Error bad(std::string message) { return {ErrorCode::kOutput, std::move(message)}; }

Error out_of_memory() {
    return {ErrorCode::kOutOfMemory, "not enough memory to encode this picture"};
}

std::uint8_t code_of(float value) {
    return static_cast<std::uint8_t>(std::clamp(value, 0.0f, 1.0f) * 255.0f + 0.5f);
}

Status check_finite(std::span<const float> values, const Image& image) {
    const auto it =
        std::find_if_not(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
    if (it == values.end()) return {};
    const std::size_t at = static_cast<std::size_t>(it - values.begin()) % image.pixels();
    const auto width = static_cast<std::size_t>(image.width);
    return bad("the picture holds a value that is not a number, at pixel (" +
               std::to_string(at % width) + ", " + std::to_string(at / width) + ")");
}

Status check_image(const Image& image) {
    const std::size_t pixels = image.pixels();
    if (image.width < 1 || image.height < 1 || image.rgb.size() != 3 * pixels ||
        (!image.alpha.empty() && image.alpha.size() != pixels)) {
        return Error{ErrorCode::kInternal, "the picture's planes do not fit its size"};
    }
    if (pixels > static_cast<std::size_t>(kLargestPicture)) {
        return bad("a picture of " + std::to_string(image.width) + "x" +
                   std::to_string(image.height) + " is too large");
    }
    IMPASTO_TRY(check_finite(image.rgb, image));
    return check_finite(image.alpha, image);
}

void append(void* context, void* data, int size) {
    auto& bytes = *static_cast<std::vector<std::byte>*>(context);
    const auto* begin = static_cast<const std::byte*>(data);
    bytes.insert(bytes.end(), begin, begin + size);
}

void append_u32(std::vector<std::byte>& bytes, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<std::byte>(value >> shift & 0xFFU));
    }
}

void append_text(std::vector<std::byte>& bytes, std::string_view text) {
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    bytes.insert(bytes.end(), begin, begin + text.size());
}

// A whole chunk: tEXt holds Latin-1, of which ASCII is taken here; anything else goes into iTXt.
Result<std::vector<std::byte>> text_chunk(const PngText& text) {
    using namespace std::string_view_literals;
    const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
    const auto plain = [&](char c) { return printable(c) || c == '\n'; };
    if (text.key.empty() || text.key.size() > kPngKeyLongest ||
        !std::all_of(text.key.begin(), text.key.end(), printable) || text.key.front() == ' ' ||
        text.key.back() == ' ') {
        return Error{ErrorCode::kInvalidArgument, "'" + text.key + "' can't name a note in a PNG"};
    }
    const bool ascii = std::all_of(text.value.begin(), text.value.end(), plain);
    std::vector<std::byte> body;
    append_text(body, ascii ? "tEXt"sv : "iTXt"sv);
    append_text(body, text.key);
    // The key's end; for iTXt also: not compressed (2 bytes), no language, no translated key.
    append_text(body, ascii ? "\0"sv : "\0\0\0\0\0"sv);
    append_text(body, text.value);
    std::vector<std::byte> chunk;
    append_u32(chunk, static_cast<std::uint32_t>(body.size() - 4));
    chunk.insert(chunk.end(), body.begin(), body.end());
    append_u32(chunk, png_crc(body));
    return chunk;
}

std::size_t colours_of(bool grey) { return grey ? 1 : 3; }

// Codes of the colours, interleaved; on white where there is alpha.
std::vector<std::uint8_t> opaque_codes(const Image& image, bool grey) {
    const std::size_t pixels = image.pixels();
    const std::size_t channels = colours_of(grey);
    std::vector<std::uint8_t> codes(channels * pixels);
    for (std::size_t c = 0; c < channels; ++c) {
        const float* plane = &image.rgb[c * pixels];
        for (std::size_t i = 0; i < pixels; ++i) {
            float value = plane[i];
            if (!image.alpha.empty()) {
                const float alpha = std::clamp(image.alpha[i], 0.0f, 1.0f);
                value = std::clamp(value, 0.0f, 1.0f) * alpha + (1.0f - alpha);
            }
            codes[channels * i + c] = code_of(value);
        }
    }
    return codes;
}

// Colours and alpha, interleaved; of 16 bit the higher byte first, as PNG wants them.
std::vector<std::uint8_t> png_samples(const Image& image, SampleFormat format) {
    const std::size_t pixels = image.pixels();
    const std::size_t colours = colours_of(format.grey);
    const std::size_t channels = colours + (image.alpha.empty() ? 0 : 1);
    const std::size_t bytes = format.bits == 16 ? 2 : 1;
    std::vector<std::uint8_t> samples(channels * pixels * bytes);
    for (std::size_t c = 0; c < channels; ++c) {
        const float* plane = c < colours ? &image.rgb[c * pixels] : image.alpha.data();
        for (std::size_t i = 0; i < pixels; ++i) {
            std::uint8_t* to = &samples[(channels * i + c) * bytes];
            if (bytes == 1) {
                *to = code_of(plane[i]);
                continue;
            }
            const auto code =
                static_cast<std::uint32_t>(std::clamp(plane[i], 0.0f, 1.0f) * 65535.0f + 0.5f);
            to[0] = static_cast<std::uint8_t>(code >> 8);
            to[1] = static_cast<std::uint8_t>(code & 0xFFU);
        }
    }
    return samples;
}

Result<std::vector<std::byte>> encode_png_unguarded(const Image& image,
                                                    std::span<const PngText> text,
                                                    SampleFormat format) {
    IMPASTO_TRY(check_image(image));
    const int channels = static_cast<int>(colours_of(format.grey)) + (image.alpha.empty() ? 0 : 1);
    const auto samples = png_samples(image, format);
    std::vector<std::byte> bytes;
    if (format.bits == 16) {
        auto encoded = encode_png_16(image.width, image.height, channels, samples);
        if (!encoded) return encoded;
        bytes = *std::move(encoded);
    } else if (!stb::write_png(append, &bytes, image.width, image.height, channels,
                               samples.data())) {
        return out_of_memory();
    }
    std::size_t at = kPngSignatureBytes + kPngHeaderChunkBytes;
    for (const PngText& note : text) {
        const auto chunk = text_chunk(note);
        if (!chunk) return chunk.error();
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), chunk->begin(), chunk->end());
        at += chunk->size();
    }
    return bytes;
}

Result<std::vector<std::byte>> encode_jpeg_unguarded(const Image& image, bool grey) {
    IMPASTO_TRY(check_image(image));
    if (std::max(image.width, image.height) > kJpegLongestSide) {
        return bad("JPEG holds at most 65535 px a side; save it as PNG");
    }
    const auto codes = opaque_codes(image, grey);
    std::vector<std::byte> bytes;
    if (!stb::write_jpeg(append, &bytes, image.width, image.height, grey ? 1 : 3, codes.data(),
                         kJpegQuality)) {
        return out_of_memory();
    }
    return bytes;
}

}  // namespace

Result<std::vector<std::byte>> encode_png(const Image& image, std::span<const PngText> text,
                                          SampleFormat format) {
    try {
        return encode_png_unguarded(image, text, format);
    } catch (const std::bad_alloc&) {
        return out_of_memory();
    }
}

Result<std::vector<std::byte>> encode_jpeg(const Image& image, bool grey) {
    try {
        return encode_jpeg_unguarded(image, grey);
    } catch (const std::bad_alloc&) {
        return out_of_memory();
    }
}

}  // namespace impasto
