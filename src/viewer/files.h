// What a user may open, and what is remembered between runs.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace impasto::viewer {

// Whether the name ends so, in capitals or not; `endings` in small letters, with the dot.
bool has_ending(const std::filesystem::path& path, std::initializer_list<std::string_view> endings);
bool is_picture_name(const std::filesystem::path& path);  // .png, .jpg, .jpeg
bool is_preset_name(const std::filesystem::path& path);   // .json

// The pictures in a folder, by name; not those below.
std::vector<std::string> pictures_in(const std::string& folder);

// "harbour.jpg"
std::string file_name(const std::string& path);

// The pictures that come with Impasto (samples/): content and style; empty where they are not
// installed.
std::vector<std::string> sample_pictures();

}  // namespace impasto::viewer
