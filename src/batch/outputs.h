// Where outputs are written: under a name of their own beside it, which says what they were made
// from, until they are recorded.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace impasto::batch {

// "out.png", "0123456789abcdef..." -> "out.png.0123456789abcdef.part.png". A file of that name is
// whole, since it was renamed to it, and is what a job of that fingerprint makes.
std::filesystem::path part_name(const std::filesystem::path& output,
                                const std::string& fingerprint);

// Removes what dead runs left beside `outputs`: parts, and temporary files that no process holds.
// What cannot be removed stays.
void remove_stale(const std::vector<std::filesystem::path>& outputs);

}  // namespace impasto::batch
