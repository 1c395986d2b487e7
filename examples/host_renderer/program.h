// The frame loop.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "camera.h"
#include "frame_log.h"
#include "frames.h"
#include "model.h"
#include "options.h"
#include "output.h"
#include "panel.h"
#include "renderer.h"
#include "scene.h"
#include "stylise.h"
#include "window.h"

namespace host {

class Program {
  public:
    explicit Program(const Options& options);
    ~Program() { device_.wait_idle(); }  // before any member goes
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    void run();  // throws Failure

  private:
    std::unique_ptr<Output> make_output(const Output* old) const;
    void make_output_again();
    void loop();
    bool draw_frame();
    void stylise(VkCommandBuffer commands, FrameRecord& record);
    void finish();

    const Options options_;
    const Model model_;
    uint32_t styled_ = 0;  // the texture, when there is a stylist_
    // In the order in which they are made; the last goes first.
    std::optional<Window> window_;
    const Instance instance_;
    const Surface surface_;
    const Device device_;
    const Scene scene_;
    std::unique_ptr<Output> output_;
    Renderer renderer_;
    Frames frames_;
    std::optional<Panel> panel_;
    std::optional<Stylist> stylist_;

    FrameLog log_;
    Camera camera_;
    Controls controls_;
    std::chrono::steady_clock::time_point frame_begin_;
    uint32_t last_image_ = 0;
    SliceReport last_slice_;
};

}  // namespace host
