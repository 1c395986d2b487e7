// Draws pictures into panes of the window with a pipeline of its own (shaders/canvas.frag), from
// within ImGui's draw lists: Debian's ImGui 1.86 can't show textures of a user.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <deque>
#include <memory>

#include "viewer/damage.h"
#include "viewer/texture.h"

namespace impasto::viewer {

enum class Compare : std::uint32_t { kNone = 0, kSplit = 1, kDifference = 2 };

// What is seen of a picture. Positions in ImGui's units, from the display's upper left corner.
struct CanvasView {
    ImVec2 origin;  // of the picture's upper left corner
    ImVec2 extent;  // of the picture, zoomed
    Compare compare = Compare::kNone;
    float split = 0;  // x; to its left the second picture
    float gain = 1;   // of the difference
    bool nearest = false;
    bool tiled = false;                 // 3x3
    std::uint32_t surround = 0x202020;  // 0xRRGGBB
};

class Canvas {
  public:
    static Result<std::unique_ptr<Canvas>> create(const Device& device, const TextureLayout& layout,
                                                  VkRenderPass pass);

    // Adds a rectangle from `min` to `max` to the draw list. Both textures must live until the
    // frame is drawn; `second` may be null.
    void add(ImDrawList& list, ImVec2 min, ImVec2 max, const CanvasView& view, const Texture& first,
             const Texture* second = nullptr);

    // Before ImGui's drawing of the lists of a frame.
    void begin(VkCommandBuffer commands) { commands_ = commands; }
    // Forgets what was added: the frame is drawn, or never will be.
    void end() { draws_.clear(); }
    // What a callback that add() left will draw.
    static Drawn describe(const ImDrawCmd& command);

  private:
    struct Draw {
        Canvas* canvas;
        CanvasView view;
        ImVec2 min;
        ImVec2 max;
        VkDescriptorSet first;
        VkDescriptorSet second;
        std::uint32_t first_width;  // px
        std::uint32_t second_width;
        std::uint64_t stamps;  // of both textures
    };
    explicit Canvas(const Device& device) : device_(device) {}
    Status make_pipeline(const TextureLayout& layout, VkRenderPass pass);
    void draw(const Draw& what) const;
    static void callback(const ImDrawList* list, const ImDrawCmd* command);

    const Device& device_;
    PipelineLayout layout_;
    Pipeline pipeline_;
    VkCommandBuffer commands_ = VK_NULL_HANDLE;
    std::deque<Draw> draws_;  // addresses stay
};

}  // namespace impasto::viewer
