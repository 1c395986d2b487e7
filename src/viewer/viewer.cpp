#include "viewer/viewer.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "platform/interrupt.h"
#include "platform/paths.h"
#include "viewer/desk.h"
#include "viewer/files.h"
#include "viewer/frame_trace.h"
#include "viewer/script.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace impasto::viewer {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// While something moves frames follow one another this closely at most; drivers on the CPU draw
// with the cores that compute, so that they get no more than what looks smooth.
constexpr double kFrameSeconds = 1.0 / 120;
constexpr double kFrameSecondsOnCpu = 1.0 / 33;
// A frame is drawn at least so often while the picture changes or time is shown, and so long after
// an event everything is taken to move.
constexpr double kPictureSeconds = 1.0 / 30;
constexpr double kPictureSecondsOnCpu = 1.0 / 8;
constexpr double kLivelySeconds = 0.4;
// Of slices, in ms: short while the interface moves, longer when nobody looks.
constexpr double kBudgetLively = 6;
constexpr double kBudgetCalm = 20;
constexpr std::size_t kInFlight = 2;
// A driver on the CPU computes with the cores that the window needs too: one at a time, up to a
// little before the next frame is due, since some take longer than expected. Longer ones lose less
// between them. (Two in flight left the window's thread waiting 5 to 10 ms for a core beside them.)
constexpr double kSpareOnCpu = 3;
constexpr double kBudgetCalmOnCpu = 33;
constexpr double kLeastBudget = 2;
constexpr std::size_t kInFlightOnCpu = 1;
// Where every device failed another try is made so often.
constexpr double kRetrySeconds = 2;
// What is to be remembered is written so often, where it changed.
constexpr double kRememberSeconds = 5;
// What the end waits for, at most: threads that work on files, on the device, on a download.
constexpr double kJobSeconds = 0.3;
constexpr double kSlowJobSeconds = 0.1;
constexpr double kFetchSeconds = 0.5;

// Why there is no window, and what there is instead.
Error without_window(const Error& error) {
    return {ErrorCode::kNoDevice,
            error.message +
                "; 'impasto devices' says what could compute here and 'impasto doctor' checks it, "
                "and impasto stylize CONTENT STYLE -o OUT.png needs no window"};
}

class Viewer {
  public:
    explicit Viewer(const ViewerOptions& options)
        : options_(options),
          jobs_([] { glfwPostEmptyEvent(); }),
          slow_jobs_([] { glfwPostEmptyEvent(); }),
          studio_(jobs_, slow_jobs_, messages_) {}
    ~Viewer();

    Status run();

  private:
    Status open();
    Status make_graphics(const std::string& device);
    void replace_graphics(const std::string& device, bool lost);
    void tell_there_is_no_device(const Error& error);
    bool follow_script();
    void loop();
    bool may_end();
    bool draw();
    void wait_a_little();
    void wait_for_device();
    void remember();
    void end_when_saved();
    double frame_seconds() const;
    double until_frame() const;
    double budget(bool lively) const;
    std::size_t in_flight() const {
        return graphics_->device().is_cpu() ? kInFlightOnCpu : kInFlight;
    }
    std::string title() const;
    bool is_lively() const { return Seconds(Clock::now() - last_event_).count() < kLivelySeconds; }

    const ViewerOptions& options_;
    Preferences preferences_;
    Preferences remembered_;  // as the file has them
    Clock::time_point last_remembered_ = Clock::now();
    std::filesystem::path preferences_file_;
    std::unique_ptr<Window> window_;
    std::unique_ptr<Instance> instance_;
    VkSurfaceKHR surface_ = VK_NULL_HANDLE;
    std::unique_ptr<Interface> interface_;
    std::unique_ptr<Graphics> graphics_;
    std::vector<ImpastoDeviceInfo> devices_;

    Messages messages_;
    Jobs jobs_;
    Jobs slow_jobs_;
    Studio studio_;
    Items items_;
    View view_;
    PanelMemory memory_;
    Browser browser_;
    std::vector<std::string> dropped_;
    std::string wanted_device_;
    bool theme_changed_ = false;
    Leaving leaving_;
    bool quit_ = false;                      // without a question
    bool ending_ = false;                    // as soon as everything is written
    std::uint32_t failed_saves_ = 0;         // before that
    std::vector<std::pair<int, int>> keys_;  // pressed since the last frame: key, mods

    std::unique_ptr<Script> script_;
    std::unique_ptr<FrameTrace> trace_;
    std::uint64_t frames_ = 0;  // laid out
    std::uint64_t pixels_ = 0;  // drawn for the last one
    std::uint64_t shown_version_ = 0;
    Clock::time_point last_event_ = Clock::now();
    Clock::time_point last_frame_{};
    double frame_cost_ = 0;  // seconds that the last one took
    Clock::time_point last_failure_{};
};

