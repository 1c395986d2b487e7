#include "image/png_encode.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string_view>

#include "image/png_check.h"
#include "image/stb.h"

namespace impasto {
namespace {

using namespace std::string_view_literals;

constexpr std::array<std::uint8_t, 5> kColourTypes{0, 0, 4, 2, 6};  // by the number of channels

// PNG specification, 9.4.
int paeth(int left, int up, int corner) {
    const int guess = left + up - corner;
    const int to_left = std::abs(guess - left);
    const int to_up = std::abs(guess - up);
    const int to_corner = std::abs(guess - corner);
    if (to_left <= to_up && to_left <= to_corner) return left;
    return to_up <= to_corner ? up : corner;
}

// `row` filtered in one of the five ways (9.2); `above` is zeros for the first one.
void filter_row(int way, std::span<const std::uint8_t> row, std::span<const std::uint8_t> above,
                std::size_t pixel_bytes, std::span<std::uint8_t> out) {
    for (std::size_t i = 0; i < row.size(); ++i) {
        const int left = i >= pixel_bytes ? row[i - pixel_bytes] : 0;
        const int up = above[i];
        const int corner = i >= pixel_bytes ? above[i - pixel_bytes] : 0;
        int guess = 0;
        if (way == 1) guess = left;
        if (way == 2) guess = up;
        if (way == 3) guess = (left + up) / 2;
        if (way == 4) guess = paeth(left, up, corner);
        out[i] = static_cast<std::uint8_t>(row[i] - guess);
    }
}

long long cost(std::span<const std::uint8_t> filtered) {
    long long sum = 0;
    for (const std::uint8_t v : filtered) sum += v < 128 ? v : 256 - v;
    return sum;
}

void append_u32(std::vector<std::byte>& bytes, std::size_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<std::byte>(value >> shift & 0xFFU));
    }
}

void append_chunk(std::vector<std::byte>& bytes, std::string_view type,
                  std::span<const std::uint8_t> body) {
    append_u32(bytes, body.size());
    const std::size_t begin = bytes.size();
    const auto append = [&](const void* from, std::size_t size) {
        const auto* at = static_cast<const std::byte*>(from);
        bytes.insert(bytes.end(), at, at + size);
    };
    append(type.data(), type.size());
    append(body.data(), body.size());
    append_u32(bytes, png_crc(std::span(bytes).subspan(begin)));
}

struct Free {
    void operator()(unsigned char* memory) const { std::free(memory); }
};

}  // namespace

Result<std::vector<std::byte>> encode_png_16(int width, int height, int channels,
                                             std::span<const std::uint8_t> samples) {
    const std::size_t pixel_bytes = 2 * static_cast<std::size_t>(channels);
    const std::size_t row_bytes = static_cast<std::size_t>(width) * pixel_bytes;
    const auto rows = static_cast<std::size_t>(height);
    if ((row_bytes + 1) * rows > static_cast<std::size_t>(std::numeric_limits<int>::max()) / 2) {
        return Error{ErrorCode::kOutput, "a picture of " + std::to_string(width) + "x" +
                                             std::to_string(height) +
                                             " is too large for 16 bits a sample; take 8"};
    }
    std::vector<std::uint8_t> filtered((row_bytes + 1) * rows);
    const std::vector<std::uint8_t> zeros(row_bytes, 0);
    std::vector<std::uint8_t> trial(row_bytes);
    for (std::size_t y = 0; y < rows; ++y) {
        const auto row = samples.subspan(y * row_bytes, row_bytes);
        const auto above = y > 0 ? samples.subspan((y - 1) * row_bytes, row_bytes)
                                 : std::span<const std::uint8_t>(zeros);
        const auto best = std::span(filtered).subspan(y * (row_bytes + 1), row_bytes + 1);
        long long least = std::numeric_limits<long long>::max();
        for (int way = 0; way < 5; ++way) {
            filter_row(way, row, above, pixel_bytes, trial);
            const long long sum = cost(trial);
            if (sum >= least) continue;
            least = sum;
            best[0] = static_cast<std::uint8_t>(way);
            std::copy(trial.begin(), trial.end(), best.begin() + 1);
        }
    }
    int compressed_size = 0;
    const std::unique_ptr<unsigned char, Free> compressed(
        stb::deflate(filtered.data(), static_cast<int>(filtered.size()), compressed_size));
    if (!compressed) {
        return Error{ErrorCode::kOutOfMemory, "not enough memory to encode this picture"};
    }
    std::vector<std::byte> bytes;
    for (const char c : "\x89PNG\r\n\x1A\n"sv) bytes.push_back(static_cast<std::byte>(c));
    std::array<std::uint8_t, 13> header{};
    for (std::size_t i = 0; i < 4; ++i) {
        header[i] = static_cast<std::uint8_t>(width >> (24 - 8 * static_cast<int>(i)) & 0xFF);
        header[4 + i] = static_cast<std::uint8_t>(height >> (24 - 8 * static_cast<int>(i)) & 0xFF);
    }
    header[8] = 16;
    header[9] = kColourTypes[static_cast<std::size_t>(channels)];
    append_chunk(bytes, "IHDR"sv, header);
    append_chunk(bytes, "IDAT"sv, {compressed.get(), static_cast<std::size_t>(compressed_size)});
    append_chunk(bytes, "IEND"sv, {});
    return bytes;
}

}  // namespace impasto
