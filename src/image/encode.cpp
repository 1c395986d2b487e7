#include "image/encode.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <new>
#include <string_view>

#include "image/load.h"
#include "image/png_check.h"
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

// RGB codes, interleaved; on white where there is alpha.
std::vector<std::uint8_t> rgb_codes(const Image& image) {
    const std::size_t pixels = image.pixels();
    std::vector<std::uint8_t> codes(3 * pixels);
    for (std::size_t c = 0; c < 3; ++c) {
        const float* plane = &image.rgb[c * pixels];
        for (std::size_t i = 0; i < pixels; ++i) {
            float value = plane[i];
            if (!image.alpha.empty()) {
                const float alpha = std::clamp(image.alpha[i], 0.0f, 1.0f);
                value = std::clamp(value, 0.0f, 1.0f) * alpha + (1.0f - alpha);
            }
            codes[3 * i + c] = code_of(value);
        }
    }
    return codes;
}

std::vector<std::uint8_t> rgba_codes(const Image& image) {
    const std::size_t pixels = image.pixels();
    std::vector<std::uint8_t> codes(4 * pixels);
    for (std::size_t i = 0; i < pixels; ++i) {
        for (std::size_t c = 0; c < 3; ++c) codes[4 * i + c] = code_of(image.rgb[c * pixels + i]);
        codes[4 * i + 3] = code_of(image.alpha[i]);
    }
    return codes;
}

Result<std::vector<std::byte>> encode_png_unguarded(const Image& image,
                                                    std::span<const PngText> text) {
    IMPASTO_TRY(check_image(image));
    const int channels = image.alpha.empty() ? 3 : 4;
    const auto codes = channels == 3 ? rgb_codes(image) : rgba_codes(image);
    std::vector<std::byte> bytes;
    if (!stb::write_png(append, &bytes, image.width, image.height, channels, codes.data())) {
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

Result<std::vector<std::byte>> encode_jpeg_unguarded(const Image& image) {
    IMPASTO_TRY(check_image(image));
    if (std::max(image.width, image.height) > kJpegLongestSide) {
        return bad("JPEG holds at most 65535 px a side; save it as PNG");
    }
    const auto codes = rgb_codes(image);
    std::vector<std::byte> bytes;
    if (!stb::write_jpeg(append, &bytes, image.width, image.height, 3, codes.data(),
                         kJpegQuality)) {
        return out_of_memory();
    }
    return bytes;
}

}  // namespace

Result<std::vector<std::byte>> encode_png(const Image& image, std::span<const PngText> text) {
    try {
        return encode_png_unguarded(image, text);
    } catch (const std::bad_alloc&) {
        return out_of_memory();
    }
}

Result<std::vector<std::byte>> encode_jpeg(const Image& image) {
    try {
        return encode_jpeg_unguarded(image);
    } catch (const std::bad_alloc&) {
        return out_of_memory();
    }
}

}  // namespace impasto
