#include "viewer/items.h"

#include <algorithm>

namespace impasto::viewer {

void Items::begin_frame() { next_.clear(); }

void Items::note(const std::string& label) {
    const ImVec2 min = ImGui::GetItemRectMin();
    const ImVec2 max = ImGui::GetItemRectMax();
    if (ImGui::IsItemVisible()) {
        note_at(label, min, max);
    }
}

void Items::note_at(const std::string& label, const ImVec2& min, const ImVec2& max) {
    const ImVec2 clip_min = ImGui::GetWindowDrawList()->GetClipRectMin();
    const ImVec2 clip_max = ImGui::GetWindowDrawList()->GetClipRectMax();
    const ItemPlace place{{std::max(min.x, clip_min.x), std::max(min.y, clip_min.y)},
                          {std::min(max.x, clip_max.x), std::min(max.y, clip_max.y)},
                          ImGui::GetStyle().Alpha > 0.99f};
    if (place.min.x < place.max.x && place.min.y < place.max.y) {
        next_.emplace(label, place);
    }
}

std::optional<ItemPlace> Items::find(const std::string& label) const {
    const auto found = shown_.find(label);
    return found != shown_.end() ? std::optional(found->second) : std::nullopt;
}

}  // namespace impasto::viewer
