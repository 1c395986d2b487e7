// Everything that changes the picture. What a control does stands in its tooltip; what needs a new
// plan is said below.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "viewer/desk.h"
#include "viewer/files.h"
#include "viewer/widgets.h"

namespace impasto::viewer {
namespace {

using settings::Settings;

const Settings& defaults() {
    static const Settings kDefaults;
    return kDefaults;
}

constexpr std::array kBlocks{"relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"};
constexpr std::array kBlocksHelp{"Colours and the finest grain", "Small strokes and edges",
                                 "Strokes and small patterns", "Larger patterns and shapes",
                                 "The largest forms"};

void draw_run(Desk& desk) {
    Studio& studio = desk.studio;
    const Phase phase = studio.phase();
    const bool runs = phase == Phase::kRunning || phase == Phase::kPreparing;
    begin_disabled(phase == Phase::kEmpty);
    if (runs && !studio.paused()) {
        if (button(desk.items, "Pause", "Space")) {
            studio.pause(true);
        }
    } else if (button(desk.items, phase == Phase::kDone ? "Go on" : "Start", "Space")) {
        studio.start();
    }
    beside_if_it_fits("Step");
    begin_disabled(!studio.can_step());
    if (button(desk.items, "Step", "One iteration, then a pause (.)")) {
        studio.step();
    }
    end_disabled();
    beside_if_it_fits("Restart");
    if (button(desk.items, "Restart",
               "From the beginning, with the settings as they are now (Ctrl+R)")) {
        studio.restart();
    }
    beside_if_it_fits("Save");
    begin_disabled(!studio.can_save());
    if (button(desk.items, "Save",
               "The picture under a name, with its settings inside when it is a PNG "
               "(Ctrl+Shift+S; Ctrl+S saves it again)")) {
        open_browser(desk, Browser::Purpose::kSave);
    }
    end_disabled();
    end_disabled();
    if (studio.needs_restart()) {
        text_if_it_fits("Seed and start count from the next restart.",
                        "Seed, start: at a restart.");
    } else if (studio.needs_new_plan()) {
        text_if_it_fits("A new plan follows, from this picture on.", "A new plan follows.");
    } else {
        ImGui::TextDisabled(" ");
    }
}

void draw_weights(Desk& desk) {
    if (!section(desk.items, "Weights", true)) {
        return;
    }
    Settings& its = desk.studio.settings;
    // Terms are relative to their targets: about 1 to 1 is a balance.
    const auto weight = [&](const char* label, float& value, float usual, float max,
                            const char* help) {
        slider(desk.items, label, value, {0, max, usual, true, "%.4g"}, help, desk.studio.holding);
    };
    weight("Content weight", its.content_weight, defaults().content_weight, 1000,
           "How strictly the picture keeps what the content shows. Less: freer forms.");
    weight("Style weight", its.style_weight, defaults().style_weight, 10000,
           "How strongly it is painted in the style. More: strokes take over from things.");
    weight("Smoothness", its.tv_weight, defaults().tv_weight, 100,
           "Weight of the total variation. More: calmer surfaces, less grain.");
}

void draw_layers(Desk& desk) {
    if (!section(desk.items, "Style by size of stroke", false)) {
        return;
    }
    Settings& its = desk.studio.settings;
    for (std::size_t i = 0; i < its.style_layers.size(); ++i) {
        auto& layer = its.style_layers[i];
        const auto known = std::find_if(kBlocks.begin(), kBlocks.end(),
                                        [&](const char* name) { return layer.name == name; });
        const auto usual =
            std::find_if(defaults().style_layers.begin(), defaults().style_layers.end(),
                         [&](const auto& one) { return one.name == layer.name; });
        const std::string label = "Style in " + layer.name;
        slider(
            desk.items, label.c_str(), layer.weight,
            {0, 10, usual != defaults().style_layers.end() ? usual->weight : 1.0f, false, "%.2f"},
            known != kBlocks.end() ? kBlocksHelp[static_cast<std::size_t>(known - kBlocks.begin())]
                                   : "A layer of the encoder",
            desk.studio.holding);
    }
}

void draw_blend(Desk& desk) {
    Studio& studio = desk.studio;
    Settings& its = studio.settings;
    if (studio.styles().size() < 2 || !section(desk.items, "Blend of styles", true)) {
        return;
    }
    std::vector<float> shares = its.style_blend;
    shares.resize(studio.styles().size(), 1.0f);
    bool changed = false;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const std::string label = std::to_string(i + 1) + " " + file_name(studio.styles()[i].path);
        changed |= slider(desk.items, label.c_str(), shares[i], {0, 1, 1, false, "%.2f"},
                          "Its share of the style", desk.studio.holding);
    }
    float sum = 0;
    for (const float share : shares) {
        sum += share;
    }
    if (changed && sum > 0) {
        its.style_blend = shares;
    }
}

void draw_size(Desk& desk) {
    if (!section(desk.items, "Size and effort", true)) {
        return;
    }
    Settings& its = desk.studio.settings;
    slider(desk.items, "Size", its.size, {64, 4096, defaults().size, "%u px"},
           "Longest side of the result in px. Twice as large takes four times the time and memory.",
           desk.studio.holding);
    its.size = std::clamp(its.size, 16u, 16384u);
    slider(desk.items, "First size", its.first_size, {32, 2048, defaults().first_size, "%u px"},
           "Longest side of the coarsest scale, where large forms are found; the following ones "
           "double it. The same as the size: a single scale.",
           desk.studio.holding);
    for (std::size_t i = 0; i < its.iterations.size(); ++i) {
        const bool last = i + 1 == its.iterations.size();
        const std::string label =
            its.iterations.size() == 1
                ? "Iterations"
                : "Iterations, scale " + std::to_string(i + 1) + (last ? " and finer" : "");
        const std::uint32_t usual =
            defaults().iterations[std::min(i, defaults().iterations.size() - 1)];
        slider(desk.items, label.c_str(), its.iterations[i], {1, 5000, usual},
               "Steps at this scale. More: closer to the style, with little left to gain at the "
               "end.",
               desk.studio.holding);
    }
    slider(desk.items, "Style scale", its.style_scale,
           {0.1f, 4, defaults().style_scale, true, "%.2f x"},
           "How large the strokes are: the style's longest side as a multiple of the result's. A "
           "style is never enlarged.",
           desk.studio.holding);
}

template <typename Enum>
void word(Desk& desk, const char* label, Enum Settings::*which,
          const std::vector<std::string>& words, const char* help) {
    Enum& value = desk.studio.settings.*which;
    int index = static_cast<int>(value);
    if (choice(desk.items, label, index, static_cast<int>(defaults().*which), words, help)) {
        value = static_cast<Enum>(index);
    }
}

void draw_look(Desk& desk) {
    if (!section(desk.items, "Look", false)) {
        return;
    }
    Settings& its = desk.studio.settings;
    word(desk, "Colours", &Settings::colors, {"of the style", "of the content"},
         "Whose colours the picture has.");
    word(desk, "Pooling", &Settings::pooling, {"max", "average"},
         "How the encoder shrinks its maps. Average: smoother, fewer specks.");
    word(desk, "Edges", &Settings::padding, {"zeros, as published", "repeated"},
         "What the encoder sees beyond the edge. Repeated: less of a frame.");
    word(desk, "Repeats", &Settings::tile,
         {"no", "from left to right", "from top to bottom", "both ways"},
         "Whether the picture continues at its opposite edge, without a seam. The content should "
         "too.");
    word(desk, "Lighting", &Settings::flatten, {"as it is", "taken out"},
         "Whether a style that is brighter on one side than on the other counts as it is.");
    slider(desk.items, "Order", its.structure, {0, 1, defaults().structure, false, "%.2f"},
           "How much the style's long-range order counts: for weaves, tiles and other regular "
           "styles.",
           desk.studio.holding);
    int init = its.init == "noise" ? 1 : 0;
    if (its.init == "content" || its.init == "noise") {
        if (choice(desk.items, "Start from", init, 0, {"the content", "noise"},
                   "What the first scale begins from. Counts from the next restart.")) {
            its.init = init == 1 ? "noise" : "content";
        }
    } else {
        ImGui::TextWrapped("Start from: %s", its.init.c_str());
    }
    number(desk.items, "Seed", its.seed, defaults().seed,
           "Another noise to begin from: another picture of the same kind. Counts from the next "
           "restart.");
}

void draw_optimiser(Desk& desk) {
    if (!section(desk.items, "Optimiser", false)) {
        return;
    }
    Settings& its = desk.studio.settings;
    word(desk, "Method", &Settings::optimizer, {"L-BFGS", "Adam"},
         "L-BFGS gets there in fewer steps; Adam needs less memory and is livelier when weights "
         "change.");
    if (its.optimizer == IMPASTO_LBFGS) {
        slider(desk.items, "History", its.lbfgs_history,
               {1, 64, defaults().lbfgs_history, "%u steps"},
               "Steps that L-BFGS remembers, each two pictures in memory.", desk.studio.holding);
    } else {
        slider(desk.items, "Step size", its.adam_learning_rate,
               {0.001f, 1, defaults().adam_learning_rate, true, "%.3f"},
               "About what a pixel moves by in an iteration, of the range from black to white.",
               desk.studio.holding);
    }
}

void draw_encoder(Desk& desk) {
    if (!section(desk.items, "Encoder", false)) {
        return;
    }
    Studio& studio = desk.studio;
    std::string& weights = studio.settings.weights;
    const bool is_file = weights != "builtin" && weights != "vgg19";
    if (radio(desk.items, "built in", weights == "builtin",
              "The small encoder that comes with Impasto: quick")) {
        weights = "builtin";
    }
    if (radio(desk.items, "VGG19", weights == "vgg19",
              "The network of the published method: more faithful to the style, slower")) {
        weights = "vgg19";
    }
    if (radio(desk.items, is_file ? file_name(weights).c_str() : "a file...", is_file,
              "safetensors or .pth of VGG19")) {
        open_browser(desk, Browser::Purpose::kEncoder);
    }
    Fetch& fetch = studio.fetch;
    if (fetch.runs()) {
        const double share = fetch.total() > 0 ? static_cast<double>(fetch.done()) /
                                                     static_cast<double>(fetch.total())
                                               : 0;
        const std::string text = std::to_string(fetch.done() / 1000000) + " MB";
        ImGui::ProgressBar(static_cast<float>(share), {-scaled(70), 0}, text.c_str());
        ImGui::SameLine();
        if (button(desk.items, "Stop", "What came so far is kept and taken up next time")) {
            fetch.cancel();
        }
    } else if (Fetch::is_possible() && button(desk.items, "Download VGG19",
                                              "80 MB, once; kept in the user's cache folder")) {
        fetch.start("vgg19");
    }
}

}  // namespace

void draw_controls(Desk& desk) {
    draw_run(desk);
    ImGui::Separator();
    ImGui::BeginChild("settings");
    draw_weights(desk);
    draw_blend(desk);
    draw_size(desk);
    draw_layers(desk);
    draw_look(desk);
    draw_optimiser(desk);
    draw_encoder(desk);
    ImGui::Separator();
    if (button(desk.items, "Reset all", "Every setting back to its default, but the encoder")) {
        const std::string weights = desk.studio.settings.weights;
        desk.studio.settings = Settings();
        desk.studio.settings.weights = weights;
    }
    ImGui::EndChild();
}

}  // namespace impasto::viewer
