// Where outputs are written: under a name of their own beside it, which says what they were made
// from, until they are recorded.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace impasto::batch {

// "out.png", "0123456789abcdef..." -> "out.png.0123456789abcdef.part.png". A file of that name is
// whole, since it was renamed to it, and is what a job of that fingerprint makes.
std::filesystem::path part_name(const std::filesystem::path& output,
                                const std::string& fingerprint);

// Before a run of minutes: whether there is a folder where a file is to be. kOutput.
Status check_file(const std::filesystem::path& output);

// Likewise: whether publish() would replace the folder that is there by one with
// files of which `written(name)` is true. kOutput.
Status check_folder(const std::filesystem::path& output, bool known,
                    const std::function<bool(const std::string&)>& written);

// Gives a part the name of its output, in the place of what has it. A folder with files that are
// not among the part's, nor mip levels of these, is replaced only where it is `known` to be an
// earlier run's: else it is somebody's. Killed in the middle, the part is still there, whole.
// kOutput.
Status publish(const std::filesystem::path& part, const std::filesystem::path& output, bool known);

// Whether a name is that of a part or of a temporary file or folder beside it.
bool is_unfinished(std::string_view name);

// Removes what dead runs left beside `outputs`: parts, and temporary files that no process holds,
// and likewise folders, but for those with folders in them. What cannot be removed stays. A folder
// that a dead run had moved away for the new one that it did not get to gets its name again.
void remove_stale(const std::vector<std::filesystem::path>& outputs);

}  // namespace impasto::batch