Viewer::~Viewer() {
    studio_.detach(false);
    graphics_.reset();
    interface_.reset();
    if (surface_ != VK_NULL_HANDLE) {
        vkDestroySurfaceKHR(instance_->get(), surface_, nullptr);
    }
}

Status Viewer::open() {
    if (options_.preferences.empty()) {
        if (const auto file = preferences_file(); file) {
            preferences_file_ = *file;
        }
    } else {
        preferences_file_ = platform::path_from_utf8(options_.preferences);
    }
    preferences_ = remembered_ = load_preferences(preferences_file_);
    if (!options_.script.empty()) {
        auto script = Script::read(options_.script);
        if (!script) {
            return script.error();
        }
        script_ = *std::move(script);
    }
    if (!options_.trace.empty()) {
        auto trace = FrameTrace::create(options_.trace);
        if (!trace) {
            return trace.error();
        }
        trace_ = *std::move(trace);
    }
    auto window = Window::create(preferences_.window);
    if (!window) {
        return window.error();
    }
    window_ = *std::move(window);
    window_->on_event = [this] { last_event_ = Clock::now(); };
    window_->on_refresh = [this] {
        if (graphics_) {
            graphics_->refresh();
        }
    };
    window_->on_drop = [this](const std::vector<std::string>& paths, float x, float y) {
        drop(studio_, items_, paths, {x, y}, dropped_);
    };
    window_->on_key = [this](int key, int mods) { keys_.emplace_back(key, mods); };
    auto instance = Instance::create(Window::instance_extensions());
    if (!instance) {
        return without_window(instance.error());
    }
    instance_ = *std::move(instance);
    auto surface = window_->make_surface(instance_->get());
    if (!surface) {
        return surface.error();
    }
    surface_ = *surface;
    auto interface = Interface::create(*window_, preferences_.theme);
    if (!interface) {
        return interface.error();
    }
    interface_ = *std::move(interface);
    devices_ = list_devices();
    const Status made = make_graphics(options_.computing.device);
    return made ? made : without_window(made.error());
}

Status Viewer::make_graphics(const std::string& device) {
    if (script_ && script_->has_lost_all_devices()) {
        return Error{ErrorCode::kNoDevice, "there is no device any more (a test)"};
    }
    GraphicsOptions options;
    options.device = device;
    options.precision = options_.computing.precision;
    options.tier = options_.computing.tier;
    options.memory_budget = options_.computing.memory_budget;
    auto graphics = Graphics::create(*instance_, surface_, *window_, *interface_, options);
    if (!graphics) {
        return graphics.error();
    }
    graphics_ = *std::move(graphics);
    studio_.attach(*graphics_);
    return {};
}

// Another device, or the same one again. What was shown comes back from the last moment kept.
void Viewer::replace_graphics(const std::string& device, bool lost) {
    const bool had_one = graphics_ != nullptr;
    const std::string before = had_one ? std::to_string(graphics_->device().index()) : "";
    studio_.detach(lost);
    graphics_.reset();
    Status status = make_graphics(device);
    if (!status && device != before) {
        messages_.complain(status.error());
        status = make_graphics(before);
    }
    if (!status) {
        last_failure_ = Clock::now();
        if (had_one) {
            tell_there_is_no_device(status.error());
        }
    } else if (lost) {
        messages_.say("the device was lost; the work goes on from the last moment kept");
    } else if (!had_one) {
        messages_.say("there is a device again; the work goes on from the last moment kept");
    }
}

// Where the window can't be drawn any more, so that a notice alone would be seen by nobody.
void Viewer::tell_there_is_no_device(const Error& error) {
    const Error all{error.code, "no device is left to paint with (" + error.message +
                                    "); looking for one every " +
                                    std::to_string(std::lround(kRetrySeconds)) +
                                    " seconds, moments are kept"};
    messages_.complain(all);
    static_cast<void>(std::fprintf(stderr, "impasto: %s\n", all.message.c_str()));
}

// On a CPU frames take at most two thirds of the time, however large the window is.
double Viewer::frame_seconds() const {
    return graphics_->device().is_cpu() ? std::max(kFrameSecondsOnCpu, 1.5 * frame_cost_)
                                        : kFrameSeconds;
}

double Viewer::until_frame() const {
    return frame_seconds() - Seconds(Clock::now() - last_frame_).count();
}

