// What the viewer knows, written down for whoever drives it by a script.
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <array>

#include "settings/preset.h"
#include "viewer/desk.h"
#include "viewer/script.h"

namespace impasto::viewer {

const char* phase_name(Phase phase) {
    constexpr std::array kNames{"empty",  "ready", "preparing", "running",
                                "paused", "done",  "failed"};
    return kNames[static_cast<std::size_t>(phase)];
}

nlohmann::ordered_json state_json(const ScriptScene& scene) {
    const Studio& studio = scene.studio;
    nlohmann::ordered_json state;
    state["phase"] = phase_name(studio.phase());
    state["status"] = studio.status();
    state["iterations"] = studio.iterations();
    state["frames"] = scene.frames;
    state["pictures"] = studio.picture_version();
    state["uploaded"] = studio.traffic().uploaded;
    state["read_back"] = studio.traffic().read_back;
    state["rate"] = studio.iterations_per_second();
    state["saved_as"] = studio.saved_as();
    state["content"] = studio.content() ? studio.content()->path : "";
    state["styles"] = nlohmann::ordered_json::array();
    for (const Picture& style : studio.styles()) {
        state["styles"].push_back(style.path);
    }
    state["shelf"] = studio.shelf();
    state["settings"] = nlohmann::ordered_json::parse(settings::preset_of(studio.settings));
    state["painted_with"] =
        studio.painting() != nullptr
            ? nlohmann::ordered_json::parse(settings::preset_of(studio.painting()->plan().settings))
            : nlohmann::ordered_json();
    state["command_line"] = studio.command_line();
    const Texture* result = studio.result();
    state["result"] = {result != nullptr ? result->width() : 0,
                       result != nullptr ? result->height() : 0};
    const View& view = scene.view;
    state["view"] = {{"zoom", view.zoom},
                     {"fit", view.fit},
                     {"layout", static_cast<int>(view.layout)},
                     {"split", view.split},
                     {"x", view.drawn_x},
                     {"y", view.drawn_y},
                     {"width", view.drawn_width},
                     {"height", view.drawn_height}};
    state["losses"] = nlohmann::ordered_json::array();
    for (const CurvePoint& point : studio.curve().points) {
        state["losses"].push_back(point.losses.total);
    }
    state["layers"] = nlohmann::ordered_json::object();
    for (const auto& [name, values] : studio.curve().layers) {
        state["layers"][name] = values;
    }
    state["moments"] = nlohmann::ordered_json::array();
    for (const Moment& moment : studio.history().moments()) {
        state["moments"].push_back({{"number", moment.number},
                                    {"iteration", moment.iteration},
                                    {"branch", moment.branch},
                                    {"thumbnail", moment.thumbnail != nullptr},
                                    {"bytes", moment.snapshot.size()}});
    }
    state["messages"] = nlohmann::ordered_json::array();
    for (const Notice& notice : scene.messages.all()) {
        state["messages"].push_back({{"text", notice.text}, {"error", notice.is_error}});
    }
    state["items"] = nlohmann::ordered_json::object();
    for (const auto& [label, place] : scene.items.all()) {
        state["items"][label] = {place.min.x, place.min.y, place.max.x, place.max.y};
    }
    const auto [width, height] = scene.window.size();
    state["window"] = {width, height};
    state["scale"] = scene.window.scale();
    state["title"] = scene.window.title();
    const char* copied = glfwGetClipboardString(scene.window.get());
    state["clipboard"] = copied != nullptr ? copied : "";
    state["unsaved"] = studio.unsaved();
    return state;
}

}  // namespace impasto::viewer
