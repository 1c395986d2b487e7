#include "viewer/script.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <span>

#include "platform/atomic_file.h"
#include "platform/mapped_file.h"
#include "platform/paths.h"
#include "settings/preset.h"
#include "viewer/desk.h"

namespace impasto::viewer {
namespace {

std::vector<std::string> texts(const nlohmann::ordered_json& from) {
    return from.is_string() ? std::vector<std::string>{from.get<std::string>()}
                            : from.get<std::vector<std::string>>();
}

// What a step may take that waits for nothing but frames; the others say how long by themselves.
double longest_seconds(const nlohmann::ordered_json& step) {
    const std::string& kind = step.begin().key();
    return kind == "wait" ? std::numeric_limits<double>::infinity() : kind == "random" ? 900 : 30;
}

// The window's own callback, as GLFW calls it.
template <auto set_callback, typename... Arguments>
void call(GLFWwindow* window, Arguments... arguments) {
    const auto callback = set_callback(window, nullptr);
    set_callback(window, callback);
    if (callback != nullptr) {
        callback(window, arguments...);
    }
}

// Whether all of the window is what it was drawn as, part by part.
Status compare(const Shots& shots) {
    const int width = impasto_image_width(shots.drawn.get());
    const int height = impasto_image_height(shots.drawn.get());
    const std::size_t pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    const float* drawn = impasto_image_rgb(shots.drawn.get());
    const float* whole = impasto_image_rgb(shots.whole.get());
    Rect differs;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const std::size_t at = static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                                   static_cast<std::size_t>(x);
            if (drawn[at] != whole[at] || drawn[at + pixels] != whole[at + pixels] ||
                drawn[at + 2 * pixels] != whole[at + 2 * pixels]) {
                differs = differs.united({x, y, x + 1, y + 1});
            }
        }
    }
    if (!differs.empty()) {
        const auto text = [](int value) { return std::to_string(value); };
        return Error{ErrorCode::kInternal, "the window is not what drawing all of it makes, from " +
                                               text(differs.left) + "," + text(differs.top) +
                                               " to " + text(differs.right) + "," +
                                               text(differs.bottom)};
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Script>> Script::read(const std::string& file) {
    const auto bad = [&](const std::string& why) {
        return Error{ErrorCode::kInput, "script '" + file + "': " + why};
    };
    const auto mapped = platform::MappedFile::open(platform::path_from_utf8(file));
    if (!mapped) {
        return mapped.error();
    }
    const auto bytes = mapped->bytes();
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    auto self = std::make_unique<Script>();
    self->steps_ = Json::parse(text, text + bytes.size(), nullptr, false);
    if (!self->steps_.is_array()) {
        return bad("must be a JSON list of steps, [{\"open\": [...]}, ...]");
    }
    for (const Json& step : self->steps_) {
        if (!step.is_object() || step.empty()) {
            return bad("each step must be an object, not " + step.dump());
        }
    }
    return self;
}

double Script::waited() const {
    return std::chrono::duration<double>(Clock::now() - since_).count();
}

Status Script::fail(const std::string& why) const {
    return Error{ErrorCode::kInput, "step " + std::to_string(next_ + 1) + " of the script, " +
                                        steps_[next_].dump() + ": " + why};
}

bool Script::advance(const ScriptScene& scene) {
    while (next_ < steps_.size()) {
        if (!begun_) {
            begun_ = true;
            since_ = Clock::now();
            frames_at_begin_ = scene.frames;
        }
        Result<bool> finished = false;
        try {
            finished = run(steps_[next_], scene);
        } catch (const Json::exception& error) {
            finished = fail(error.what()).error();
        }
        if (!finished) {
            result_ = finished.error();
            ended_ = true;
            return false;
        }
        if (!*finished && waited() > longest_seconds(steps_[next_])) {
            result_ = fail("took too long; " + scene.studio.status());
            ended_ = true;
            return false;
        }
        if (!*finished) {
            return true;
        }
        begun_ = false;
        ++next_;
    }
    ended_ = true;
    return false;
}

Result<bool> Script::run(const Json& step, const ScriptScene& scene) {
    const std::string kind = step.begin().key();
    const Json& value = step.begin().value();
    const bool first = scene.frames == frames_at_begin_ && gestures_.empty() && events_left_ == 0;
    plays_ = kind == "random";
    watches_ = kind == "wait" && !value.contains("frames") && !value.contains("item");
    if (kind == "open") {
        scene.studio.open(texts(value));
    } else if (kind == "drop") {
        const auto over =
            step.contains("on") ? scene.items.find(step["on"].get<std::string>()) : std::nullopt;
        if (step.contains("on") && !over) {
            return fail("no such item on the screen").error();
        }
        scene.window.on_drop(texts(value), over ? (over->min.x + over->max.x) / 2 : -1,
                             over ? (over->min.y + over->max.y) / 2 : -1);
    } else if (kind == "set") {
        IMPASTO_TRY(set(value, scene.studio));
    } else if (kind == "wait") {
        return wait(value, scene);
    } else if (kind == "click" || kind == "move" || kind == "drag" || kind == "hold") {
        return point(kind, step, scene);
    } else if (kind == "release") {
        if (first) {
            gestures_.push_back({pointer_.x, pointer_.y});
        }
        return !down_[0];
    } else if (kind == "scroll") {
        call<glfwSetScrollCallback>(scene.window.get(), 0.0, value.get<double>());
    } else if (kind == "key") {
        IMPASTO_TRY(press(value.get<std::string>(), scene));
    } else if (kind == "type") {
        for (const char c : value.get<std::string>()) {
            call<glfwSetCharCallback>(scene.window.get(), static_cast<unsigned char>(c));
        }
    } else if (kind == "resize") {
        scene.window.resize(value.at(0).get<int>(), value.at(1).get<int>());
    } else if (kind == "minimise") {
        scene.window.minimise();
    } else if (kind == "restore") {
        scene.window.restore();
    } else if (kind == "screenshot") {
        if (first && screenshot_.empty()) {
            screenshot_ = value.get<std::string>();
            return false;
        }
        return screenshot_.empty();
    } else if (kind == "redraw") {
        redraws_ = redraws_ || first;
        return !redraws_;
    } else if (kind == "state") {
        const std::string text = state_json(scene).dump(1) + "\n";
        IMPASTO_TRY(platform::write_file(platform::path_from_utf8(value.get<std::string>()),
                                         std::as_bytes(std::span(text))));
    } else if (kind == "lose_device") {
        lose_device_ = true;
        lost_all_ = value == "for good";
    } else if (kind == "device") {
        device_ = value.get<std::string>();
    } else if (kind == "close") {
        scene.window.close();
    } else if (kind == "random") {
        if (first) {
            random_.seed(value.value("seed", 1u));
            events_left_ = value.value("events", 1000);
        }
        // One a frame; the pointer's gestures take theirs.
        if (gestures_.empty() && events_left_ > 0) {
            random_event(scene);
            --events_left_;
            redraws_ = value.contains("redraw") && events_left_ % value["redraw"].get<int>() == 0;
        }
        return events_left_ == 0 && gestures_.empty() && !redraws_;
    } else if (kind == "quit") {
        next_ = steps_.size() - 1;
    } else {
        return fail("there is no such step").error();
    }
    return true;
}

Result<bool> Script::wait(const Json& what, const ScriptScene& scene) {
    const double passed = waited();
    const Studio& studio = scene.studio;
    bool there = true;
    for (const auto& [key, value] : what.items()) {
        if (key == "iterations") {
            there = there && studio.iterations() >= value.get<std::uint32_t>();
        } else if (key == "phase") {
            there = there && value.get<std::string>() == phase_name(studio.phase());
        } else if (key == "seconds") {
            there = there && passed >= value.get<double>();
        } else if (key == "frames") {
            there = there && scene.frames >= frames_at_begin_ + value.get<std::uint64_t>();
        } else if (key == "moments") {
            there = there && studio.history().moments().size() >= value.get<std::size_t>();
        } else if (key == "saved") {
            there = there && studio.saved_as() == value.get<std::string>();
        } else if (key == "item") {
            there = there && scene.items.find(value.get<std::string>()).has_value();
        } else if (key == "idle") {
            there = there && studio.is_settled();
        } else if (key == "error") {
            there = there && std::any_of(scene.messages.all().begin(), scene.messages.all().end(),
                                         [&](const Notice& notice) {
                                             return notice.is_error &&
                                                    notice.text.find(value.get<std::string>()) !=
                                                        std::string::npos;
                                         });
        } else if (key != "timeout") {
            return fail("cannot wait for '" + key + "'").error();
        }
    }
    if (!there && passed > what.value("timeout", 60.0)) {
        return fail("waited too long; " + studio.status()).error();
    }
    return there;
}

Result<bool> Script::point(const std::string& kind, const Json& step, const ScriptScene& scene) {
    if (!gestures_.empty()) {
        return false;  // one after the other, a frame each
    }
    if (pointer_.down || down_[0] || down_[1]) {  // the gesture of this step is over
        pointer_.down = false;
        return true;
    }
    const Json& target = step.begin().value();
    float x = 0;
    float y = 0;
    if (target.is_string()) {
        const auto place = scene.items.find(target.get<std::string>());
        if (!place) {
            if (waited() > step.value("timeout", 10.0)) {
                return fail("no such item on the screen").error();
            }
            return false;
        }
        x = (place->min.x + place->max.x) / 2;
        y = (place->min.y + place->max.y) / 2;
    } else {
        x = target.at(0).get<float>();
        y = target.at(1).get<float>();
    }
    const int button = step.value("button", std::string("left")) == "right" ? 1 : 0;
    gestures_.push_back({x, y, button, false});
    gestures_.push_back({x, y, button, false});  // hovered, before it is pressed
    if (kind == "click") {
        const bool ctrl = step.value("ctrl", false);
        for (int i = 0; i < (step.value("double", false) ? 2 : 1); ++i) {
            gestures_.push_back({x, y, button, true, ctrl});
            gestures_.push_back({x, y, button, false, ctrl});
        }
    } else if (kind == "drag" || kind == "hold") {
        gestures_.push_back({x, y, button, true});
        const Json& by = step.at("by");
        constexpr int kSteps = 5;
        for (int i = 1; i <= kSteps; ++i) {
            const float share = static_cast<float>(i) / kSteps;
            gestures_.push_back({x + share * by.at(0).get<float>(),
                                 y + share * by.at(1).get<float>(), button, true});
        }
        if (kind == "drag") {
            gestures_.push_back({gestures_.back().x, gestures_.back().y, button, false});
        }
    }
    pointer_.down = true;  // marks the step as begun
    return false;
}

void Script::move_pointer() {
    bool ctrl = false;
    if (!gestures_.empty()) {
        const Gesture next = gestures_.front();
        ctrl = next.ctrl;
        gestures_.pop_front();
        pointer_.x = next.x;
        pointer_.y = next.y;
        down_[next.button] = next.down;
    }
    if (pointer_.x < 0) {
        return;
    }
    ImGuiIO& io = ImGui::GetIO();
    const bool changes = ctrl != ctrl_;
    ctrl_ = ctrl;
#if IMGUI_VERSION_NUM >= 18700
    if (changes) {
        io.AddKeyEvent(ImGuiMod_Ctrl, ctrl);
    }
    io.AddMousePosEvent(pointer_.x, pointer_.y);
    for (int button = 0; button < 2; ++button) {
        io.AddMouseButtonEvent(button, down_[button]);
    }
#else
    if (changes) {
        io.KeyCtrl = ctrl;
    }
    io.MousePos = {pointer_.x, pointer_.y};
    for (int button = 0; button < 2; ++button) {
        io.MouseDown[button] = down_[button];
    }
#endif
}

bool Script::wants_shots(Shots& shots) const {
    shots.wants_whole = redraws_;
    return redraws_ || !screenshot_.empty();
}

void Script::take_shots(Shots shots) {
    Status status;
    if (std::exchange(redraws_, false)) {
        status = compare(shots);
    }
    if (!screenshot_.empty()) {
        Message message;
        status = message.status(impasto_image_save(shots.drawn.get(),
                                                   std::exchange(screenshot_, "").c_str(), nullptr,
                                                   0, message.data(), message.size()));
    }
    if (!status && result_) {
        result_ = status;
    }
}

// As a preset over what is set.
Status Script::set(const Json& options, Studio& studio) {
    Json all = Json::parse(settings::preset_of(studio.settings));
    all["weights"] = studio.settings.weights;
    all["init"] = studio.settings.init;
    all.update(options);
    auto read = settings::settings_from_preset(all.dump(), "script");
    if (!read) {
        return read.error();
    }
    studio.settings = *std::move(read);
    return {};
}

Status Script::press(const std::string& keys, const ScriptScene& scene) {
    static const std::map<std::string, int> kNamed{
        {"Space", GLFW_KEY_SPACE},   {"Enter", GLFW_KEY_ENTER},
        {"Escape", GLFW_KEY_ESCAPE}, {"Backspace", GLFW_KEY_BACKSPACE},
        {"Tab", GLFW_KEY_TAB},       {"Delete", GLFW_KEY_DELETE},
        {"Up", GLFW_KEY_UP},         {"Down", GLFW_KEY_DOWN},
        {"Left", GLFW_KEY_LEFT},     {"Right", GLFW_KEY_RIGHT},
        {"Home", GLFW_KEY_HOME},     {"End", GLFW_KEY_END},
        {"F1", GLFW_KEY_F1}};
    int mods = 0;
    std::string rest = keys;
    const std::array<std::pair<const char*, int>, 3> modifiers{
        {{"Ctrl+", GLFW_MOD_CONTROL}, {"Shift+", GLFW_MOD_SHIFT}, {"Alt+", GLFW_MOD_ALT}}};
    for (const auto& [name, mod] : modifiers) {
        if (rest.starts_with(name)) {
            mods |= mod;
            rest.erase(0, std::string(name).size());
        }
    }
    int key = 0;
    if (rest.size() == 1) {
        key = rest[0] >= 'a' && rest[0] <= 'z' ? rest[0] - 'a' + 'A' : rest[0];
    } else if (const auto found = kNamed.find(rest); found != kNamed.end()) {
        key = found->second;
    } else {
        return fail("there is no key '" + rest + "'");
    }
    for (const int action : {GLFW_PRESS, GLFW_RELEASE}) {
        call<glfwSetKeyCallback>(scene.window.get(), key, 0, action, mods);
    }
    return {};
}

// Something that a cat on the desk might do: anywhere, but closing the window or leaving files.
void Script::random_event(const ScriptScene& scene) {
    const auto [width, height] = scene.window.size();
    const auto below = [&](int limit) {
        return static_cast<int>(random_() % static_cast<unsigned>(std::max(limit, 1)));
    };
    const auto x = static_cast<float>(below(width));
    const auto y = static_cast<float>(below(height));
    switch (below(10)) {
        case 0:
        case 1:
        case 2:
        case 3: {
            const int button = below(6) == 0 ? 1 : 0;
            gestures_.push_back({x, y, button, false});
            gestures_.push_back({x, y, button, true});
            gestures_.push_back({x, y, button, false});
            break;
        }
        case 4:
        case 5: {
            gestures_.push_back({x, y, 0, true});
            gestures_.push_back(
                {static_cast<float>(below(width)), static_cast<float>(below(height)), 0, true});
            gestures_.push_back(
                {static_cast<float>(below(width)), static_cast<float>(below(height)), 0, false});
            break;
        }
        case 6:
            call<glfwSetScrollCallback>(scene.window.get(), 0.0, static_cast<double>(below(9) - 4));
            break;
        case 7: {
            constexpr std::string_view kKeys = "FNCBDTYPHK1=-. Z";
            const char key = kKeys[static_cast<std::size_t>(below(static_cast<int>(kKeys.size())))];
            call<glfwSetKeyCallback>(scene.window.get(), static_cast<int>(key), 0, GLFW_PRESS,
                                     key == 'Z' ? GLFW_MOD_CONTROL : 0);
            call<glfwSetKeyCallback>(scene.window.get(), static_cast<int>(key), 0, GLFW_RELEASE, 0);
            break;
        }
        case 8:
            call<glfwSetKeyCallback>(scene.window.get(), GLFW_KEY_ESCAPE, 0, GLFW_PRESS, 0);
            call<glfwSetKeyCallback>(scene.window.get(), GLFW_KEY_ESCAPE, 0, GLFW_RELEASE, 0);
            break;
        default:
            call<glfwSetCharCallback>(scene.window.get(), static_cast<unsigned>('0' + below(10)));
            break;
    }
}

}  // namespace impasto::viewer
