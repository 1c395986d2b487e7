#include "image/jpeg_check.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace impasto {
namespace {

using namespace std::string_view_literals;

// Marker codes, the byte after 0xFF (T.81, table B.1).
constexpr int kSof0 = 0xC0;
constexpr int kSof2 = 0xC2;
constexpr int kSof15 = 0xCF;
constexpr int kDht = 0xC4;
constexpr int kJpg = 0xC8;
constexpr int kDac = 0xCC;
constexpr int kRst0 = 0xD0;
constexpr int kRst7 = 0xD7;
constexpr int kSoi = 0xD8;
constexpr int kEoi = 0xD9;
constexpr int kSos = 0xDA;
constexpr int kTem = 0x01;
constexpr int kApp1 = 0xE1;
constexpr int kApp14 = 0xEE;

// Every block of 8x8 pixels takes one bit at the least: its DC code, or its share of a scan's.
constexpr std::int64_t kPixelsPerByteAtMost = 8 * 64;

Error bad(std::string message) { return {ErrorCode::kInput, std::move(message)}; }

Error truncated(std::string_view where) {
    return bad("truncated JPEG: the file ends " + std::string(where) +
               "; copy or download it again");
}

int byte_at(std::span<const std::byte> bytes, std::size_t at) {
    return std::to_integer<int>(bytes[at]);
}

int word_at(std::span<const std::byte> bytes, std::size_t at) {
    return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
}

bool starts_with(std::span<const std::byte> bytes, std::string_view what) {
    return bytes.size() >= what.size() && std::memcmp(bytes.data(), what.data(), what.size()) == 0;
}

// What the walk gathers beside the result.
struct Walk {
    JpegInfo info;
    std::array<int, 4> component_ids{};
    std::array<bool, 4> component_seen{};
    bool frame_seen = false;
    bool adobe_seen = false;
};

Status read_frame(std::span<const std::byte> body, int marker, Walk& walk) {
    if (walk.frame_seen) return bad("damaged JPEG: it holds a second frame header");
    if (marker > kSof2) {
        return bad(marker >= 0xC9 ? "JPEG with arithmetic coding is not supported; save it as PNG"
                                  : "lossless JPEG is not supported; save it as PNG");
    }
    if (body.size() < 6) return bad("damaged JPEG: its frame header is too short");
    if (byte_at(body, 0) != 8) {
        return bad("JPEG with " + std::to_string(byte_at(body, 0)) +
                   " bits a channel is not supported; save it as 16 bit PNG");
    }
    walk.info.height = word_at(body, 1);
    walk.info.width = word_at(body, 3);
    walk.info.components = byte_at(body, 5);
    const int components = walk.info.components;
    if (walk.info.width == 0 || walk.info.height == 0) {
        return bad("damaged JPEG: its header says " + std::to_string(walk.info.width) + "x" +
                   std::to_string(walk.info.height));
    }
    if (components != 1 && components != 3 && components != 4) {
        return bad("JPEG with " + std::to_string(components) + " channels is not supported");
    }
    if (body.size() != 6 + 3 * static_cast<std::size_t>(components)) {
        return bad("damaged JPEG: its frame header has the wrong length");
    }
    for (int i = 0; i < components; ++i) {
        walk.component_ids[static_cast<std::size_t>(i)] =
            byte_at(body, 6 + 3 * static_cast<std::size_t>(i));
    }
    walk.frame_seen = true;
    return {};
}

// stb_image 2.27 writes beyond its table when the sixteen counts sum to more than 256.
Status check_huffman_tables(std::span<const std::byte> body) {
    constexpr std::size_t kHead = 17;  // class and number, then the codes of each length
    while (!body.empty()) {
        if (body.size() < kHead) return bad("damaged JPEG: a Huffman table is too short");
        std::size_t codes = 0;
        for (std::size_t i = 1; i < kHead; ++i) codes += static_cast<std::size_t>(byte_at(body, i));
        if (codes > 256 || body.size() - kHead < codes) {
            return bad("damaged JPEG: a Huffman table makes no sense");
        }
        body = body.subspan(kHead + codes);
    }
    return {};
}

Status read_scan(std::span<const std::byte> body, Walk& walk) {
    if (!walk.frame_seen) return bad("damaged JPEG: picture data before its header");
    const std::size_t count = body.empty() ? 0 : static_cast<std::size_t>(byte_at(body, 0));
    if (count < 1 || count > 4 || body.size() != 4 + 2 * count) {
        return bad("damaged JPEG: a scan header has the wrong length");
    }
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t c = 0; c < 4; ++c) {
            if (walk.component_ids[c] == byte_at(body, 1 + 2 * i)) walk.component_seen[c] = true;
        }
    }
    return {};
}

