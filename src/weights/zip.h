// The directory of a ZIP archive of stored (uncompressed) files, which is what torch.save makes:
// an entry's bytes can be used where they lie. Forty lines of format do not pay for a dependency
// that every platform would have to bring; compression, encryption and archives in several parts
// are refused. Layout: PKWARE APPNOTE.TXT, with the 64-bit fields.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace impasto {

struct ZipEntry {
    std::string name;
    std::span<const std::byte> data;
};

bool looks_like_zip(std::span<const std::byte> bytes);

// All entries, in the directory's order. They refer to `bytes`. kWeights where the archive is
// damaged (offsets outside the file, names twice) or has entries that are not stored as they are.
Result<std::vector<ZipEntry>> read_zip(std::span<const std::byte> bytes);

}  // namespace impasto
