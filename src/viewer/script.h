// Driving the viewer from a file, for tests and pictures of it: what a user does, done to the same
// places. Pointer, keys and text go in as input events; nothing is called behind the interface's
// back but what a desktop does too (files that are dropped, the window's size).
//
// A JSON list of steps, each an object with one of:
//
//     {"open": ["a.png", ...]}              as files on the command line
//     {"drop": ["a.png", ...]}              as files dropped into the window; "on": "style 1"
//     {"set": {"style-weight": 4, ...}}     options by their names, as in a preset
//     {"click": "Pause"}                    an item by its label, or [x, y] in the window's units;
//                                           waited for; "button": "right", "double": true,
//                                           "ctrl": true
//     {"move": "Size"}  {"scroll": -2}  {"drag": "Size", "by": [40, 0]}
//     {"hold": "Size", "by": [40, 0]}       dragged, and not let go before {"release": true}
//     {"key": "Ctrl+S"}  {"type": "text"}
//     {"wait": {"iterations": 20}}          or "phase": "done", "seconds": 1, "frames": 3,
//                                           "moments": 1, "saved": "out.png", "idle": true,
//                                           "item": "Start"; "timeout": seconds, 60 if not given
//     {"resize": [1280, 720]}  {"minimise": true}  {"restore": true}
//     {"screenshot": "shot.png"}            the window's pixels
//     {"state": "state.json"}               what the viewer knows
//     {"device": "llvmpipe"}                as chosen from the menu
//     {"lose_device": true}                 as if the driver had given the device up; "for good":
//                                           and every other one with it
//     {"close": true}                       as with the cross in the window's frame
//     {"redraw": true}                      fails where the window, of which each frame draws what
//                                           changed, is not what drawing all of it makes
//     {"random": {"seed": 1, "events": 1000}}   "redraw": 10, after so many events each time
//     {"quit": true}
//
// After the last step the window closes, whatever is not saved; a window that is closed by a key, a
// menu or its frame asks before (item "Discard"). A step that fails or is waited for too long ends
// the run with an error that names it, also where no device is left to draw with.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "base/result.h"
#include "viewer/items.h"
#include "viewer/studio.h"
#include "viewer/window.h"

namespace impasto::viewer {

struct View;

// What a script sees and touches.
struct ScriptScene {
    Window& window;
    Studio& studio;
    Items& items;
    View& view;
    Messages& messages;
    std::uint64_t frames;  // drawn so far
};

// What the viewer knows, for a test to look at (script_state.cpp).
const char* phase_name(Phase phase);
nlohmann::ordered_json state_json(const ScriptScene& scene);

class Script {
  public:
    // kInput for a file that is missing or no list of steps.
    static Result<std::unique_ptr<Script>> read(const std::string& file);

    // Goes on as far as it can now; false when it has come to its end, or failed.
    bool advance(const ScriptScene& scene);
    // Before ImGui::NewFrame(): puts the pointer where the script has it.
    void move_pointer();
    bool wants_frames() const { return !ended_ && !watches_; }  // at full rate
    // While random events are sent nothing closes the window.
    bool keeps_open() const { return plays_; }
    bool hurries() const { return plays_; }  // frames follow one another at once
    // Whether it wants the window's pixels, and which.
    bool wants_shots(Shots& shots) const;
    void take_shots(Shots shots);
    bool take_lost_device() { return std::exchange(lose_device_, false); }
    bool has_lost_all_devices() const { return lost_all_; }
    std::string take_device() { return std::exchange(device_, ""); }
    const Status& result() const { return result_; }

  private:
    using Json = nlohmann::ordered_json;
    using Clock = std::chrono::steady_clock;
    // What happens to the pointer in one frame.
    struct Gesture {
        float x, y;
        int button = 0;
        bool down = false;
        bool ctrl = false;
    };
    // Whether the step is finished; false: asked again in the next frame.
    Result<bool> run(const Json& step, const ScriptScene& scene);
    Result<bool> wait(const Json& what, const ScriptScene& scene);
    Result<bool> point(const std::string& kind, const Json& step, const ScriptScene& scene);
    Status set(const Json& options, Studio& studio);
    Status press(const std::string& keys, const ScriptScene& scene);
    void random_event(const ScriptScene& scene);
    Status fail(const std::string& why) const;
    double waited() const;  // seconds, for the step at next_

    Json steps_;
    std::size_t next_ = 0;
    bool begun_ = false;  // the step at next_
    bool ended_ = false;
    bool plays_ = false;    // random events
    bool watches_ = false;  // as a user who waits and moves nothing
    Clock::time_point since_;
    std::uint64_t frames_at_begin_ = 0;
    std::deque<Gesture> gestures_;
    Gesture pointer_{-1, -1};
    bool down_[3] = {};
    bool ctrl_ = false;  // the key is held
    std::string screenshot_;
    bool redraws_ = false;
    bool lose_device_ = false;
    bool lost_all_ = false;
    std::string device_;  // to work on
    std::mt19937 random_;
    int events_left_ = 0;
    Status result_;
};

}  // namespace impasto::viewer
