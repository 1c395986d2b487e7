// Where a glTF document's buffers and images lie: RFC 3986's references, as far as a file may use
// them. What a file names is foreign: it reaches nothing outside the model's own folder.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace impasto::gltf {

bool is_data_uri(std::string_view uri);

// The bytes of "data:[type];base64,..." and, if `type` is asked for, its media type. kInput, in
// words that follow a name ("has a data URI that ...").
Result<std::vector<std::byte>> decode_data_uri(std::string_view uri, std::string* type = nullptr);
std::string encode_data_uri(std::string_view type, const std::vector<std::byte>& bytes);

// A reference as a path below the model's folder, percent-decoded: "textures/a%20b.png" ->
// "textures/a b.png". kInput where it is empty, absolute, has a scheme, a backslash, a control
// character, or leaves the folder with "..".
Result<std::filesystem::path> relative_path(std::string_view uri);
// The other way.
std::string uri_of(const std::filesystem::path& relative);

// The file behind a reference. kInput, in words that follow a name: outside of `folder` also by way
// of a link, missing, not a regular file.
Result<std::vector<std::byte>> read_beside(const std::filesystem::path& folder,
                                           std::string_view uri);

}  // namespace impasto::gltf
