// Where the interface's items are, by label: a script clicks what a user would.
#pragma once

#include <imgui.h>

#include <map>
#include <optional>
#include <string>

namespace impasto::viewer {

struct ItemPlace {
    ImVec2 min;  // as it was drawn last, cut to what can be seen of it
    ImVec2 max;
    bool enabled = true;
};

class Items {
  public:
    // Forgets what the frame before had.
    void begin_frame();
    // The item that ImGui was given last. Of two with one label the first counts.
    void note(const std::string& label);
    // What ImGui draws by itself, at this place of the current window.
    void note_at(const std::string& label, const ImVec2& min, const ImVec2& max);
    // As the last whole frame had it; nothing when it is not on the screen.
    std::optional<ItemPlace> find(const std::string& label) const;
    const std::map<std::string, ItemPlace>& all() const { return shown_; }
    void end_frame() { shown_.swap(next_); }

  private:
    std::map<std::string, ItemPlace> shown_;
    std::map<std::string, ItemPlace> next_;
};

}  // namespace impasto::viewer
