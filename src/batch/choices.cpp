#include "batch/choices.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "batch/globs.h"
#include "batch/outputs.h"
#include "batch/writers.h"
#include "impasto/impasto_material.h"
#include "platform/paths.h"

namespace impasto::batch {
namespace {

namespace fs = std::filesystem;

// "rock.v2" of "stones/rock.v2/", "a" of "photos/a.jpg"
std::string stem_of(std::string name, bool folder) {
    while (folder && name.size() > 1 && name.ends_with('/')) name.pop_back();
    const fs::path path = platform::path_from_utf8(name);
    return platform::path_to_utf8(folder ? path.filename() : path.stem());
}

// The pictures in a folder whose names say a map, of which impasto_material_load chooses, in the
// order of their names.
std::vector<std::string> maps_in(const std::string& name, const fs::path& folder) {
    std::vector<std::string> maps;
    std::error_code error;
    fs::directory_iterator entry(folder / platform::path_from_utf8(name), error);
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
        const std::string file = platform::path_to_utf8(entry->path().filename());
        if (!file.starts_with('.') && platform::is_picture_name(entry->path()) &&
            impasto_map_kind_of_name(file.c_str()) != IMPASTO_MAP_BY_NAME) {
            maps.push_back(name + (name.ends_with('/') ? "" : "/") + file);
        }
    }
    std::sort(maps.begin(), maps.end());
    return maps;
}

bool is_of_a_run(const std::string& file, const fs::path& folder,
                 const std::set<std::string>& made) {
    // By itself or with the folder that it is in.
    for (fs::path at = platform::path_from_utf8(file); at.has_filename(); at = at.parent_path()) {
        if (is_unfinished(platform::path_to_utf8(at.filename())) ||
            made.contains(plain_name(folder, platform::path_to_utf8(at)))) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::vector<Choice> choices_of(const FileKey& key, const std::string& name, const fs::path& folder,
                               const std::set<std::string>& made) {
    if (key.use == Use::kMasks && name == "-") return {Choice{"", "", "", {""}, {}}};
    const bool folders = key.use == Use::kFolders;
    const auto found = expand(name, folder, folders ? Wanted::kFolders : Wanted::kFiles);
    std::vector<Choice> all;
    std::string message = found ? "" : found.error().message;
    if (found) {
        bool left_out = false;
        for (const Match& match : *found) {
            if (match.path != name && is_of_a_run(match.path, folder, made)) {
                left_out = true;
                continue;
            }
            std::vector<std::string> files{match.path};
            if (folders) files = maps_in(match.path, folder);
            if (files.empty()) continue;
            all.push_back(
                {match.path, match.folder, stem_of(match.path, folders), std::move(files), {}});
        }
        message = left_out ? "'" + name + "' matches only what this batch made"
                           : "there are no maps in '" + name +
                                 "': their names end like _albedo.png, _normal.png, _roughness.png";
    }
    if (all.empty()) {
        all.push_back({name,
                       "",
                       stem_of(name, folders),
                       {name},
                       Error{ErrorCode::kInput, "'" + std::string(key.name) + "': " + message}});
    }
    return all;
}

Choice joined(std::vector<Choice> all) {
    Choice one = std::move(all.front());
    one.path.clear();
    for (std::size_t i = 1; i < all.size(); ++i) {
        one.stem += "+" + all[i].stem;
        one.files.insert(one.files.end(), all[i].files.begin(), all[i].files.end());
        if (!one.problem) one.problem = std::move(all[i].problem);
    }
    return one;
}

}  // namespace impasto::batch
