#include "batch/outputs.h"

#include <map>
#include <set>
#include <string_view>
#include <system_error>

#include "platform/part_file.h"
#include "platform/paths.h"

namespace impasto::batch {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDigits = 16;
constexpr std::string_view kPart = ".part";

bool of(std::string_view text, std::string_view characters) {
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

// The name of the output that a part belongs to; "" for what is none.
std::string output_of_part(std::string_view name) {
    const std::size_t part = name.rfind(kPart);
    if (part == std::string_view::npos || part < kDigits + 2) return "";
    const std::string_view extension = name.substr(part + kPart.size());
    const std::string_view output = name.substr(0, part - kDigits - 1);
    if (name[part - kDigits - 1] != '.' || !output.ends_with(extension) ||
        !of(name.substr(part - kDigits, kDigits), "0123456789abcdef")) {
        return "";
    }
    return std::string(output);
}

// "out.png.1234.tmp" -> "out.png"; "" for what is not a temporary file.
std::string without_tmp(std::string_view name) {
    constexpr std::string_view kTmp = ".tmp";
    if (!name.ends_with(kTmp)) return "";
    name.remove_suffix(kTmp.size());
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || !of(name.substr(dot + 1), "0123456789")) return "";
    return std::string(name.substr(0, dot));
}

void remove_unless_held(const fs::path& path) {
    // A process that writes it holds it.
    const auto file = platform::PartFile::open(path);
    std::error_code ignored;
    if (file) fs::remove(path, ignored);
}

void clean(const fs::path& folder, const std::set<std::string>& outputs) {
    std::vector<fs::path> stale;
    std::error_code error;
    fs::directory_iterator entry(folder.empty() ? fs::path(".") : folder, error);
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
        const std::string name = platform::path_to_utf8(entry->path().filename());
        const std::string written = without_tmp(name);
        const std::string output = output_of_part(written.empty() ? name : written);
        if (!outputs.contains(output) && !outputs.contains(written)) continue;
        stale.push_back(folder / entry->path().filename());
    }
    for (const fs::path& path : stale) remove_unless_held(path);
}

}  // namespace

fs::path part_name(const fs::path& output, const std::string& fingerprint) {
    fs::path name = output.filename();
    name += "." + fingerprint.substr(0, kDigits) + std::string(kPart);
    name += output.extension();
    return output.parent_path() / name;
}

void remove_stale(const std::vector<fs::path>& outputs) {
    std::map<fs::path, std::set<std::string>> folders;
    for (const fs::path& output : outputs) {
        folders[output.parent_path()].insert(platform::path_to_utf8(output.filename()));
    }
    for (const auto& [folder, names] : folders) clean(folder, names);
}

}  // namespace impasto::batch
