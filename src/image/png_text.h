// The notes of a PNG file (PNG specification, 11.3.4): "Software", "Comment", "impasto:preset".
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace impasto {

// A note: when it is written, key is 1..79 printable ASCII characters and value is UTF-8 without
// zeros. One that was read has the file's own key, 1..79 bytes (Latin-1), and such a value.
struct PngText {
    std::string key;
    std::string value;

    bool operator==(const PngText&) const = default;
};

// The longest value that is read, in bytes of UTF-8.
inline constexpr std::size_t kLongestPngText = std::size_t{1} << 20;
// What all notes of a file may take together, in memory and in work on those that are refused.
inline constexpr std::size_t kPngTextsAtMost = 8 * kLongestPngText;

// Whether a chunk of this type, "tEXt", holds a note.
bool is_png_text(std::string_view type);

// The notes in the tEXt, zTXt and iTXt chunks of a file that check_png has passed, in the file's
// order. Nothing that is wrong with one is an error, it is left out: a wrong checksum, a key that
// is none, data that do not decompress, a value that is longer than kLongestPngText, is not UTF-8
// (iTXt) or holds a zero. Once kPngTextsAtMost are reached no further ones are read.
std::vector<PngText> read_png_texts(std::span<const std::byte> bytes);

}  // namespace impasto
