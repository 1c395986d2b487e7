#include "batch/kinds.h"

#include <algorithm>
#include <array>

namespace impasto::batch {

std::span<const Kind> kinds() {
    static const std::array all{kStylize, kTexture, kMaterial, kGltf};
    return all;
}

const Kind* find_kind(std::string_view name) {
    const auto all = kinds();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Kind& kind) { return kind.name == name; });
    return found != all.end() ? &*found : nullptr;
}

}  // namespace impasto::batch
