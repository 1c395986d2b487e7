// What a file is, by its first bytes: so that a message can name what was found.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace impasto {

// The number of leading bytes that sniff_file looks at.
inline constexpr std::size_t kSniffBytes = 512;

// Names the format that bytes (the start of a file, at most kSniffBytes are looked at) begin:
// "JPEG", "PNG", "WebP", "HEIC", "PDF", "text" ...; empty when it is none that is known.
std::string_view sniff_file(std::span<const std::byte> bytes);

}  // namespace impasto
