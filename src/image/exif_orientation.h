// The orientation that a camera notes in a picture's EXIF data.
#pragma once

#include <cstddef>
#include <span>

namespace impasto {

// Reads tag 0x0112 of the first directory of tiff, a TIFF block ("II*\0" or "MM\0*" first) as
// JPEG's APP1 (after "Exif\0\0") and PNG's eXIf chunk hold it. Returns 1..8 (EXIF 2.3, 4.6.4),
// and 1, upright, for whatever is damaged, missing or out of range: a picture is worth showing
// with a broken note beside it. Never reads outside tiff.
int exif_orientation(std::span<const std::byte> tiff);

}  // namespace impasto
