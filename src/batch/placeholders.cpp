#include "batch/placeholders.h"

#include <algorithm>

#include "settings/suggest.h"

namespace impasto::batch {

Result<std::string> fill(std::string_view pattern, const Placeholders& values) {
    std::string text;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c != '{' && c != '}') {
            text += c;
            continue;
        }
        if (i + 1 < pattern.size() && pattern[i + 1] == c) {
            text += c;
            ++i;
            continue;
        }
        const std::size_t end = pattern.find('}', i);
        if (c == '}' || end == std::string_view::npos) {
            return Error{ErrorCode::kInput, "has a '" + std::string(1, c) +
                                                "' that belongs to no placeholder; one that is "
                                                "meant as it stands is written twice"};
        }
        const std::string name(pattern.substr(i + 1, end - i - 1));
        const auto found = std::find_if(values.begin(), values.end(),
                                        [&](const auto& one) { return one.first == name; });
        if (found == values.end()) {
            std::vector<std::string> known;
            std::string list;
            for (const auto& [one, value] : values) {
                known.push_back(one);
                list += (list.empty() ? "{" : ", {") + one + "}";
            }
            const std::string near = settings::did_you_mean(name, known);
            return Error{ErrorCode::kInput, "there is no placeholder {" + name.substr(0, 40) + "}" +
                                                (near.empty() ? ": it is one of " + list : near)};
        }
        text += found->second;
        i = end;
    }
    return text;
}

}  // namespace impasto::batch