// The first marker after entropy-coded data that begins at `at`: 0xFF followed by anything but a
// stuffed zero, a restart marker or a fill byte. bytes.size() when there is none.
std::size_t skip_entropy_coded(std::span<const std::byte> bytes, std::size_t at) {
    while (at + 1 < bytes.size()) {
        if (byte_at(bytes, at) != 0xFF) {
            ++at;
            continue;
        }
        const int next = byte_at(bytes, at + 1);
        if (next == 0xFF) {
            ++at;  // a fill byte: the second 0xFF may begin the marker
        } else if (next == 0 || (next >= kRst0 && next <= kRst7)) {
            at += 2;
        } else {
            return at;
        }
    }
    return bytes.size();
}

Status finish(const Walk& walk, std::size_t length) {
    if (!walk.frame_seen) return bad("damaged JPEG: it holds no picture");
    for (int i = 0; i < walk.info.components; ++i) {
        if (!walk.component_seen[static_cast<std::size_t>(i)]) {
            return bad("damaged JPEG: channel " + std::to_string(i + 1) + " of " +
                       std::to_string(walk.info.components) + " has no data");
        }
    }
    if (walk.info.components == 4 && !walk.adobe_seen) {
        return bad("CMYK JPEG without Adobe's marker: its colours can't be told; save it as RGB");
    }
    const std::int64_t pixels = std::int64_t{walk.info.width} * walk.info.height;
    if (pixels / kPixelsPerByteAtMost > static_cast<std::int64_t>(length)) {
        return bad("damaged JPEG: its header says " + std::to_string(walk.info.width) + "x" +
                   std::to_string(walk.info.height) + ", far more than " + std::to_string(length) +
                   " bytes can hold");
    }
    return {};
}

}  // namespace

Result<JpegInfo> check_jpeg(std::span<const std::byte> bytes) {
    if (!starts_with(bytes, "\xFF\xD8"sv)) return bad("not a JPEG");
    Walk walk;
    std::size_t at = 2;
    while (true) {
        // Some files pad between segments with zeros or 0xFF, which decoders skip.
        while (at < bytes.size() && byte_at(bytes, at) != 0xFF) ++at;
        while (at < bytes.size() && byte_at(bytes, at) == 0xFF) ++at;
        if (at >= bytes.size()) {
            return truncated(walk.frame_seen ? "inside the picture" : "inside its header");
        }
        const int marker = byte_at(bytes, at++);
        if (marker == kEoi) break;
        if (marker == 0 || marker == kTem || marker == kSoi ||
            (marker >= kRst0 && marker <= kRst7)) {
            continue;  // they stand alone
        }
        if (bytes.size() - at < 2) return truncated("inside its header");
        const std::size_t length = static_cast<std::size_t>(word_at(bytes, at));
        if (length < 2) return bad("damaged JPEG: a segment has no length");
        if (bytes.size() - at < length) return truncated("inside its header");
        const auto body = bytes.subspan(at + 2, length - 2);
        at += length;
        if (marker == kApp1 && walk.info.exif.empty() && starts_with(body, "Exif\0\0"sv)) {
            walk.info.exif = body.subspan(6);
        } else if (marker == kApp14 && body.size() >= 12 && starts_with(body, "Adobe"sv)) {
            walk.adobe_seen = byte_at(body, 11) == 0 || byte_at(body, 11) == 2;
        } else if (marker == kDht) {
            IMPASTO_TRY(check_huffman_tables(body));
        } else if (marker >= kSof0 && marker <= kSof15 && marker != kJpg && marker != kDac) {
            IMPASTO_TRY(read_frame(body, marker, walk));
        } else if (marker == kSos) {
            IMPASTO_TRY(read_scan(body, walk));
            at = skip_entropy_coded(bytes, at);
        }
    }
    IMPASTO_TRY(finish(walk, bytes.size()));
    return walk.info;
}

}  // namespace impasto
