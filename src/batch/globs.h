// File names with wildcards: * and ? within a name, [a-z] and [!a-z], ** for any number of folders.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace impasto::batch {

// Whether `pattern` has anything that is not meant as it stands.
bool has_wildcards(std::string_view pattern);

// Whether one name, without slashes, is of the pattern. A name that begins with a dot is of none
// that doesn't. Linear in the name for each * of the pattern, however many there are.
bool matches(std::string_view pattern, std::string_view name);

struct Match {
    std::string path;    // as the pattern has it: relative to the folder where that is, with '/'
    std::string folder;  // where it lies below the pattern's part without wildcards: "a/b", or ""
};

enum class Wanted { kFiles, kFolders };

// The regular files, or the folders, of `pattern` (UTF-8, '/' between folders), relative to
// `folder` or absolute, in the order of their bytes. Links to folders are not followed by **. A
// file of exactly that name is itself, whatever is in the name. Without wildcards the name is given
// back, be there a file or not. kInput when nothing is found or a folder cannot be listed.
Result<std::vector<Match>> expand(std::string_view pattern, const std::filesystem::path& folder,
                                  Wanted wanted = Wanted::kFiles);

}  // namespace impasto::batch
