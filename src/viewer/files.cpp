#include "viewer/files.h"

#include <algorithm>
#include <system_error>

#include "platform/paths.h"

namespace impasto::viewer {
namespace fs = std::filesystem;

bool has_ending(const fs::path& path, std::initializer_list<std::string_view> endings) {
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) {
        return platform::has_extension(path, ending);
    });
}

bool is_picture_name(const fs::path& path) { return platform::is_picture_name(path); }

bool is_preset_name(const fs::path& path) { return has_ending(path, {".json"}); }

std::vector<std::string> pictures_in(const std::string& folder) {
    std::vector<std::string> found;
    std::error_code error;
    for (fs::directory_iterator entry(platform::path_from_utf8(folder), error), end;
         !error && entry != end; entry.increment(error)) {
        std::error_code unknown;
        if (is_picture_name(entry->path()) && entry->is_regular_file(unknown)) {
            found.push_back(platform::path_to_utf8(entry->path()));
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::string file_name(const std::string& path) {
    return platform::path_to_utf8(platform::path_from_utf8(path).filename());
}

std::vector<std::string> sample_pictures() {
    const auto program = platform::program_folder();
    if (!program) {
        return {};
    }
    // Beside the program where it was built, in the prefix's share where it is installed.
    for (const fs::path& folder :
         {*program / "samples", *program / ".." / "share" / "impasto" / "samples"}) {
        const fs::path content = folder / "landscape.png";
        const fs::path style = folder / "swirl.png";
        std::error_code error;
        if (fs::is_regular_file(content, error) && fs::is_regular_file(style, error)) {
            return {platform::path_to_utf8(content.lexically_normal()),
                    platform::path_to_utf8(style.lexically_normal())};
        }
    }
    return {};
}

}  // namespace impasto::viewer