double Viewer::budget(bool lively) const {
    if (!graphics_->device().is_cpu()) {
        return lively ? kBudgetLively : kBudgetCalm;
    }
    return lively ? std::clamp(1000 * until_frame() - kSpareOnCpu, kLeastBudget, kBudgetCalmOnCpu)
                  : kBudgetCalmOnCpu;
}

std::string Viewer::title() const {
    if (!graphics_) {
        return "No device - Impasto";
    }
    const auto& content = studio_.content();
    return content ? file_name(content->path) + " - Impasto" : "Impasto";
}

// Whether a frame was laid out, and drawn as far as it changed.
bool Viewer::draw() {
    if (interface_->fonts_are_stale()) {
        if (const Status status = graphics_->renew_interface(); !status) {
            studio_.fail(status.error());
            return false;
        }
    }
    const auto acquired = graphics_->acquire(*window_);
    if (!acquired) {
        studio_.fail(acquired.error());
    }
    if (!acquired || !*acquired) {
        return false;
    }
    interface_->begin_backends();
    if (script_) {
        script_->move_pointer();
    }
    ImGui::NewFrame();
    items_.begin_frame();
    Desk desk{studio_,  items_,   messages_, preferences_, *graphics_, view_, memory_,
              browser_, dropped_, leaving_,  devices_,     false,      ""};
    for (const auto& [key, mods] : std::exchange(keys_, {})) {
        press_key(desk, key, mods);
    }
    draw_panels(desk);
    items_.end_frame();
    interface_->end_frame();
    leaving_.wanted = leaving_.wanted && !(script_ && script_->keeps_open());
    theme_changed_ = desk.theme_changed;
    if (!desk.device.empty()) {
        wanted_device_ = desk.device;
    }
    Shots shots;
    const bool wants_shots = script_ && script_->wants_shots(shots);
    const auto drawn = graphics_->draw_frame(ImGui::GetStyleColorVec4(ImGuiCol_WindowBg),
                                             wants_shots ? &shots : nullptr);
    if (!drawn) {
        studio_.fail(drawn.error());
        return false;
    }
    ++frames_;
    pixels_ = *drawn;
    if (wants_shots) {
        script_->take_shots(std::move(shots));
    }
    return true;
}

// Until a slice has ended, something happens, or the next frame is due.
void Viewer::wait_a_little() {
    Queue& queue = graphics_->queue();
    if (queue.in_flight() >= in_flight()) {
        const std::uint64_t oldest = queue.last() + 1 - queue.in_flight();
        if (const Status status = queue.wait(oldest, std::clamp(until_frame(), 0.0005, 0.02));
            !status) {
            studio_.fail(status.error());
        }
        return;
    }
    const bool works = studio_.phase() == Phase::kRunning || studio_.phase() == Phase::kPreparing ||
                       script_ != nullptr || !studio_.is_settled();
    window_->wait(works ? 0.002 : is_lively() ? std::max(until_frame(), 0.001) : 0.25);
}

// Whether the loop ends. What is being saved is finished first, unless the user insists; a picture
// that is not saved is asked about where the user closes the window, and where the question can be
// seen.
bool Viewer::may_end() {
    if (window_->wants_to_close()) {
        window_->keep_open();
        leaving_.wanted = true;
    }
    const bool told = quit_ || leaving_.leaves || platform::interrupted();
    const bool wanted = std::exchange(leaving_.wanted, false);
    const bool asks = !told && studio_.unsaved() && graphics_ != nullptr;
    if (std::exchange(leaving_.saves, false)) {
        leaving_.saves = browser_.purpose == Browser::Purpose::kSave;  // the name is chosen first
        if (!leaving_.saves && studio_.saving()) {
            end_when_saved();
        }
    } else if ((told || wanted) && studio_.saving()) {
        if (ending_ && wanted) {
            return true;
        }
        end_when_saved();
    } else if (wanted && asks) {
        leaving_.asks = true;
        browser_.purpose = Browser::Purpose::kClosed;  // one question at a time
        dropped_.clear();
        window_->ask_for_attention();
    } else if (told || wanted) {
        return true;
    }
    if (!ending_ || studio_.saving()) {
        return false;
    }
    ending_ = studio_.failed_saves() == failed_saves_;  // else the user sees why, and stays
    return ending_;
}

void Viewer::end_when_saved() {
    quit_ = false;
    if (!ending_) {
        ending_ = true;
        failed_saves_ = studio_.failed_saves();
        messages_.say("saving; the window closes then");
    }
}

// Whether the script goes on; where it does not the window closes.
bool Viewer::follow_script() {
    if (script_ && !ending_ &&
        !script_->advance({*window_, studio_, items_, view_, messages_, frames_})) {
        quit_ = true;
    }
    return !quit_;
}

