// The sliders and the plot of frame times, by Dear ImGui.
#pragma once

#include "camera.h"
#include "device.h"
#include "frame_log.h"
#include "handle.h"

struct GLFWwindow;

namespace host {

// What the user sets. The panel changes it, the frame loop obeys.
struct Controls {
    float budget_ms = 4;
    float style_weight = 0;
    bool paused = false;
    bool show_original = false;
    bool restart = false;  // until obeyed
};

class Panel {
  public:
    // To be drawn in `pass`. `window`: where its input comes from; null headless.
    Panel(const Instance& instance, const Device& device, VkRenderPass pass, GLFWwindow* window);
    ~Panel();  // the device must be idle
    Panel(const Panel&) = delete;
    Panel& operator=(const Panel&) = delete;

    // Lays out a frame, and lets the mouse turn the camera. `styled`: there is a stylisation.
    void update(VkExtent2D extent, bool styled, const FrameLog& log, Controls& controls,
                Camera& camera);
    void draw(VkCommandBuffer commands) const;

  private:
    GLFWwindow* window_;
    DescriptorPool pool_;
};

}  // namespace host
