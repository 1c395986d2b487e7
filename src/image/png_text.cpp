#include "image/png_text.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "image/png_check.h"
#include "image/stb.h"

namespace impasto {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kKeyLongest = 79;
// Of memory: the two strings, and a list that is longer than what it holds.
constexpr std::size_t kTextOverhead = 2 * sizeof(PngText);

struct Read {
    std::optional<PngText> text;
    std::size_t cost = 0;  // of kPngTextsAtMost
};

// The text up to the next zero, which is passed; nothing without one.
std::optional<std::string_view> take_until_zero(std::string_view& body) {
    const std::size_t end = body.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view taken = body.substr(0, end);
    body.remove_prefix(end + 1);
    return taken;
}

std::optional<std::string> decompressed(std::string_view data) {
    if (data.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return {};
    std::string text(kLongestPngText, '\0');
    const int length = stb::inflate(text.data(), static_cast<int>(text.size()), data.data(),
                                    static_cast<int>(data.size()));
    if (length < 0) return {};
    text.resize(static_cast<std::size_t>(length));
    text.shrink_to_fit();
    return text;
}

std::string utf8_from_latin1(std::string_view text) {
    std::string utf8;
    utf8.reserve(text.size());
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (code < 0x80) {
            utf8 += c;
        } else {
            utf8 += static_cast<char>(0xC0 | code >> 6);
            utf8 += static_cast<char>(0x80 | (code & 0x3F));
        }
    }
    return utf8;
}

// RFC 3629: nothing longer than it must be, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    for (std::size_t at = 0; at < text.size();) {
        const unsigned first = byte(at);
        const std::size_t more = first < 0x80   ? 0
                                 : first < 0xC2 ? std::string_view::npos
                                 : first < 0xE0 ? 1
                                 : first < 0xF0 ? 2
                                 : first < 0xF5 ? 3
                                                : std::string_view::npos;
        if (more == std::string_view::npos || more >= text.size() - at) return false;
        for (std::size_t i = 1; i <= more; ++i) {
            if ((byte(at + i) & 0xC0U) != 0x80) return false;
        }
        const unsigned second = more > 0 ? byte(at + 1) : 0;
        if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
            (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) {
            return false;
        }
        at += more + 1;
    }
    return true;
}

// tEXt: key 0 Latin-1
// zTXt: key 0 method compressed(Latin-1)
// iTXt: key 0 is-compressed method language 0 translated-key 0 UTF-8, which may be compressed
// where the only method is 0, zlib.
Read read_text(std::string_view type, std::string_view body) {
    const auto key = take_until_zero(body);
    if (!key || key->empty() || key->size() > kKeyLongest) return {};
    bool compressed = type == "zTXt"sv;
    if (type == "iTXt"sv) {
        if (body.size() < 2 || static_cast<unsigned char>(body[0]) > 1) return {};
        compressed = body[0] == 1;
        body.remove_prefix(1);
    }
    if (type != "tEXt"sv) {
        if (body.empty() || (compressed && body[0] != 0)) return {};
        body.remove_prefix(1);
    }
    if (type == "iTXt"sv && (!take_until_zero(body) || !take_until_zero(body))) return {};

    Read read;
    std::string value;
    if (compressed) {
        auto text = decompressed(body);
        read.cost = kLongestPngText;
        if (!text) return read;
        value = *std::move(text);
    } else {
        if (body.size() > kLongestPngText) return {};
        value = body;
    }
    if (type != "iTXt"sv) value = utf8_from_latin1(value);
    if (!is_utf8(value)) return read;
    if (value.size() > kLongestPngText || value.find('\0') != std::string::npos) return read;
    read.cost = value.size() + key->size() + kTextOverhead;
    read.text = PngText{std::string(*key), std::move(value)};
    return read;
}

}  // namespace

bool is_png_text(std::string_view type) {
    return type == "tEXt"sv || type == "zTXt"sv || type == "iTXt"sv;
}

std::vector<PngText> read_png_texts(std::span<const std::byte> bytes) {
    std::vector<PngText> texts;
    std::size_t left = kPngTextsAtMost;
    std::size_t at = kPngSignatureBytes;
    while (const auto chunk = next_png_chunk(bytes, at)) {
        if (chunk->type == "IEND"sv) break;
        if (!is_png_text(chunk->type) || !chunk->is_whole()) continue;
        const std::string_view body(reinterpret_cast<const char*>(chunk->body.data()),
                                    chunk->body.size());
        Read read = read_text(chunk->type, body);
        if (read.cost > left) break;
        left -= read.cost;
        if (read.text) texts.push_back(*std::move(read.text));
    }
    return texts;
}

}  // namespace impasto
