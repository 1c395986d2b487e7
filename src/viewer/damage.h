// What a frame changes of the window: it is compared with the one before, so that only that is
// drawn, and nothing where nothing changed. A driver on the CPU draws with the cores that compute.
//
// A frame is a sequence of pieces, in the order in which they cover one another: each triangle of
// ImGui's draw lists, each draw of a callback. Of a draw list the pieces with which it begins and
// ends as before have not changed; what lies between them, before and now, has, but for pieces of
// the same place in lists of the same length.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace impasto::viewer {

// In px of the framebuffer; right and bottom are outside.
struct Rect {
    int left = 0;
    int top = 0;
    int right = 0;
    int bottom = 0;

    bool operator==(const Rect&) const = default;
    bool empty() const { return right <= left || bottom <= top; }
    std::uint64_t pixels() const;
    // The smallest one that holds both.
    Rect united(const Rect& other) const;
    // What they have in common.
    Rect cut(const Rect& other) const;
};

// What a callback of a draw list will draw. `hash`: of everything that its pixels depend on.
struct Drawn {
    std::uint64_t hash = 0;
    ImVec2 min;  // in ImGui's units
    ImVec2 max;
};

// Carries a hash on; begin with any value.
std::uint64_t hashed(std::uint64_t hash, std::uint64_t word);
std::uint64_t hashed(std::uint64_t hash, float first, float second);

class Damage {
  public:
    using Describe = std::function<Drawn(const ImDrawCmd&)>;

    // Where this frame looks different from the last one that was given; the whole framebuffer for
    // the first one and one of another size. `describe` is asked about callbacks.
    Rect compare(const ImDrawData& data, const Describe& describe);
    // Of the next frame everything counts as changed.
    void forget() { window_ = {}; }

  private:
    struct Piece {
        std::uint64_t hash;
        Rect bounds;
    };
    using Pieces = std::vector<Piece>;
    static void take(const ImDrawList& list, const ImDrawData& data, const Describe& describe,
                     Pieces& pieces);
    static Rect difference(const Pieces& before, const Pieces& now);

    Rect window_;
    std::vector<Pieces> before_;  // by draw list
    std::vector<Pieces> now_;     // between calls only room
};

// While it lives, nothing outside `rect` is drawn of the frame.
class CutDrawData {
  public:
    CutDrawData(ImDrawData& data, const Rect& rect);
    ~CutDrawData();
    CutDrawData(const CutDrawData&) = delete;
    CutDrawData& operator=(const CutDrawData&) = delete;

  private:
    ImDrawData& data_;
    std::vector<ImVec4> kept_;  // the clip rectangles as they were
};

}  // namespace impasto::viewer
