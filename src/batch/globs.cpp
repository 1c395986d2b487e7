#include "batch/globs.h"

#include <algorithm>
#include <optional>
#include <system_error>

#include "platform/paths.h"

namespace impasto::batch {
namespace {

namespace fs = std::filesystem;

// Against folders that have no end.
constexpr std::size_t kMostFiles = 1000000;

struct Class {
    bool matches = false;
    std::size_t length = 0;  // of the pattern, brackets included
};

// "[a-z]..." against one byte; nothing when the bracket is never closed, and so meant as it stands.
std::optional<Class> match_class(std::string_view pattern, unsigned char c) {
    std::size_t i = 1;
    const bool inverted = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
    if (inverted) ++i;
    bool found = false;
    for (bool first = true; i < pattern.size() && (first || pattern[i] != ']'); first = false) {
        const auto low = static_cast<unsigned char>(pattern[i]);
        auto high = low;
        if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
            high = static_cast<unsigned char>(pattern[i + 2]);
            i += 2;
        }
        found = found || (low <= c && c <= high);
        ++i;
    }
    if (i >= pattern.size()) return std::nullopt;
    return Class{found != inverted, i + 1};
}

// Bytes of the UTF-8 character that begins there.
std::size_t character(std::string_view text) {
    std::size_t length = 1;
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0u) == 0x80u) {
        ++length;
    }
    return length;
}

// How far one part of the pattern that is no '*' goes with the name's begin; nothing: not at all.
struct Step {
    std::size_t pattern = 0;
    std::size_t name = 0;
};
std::optional<Step> step(std::string_view pattern, std::string_view name) {
    if (name.empty()) return std::nullopt;
    if (pattern[0] == '?') return Step{1, character(name)};
    if (pattern[0] == '[') {
        if (const auto in = match_class(pattern, static_cast<unsigned char>(name[0]))) {
            return in->matches ? std::optional(Step{in->length, 1}) : std::nullopt;
        }
    }
    return pattern[0] == name[0] ? std::optional(Step{1, 1}) : std::nullopt;
}

std::vector<std::string> parts_of(std::string_view pattern) {
    std::vector<std::string> parts;
    while (!pattern.empty()) {
        const std::size_t slash = pattern.find('/');
        if (slash != 0) parts.emplace_back(pattern.substr(0, slash));
        if (slash == std::string_view::npos) break;
        pattern.remove_prefix(slash + 1);
    }
    return parts;
}

class Walk {
  public:
    Walk(const std::vector<std::string>& parts, Wanted wanted, std::vector<Match>& found)
        : parts_(parts), wanted_(wanted), found_(found) {}

    // From the part `at` on, in the folder `here`, which the pattern calls `shown`; `below` counts
    // from the first wildcard.
    Status go(std::size_t at, const fs::path& here, const std::string& shown,
              const std::string& below) {
        const std::string& part = parts_[at];
        const bool last = at + 1 == parts_.size();
        if (part == "**") {
            // Any number of folders, and with nothing after it everything in them.
            if (!last) IMPASTO_TRY(go(at + 1, here, shown, below));
            return each(here,
                        [&](const fs::directory_entry& entry, const std::string& name) -> Status {
                            std::error_code error;
                            if (name.starts_with('.')) return {};
                            if (last) IMPASTO_TRY(add(entry, shown + name, below));
                            if (entry.is_directory(error) && !entry.is_symlink(error)) {
                                return go(at, entry.path(), shown + name + "/", below + name + "/");
                            }
                            return {};
                        });
        }
        return each(here, [&](const fs::directory_entry& entry, const std::string& name) {
            if (!matches(part, name)) return Status();
            if (last) return add(entry, shown + name, below);
            std::error_code error;
            if (!entry.is_directory(error)) return Status();
            return go(at + 1, entry.path(), shown + name + "/", below + name + "/");
        });
    }

  private:
    template <typename Body>
    static Status each(const fs::path& folder, Body&& body) {
        std::error_code error;
        fs::directory_iterator entry(folder.empty() ? fs::path(".") : folder, error);
        for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
            IMPASTO_TRY(body(*entry, platform::path_to_utf8(entry->path().filename())));
        }
        // A folder that is not there has no files.
        if (!error || error == std::errc::no_such_file_or_directory ||
            error == std::errc::not_a_directory) {
            return {};
        }
        return Error{
            ErrorCode::kInput,
            "cannot list the folder '" + platform::path_to_utf8(folder) + "': " + error.message()};
    }
    Status add(const fs::directory_entry& entry, const std::string& shown,
               const std::string& below) {
        std::error_code error;
        const bool files = wanted_ == Wanted::kFiles;
        if (!(files ? entry.is_regular_file(error) : entry.is_directory(error))) return {};
        if (found_.size() >= kMostFiles) {
            return Error{ErrorCode::kInput, "matches more than a million names"};
        }
        found_.push_back({shown, below.substr(0, below.size() - (below.empty() ? 0 : 1))});
        return {};
    }

    const std::vector<std::string>& parts_;
    const Wanted wanted_;
    std::vector<Match>& found_;
};

}  // namespace

bool has_wildcards(std::string_view pattern) {
    return pattern.find_first_of("*?[") != std::string_view::npos;
}

bool matches(std::string_view pattern, std::string_view name) {
    if (name.starts_with('.') && !pattern.starts_with('.')) return false;
    std::size_t p = 0;
    std::size_t n = 0;
    // Where the last '*' stands and how much it has taken: only that one is ever tried again.
    std::size_t star = std::string_view::npos;
    std::size_t taken = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            taken = n;
            continue;
        }
        if (p < pattern.size()) {
            if (const auto one = step(pattern.substr(p), name.substr(n))) {
                p += one->pattern;
                n += one->name;
                continue;
            }
        }
        if (star == std::string_view::npos) return false;
        p = star + 1;
        n = ++taken;
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Result<std::vector<Match>> expand(std::string_view pattern, const fs::path& folder, Wanted wanted) {
    std::vector<Match> found;
    std::error_code error;
    const fs::path whole = folder / platform::path_from_utf8(pattern);
    if (!has_wildcards(pattern) || fs::exists(whole, error)) {
        found.push_back({std::string(pattern), ""});
        return found;
    }
    // The folders before the first wildcard are taken as they stand.
    const std::size_t wild = pattern.find_first_of("*?[");
    const std::size_t slash = pattern.substr(0, wild).rfind('/');
    const std::string base(pattern.substr(0, slash == std::string_view::npos ? 0 : slash + 1));
    const std::vector<std::string> parts = parts_of(pattern.substr(base.size()));
    // Each ** by itself lists every folder, so several would list them again and again.
    if (std::count(parts.begin(), parts.end(), "**") > 1) {
        return Error{ErrorCode::kInput,
                     "'" + std::string(pattern) + "' has ** more than once; one is enough"};
    }
    Walk walk(parts, wanted, found);
    if (const Status status = walk.go(0, folder / platform::path_from_utf8(base), base, "");
        !status) {
        return Error{status.error().code,
                     "'" + std::string(pattern) + "': " + status.error().message};
    }
    if (found.empty()) {
        return Error{ErrorCode::kInput,
                     "'" + std::string(pattern) + "' matches no " +
                         (wanted == Wanted::kFiles ? "file" : "folder") + " in '" +
                         platform::path_to_utf8(folder.empty() ? "." : folder) + "'"};
    }
    std::sort(found.begin(), found.end(),
              [](const Match& a, const Match& b) { return a.path < b.path; });
    return found;
}

}  // namespace impasto::batch