// Every device failed: now and then another try is made.
void Viewer::wait_for_device() {
    window_->set_title(title());
    window_->wait(0.1);
    keys_.clear();
    studio_.update();
    if (Seconds(Clock::now() - last_failure_).count() > kRetrySeconds) {
        replace_graphics(options_.computing.device, false);
    }
}

void Viewer::loop() {
    while (!may_end()) {
        window_->poll();
        if (!graphics_) {
            wait_for_device();
            follow_script();
            continue;
        }
        studio_.update();
        if (!follow_script()) {
            continue;
        }
        if (script_ && script_->take_lost_device()) {
            // What a device that is really lost still had in work is gone.
            static_cast<void>(graphics_->queue().wait_all());
            studio_.fail({ErrorCode::kDeviceLost, "the driver gave the device up (a test)"});
        }
        if (script_) {
            if (std::string device = script_->take_device(); !device.empty()) {
                wanted_device_ = std::move(device);
            }
        }
        if (studio_.device_lost()) {
            replace_graphics(std::to_string(graphics_->device().index()), true);
            continue;
        }
        const bool cpu = graphics_->device().is_cpu();
        const bool lively = is_lively() || (script_ && script_->wants_frames());
        const double since = Seconds(Clock::now() - last_frame_).count();
        const bool news = studio_.picture_version() != shown_version_ || !jobs_.idle() ||
                          studio_.phase() == Phase::kRunning;
        const double due = script_ && script_->hurries() ? 0
                           : lively                      ? frame_seconds()
                           : news ? (cpu ? kPictureSecondsOnCpu : kPictureSeconds)
                                  : 0.5;
        bool drew = false;
        if (since >= due && !window_->minimised()) {
            const auto begin = Clock::now();
            drew = draw();
            if (drew) {
                last_frame_ = begin;
                frame_cost_ = Seconds(Clock::now() - begin).count();
                shown_version_ = studio_.picture_version();
                if (trace_) {
                    trace_->frame(begin, studio_, pixels_);
                }
            }
        }
        if (theme_changed_) {
            interface_->set_theme(preferences_.theme);
            theme_changed_ = false;
        }
        if (!wanted_device_.empty() && graphics_ && !studio_.saving() &&
            studio_.keep_what_is_new()) {
            replace_graphics(std::exchange(wanted_device_, ""), false);
            continue;
        }
        const bool wrote = studio_.paint(budget(lively), in_flight());
        if (!drew && !wrote && graphics_) {
            wait_a_little();
        }
        window_->set_title(title());
        if (Seconds(Clock::now() - last_remembered_).count() > kRememberSeconds) {
            remember();  // a program that is killed keeps what its user arranged
        }
    }
}

void Viewer::remember() {
    last_remembered_ = Clock::now();
    preferences_.window = window_->place().value_or(preferences_.window);
    preferences_.window.maximised = window_->maximised();
    preferences_.recent = studio_.recent;
    if (preferences_file_.empty() || preferences_ == remembered_) {
        return;
    }
    // It is only what was remembered: nobody waits for an error.
    static_cast<void>(save_preferences(preferences_, preferences_file_));
    remembered_ = preferences_;
}

Status Viewer::run() {
    IMPASTO_TRY(open());
    studio_.settings = options_.settings;
    studio_.computing = options_.computing;
    studio_.recent = preferences_.recent;
    view_.split = 0.5f;
    studio_.open(options_.pictures);
    loop();
    remember();
    const Status result = script_ ? script_->result() : Status();
    studio_.fetch.cancel();
    // A session that prepares can't be interrupted either.
    const bool prepares = studio_.phase() == Phase::kPreparing;
    const bool read = jobs_.abandon(kJobSeconds);
    const bool measured = slow_jobs_.abandon(kSlowJobSeconds);
    const bool fetched = studio_.fetch.abandon(kFetchSeconds);
    if (!read || !measured || !fetched || prepares) {
        // Work on a thread that can't be interrupted, such as timing kernels: everything that is
        // to be kept is on the disk, and what that thread uses must not be taken down under it.
        if (!result) {
            static_cast<void>(
                std::fprintf(stderr, "impasto: %s\n", result.error().message.c_str()));
        }
        static_cast<void>(std::fflush(nullptr));
        std::_Exit(result ? 0 : static_cast<int>(result.error().code));
    }
    return result;
}

}  // namespace

Status view(const ViewerOptions& options) {
    Viewer viewer(options);
    return viewer.run();
}

}  // namespace impasto::viewer
