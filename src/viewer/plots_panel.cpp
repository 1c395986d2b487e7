// Losses, speed, time by operation, memory.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "viewer/desk.h"
#include "viewer/widgets.h"

namespace impasto::viewer {
namespace {

constexpr std::size_t kMostPoints = 400;  // of a line: more than a panel has pixels

struct Line {
    const char* name;
    std::vector<float> values;
    ImU32 colour;
};

ImU32 colour_of(std::size_t index) {
    constexpr ImU32 kColours[] = {IM_COL32(217, 148, 56, 255),  IM_COL32(94, 158, 214, 255),
                                  IM_COL32(116, 184, 102, 255), IM_COL32(196, 108, 170, 255),
                                  IM_COL32(214, 96, 82, 255),   IM_COL32(140, 140, 140, 255),
                                  IM_COL32(88, 190, 180, 255),  IM_COL32(178, 176, 72, 255)};
    return kColours[index % std::size(kColours)];
}

// At most kMostPoints of `count`, of which value(i) is one.
template <typename Value>
std::vector<float> thinned(std::size_t count, Value value) {
    std::vector<float> points;
    const std::size_t step = std::max<std::size_t>(1, count / kMostPoints);
    for (std::size_t i = 0; i < count; i += step) {
        points.push_back(value(i));
    }
    if (count > 0 && (count - 1) % step != 0) {
        points.push_back(value(count - 1));
    }
    return points;
}

// Lines over iterations on a logarithmic scale.
void plot(const char* id, const std::vector<Line>& lines, float height) {
    const ImVec2 min = ImGui::GetCursorScreenPos();
    const ImVec2 size{ImGui::GetContentRegionAvail().x, scaled(height)};
    ImGui::InvisibleButton(id, {std::max(size.x, 1.0f), size.y});
    const ImVec2 max{min.x + size.x, min.y + size.y};
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(min, max, ImGui::GetColorU32(ImGuiCol_FrameBg), scaled(4));
    float least = INFINITY;
    float most = 0;
    for (const Line& line : lines) {
        for (const float value : line.values) {
            if (value > 0 && std::isfinite(value)) {
                least = std::min(least, value);
                most = std::max(most, value);
            }
        }
    }
    if (!(most > 0)) {
        return;
    }
    const float high = std::ceil(std::log10(most) * 2) / 2;
    // Four decades at most: a term that begins near nothing would flatten the others.
    const float low = std::clamp(std::floor(std::log10(least) * 2) / 2, high - 4.0f, high - 0.5f);
    const auto y_of = [&](float value) {
        const float share = (std::log10(std::max(value, 1e-30f)) - low) / (high - low);
        return max.y - scaled(4) - std::clamp(share, 0.0f, 1.0f) * (size.y - scaled(8));
    };
    float free = INFINITY;  // above this y no label stands yet
    for (float decade = std::ceil(low); decade <= high; ++decade) {
        const float y = y_of(std::pow(10.0f, decade));
        list.AddLine({min.x, y}, {max.x, y}, ImGui::GetColorU32(ImGuiCol_Border));
        char text[32];
        static_cast<void>(std::snprintf(text, sizeof text, "%g", std::pow(10.0, decade)));
        // Above its line or, where there is no room, below.
        const float above = y - ImGui::GetTextLineHeight();
        const float at = above < min.y ? y : above;
        if (at + ImGui::GetTextLineHeight() > free) {
            continue;
        }
        free = at;
        list.AddText({min.x + scaled(4), at}, ImGui::GetColorU32(ImGuiCol_TextDisabled), text);
    }
    std::vector<ImVec2> points;
    for (const Line& line : lines) {
        points.clear();
        const float step = size.x / std::max(1.0f, static_cast<float>(line.values.size()) - 1);
        for (std::size_t i = 0; i < line.values.size(); ++i) {
            points.push_back({min.x + step * static_cast<float>(i), y_of(line.values[i])});
        }
        list.AddPolyline(points.data(), static_cast<int>(points.size()), line.colour, 0,
                         scaled(1.5f));
    }
}

// A name, and what it is further right: one below the other.
void value(const char* name, const std::string& is, const std::string& help = "") {
    ImGui::TextUnformatted(name);
    tooltip(help);
    ImGui::SameLine(scaled(90));
    ImGui::TextUnformatted(is.c_str());
    tooltip(help);
}

std::string megabytes(std::uint64_t bytes) {
    char text[32];
    static_cast<void>(
        std::snprintf(text, sizeof text, "%.0f MB", static_cast<double>(bytes) / 1e6));
    return text;
}

void legend(const std::vector<Line>& lines) {
    for (const Line& line : lines) {
        if (line.values.empty()) {
            continue;
        }
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = ImGui::GetTextLineHeight();
        ImGui::GetWindowDrawList()->AddRectFilled(
            {at.x, at.y + height * 0.4f}, {at.x + scaled(12), at.y + height * 0.6f}, line.colour);
        ImGui::SetCursorScreenPos({at.x + scaled(18), at.y});
        ImGui::TextUnformatted(line.name);
        ImGui::SameLine(scaled(150));
        ImGui::Text("%.4g", static_cast<double>(line.values.back()));
    }
}

void draw_losses(Desk& desk) {
    if (!section(desk.items, "Losses", true)) {
        return;
    }
    const auto& curve = desk.studio.curve().points;
    const auto of = [&](float ImpastoLosses::*term) {
        return thinned(curve.size(), [&](std::size_t i) { return curve[i].losses.*term; });
    };
    const std::vector<Line> lines{{"total", of(&ImpastoLosses::total), colour_of(0)},
                                  {"content", of(&ImpastoLosses::content), colour_of(1)},
                                  {"style", of(&ImpastoLosses::style), colour_of(2)},
                                  {"tv", of(&ImpastoLosses::tv), colour_of(3)}};
    plot("losses", lines, 120);
    tooltip(
        "Over the iterations; total is weighted, the terms are not. 1 is as far away as "
        "nothing at all.");
    legend(lines);
}

void draw_layers(Desk& desk) {
    if (!section(desk.items, "Losses by layer", false)) {
        return;
    }
    std::vector<Line> lines;
    for (const auto& [name, values] : desk.studio.curve().layers) {
        lines.push_back({name.c_str(),
                         thinned(values.size(), [&](std::size_t i) { return values[i]; }),
                         colour_of(lines.size())});
    }
    plot("layer losses", lines, 120);
    legend(lines);
}

void draw_speed(Desk& desk) {
    if (!section(desk.items, "Speed", true)) {
        return;
    }
    const auto& curve = desk.studio.curve().points;
    const auto rates =
        thinned(curve.size(), [&](std::size_t i) { return static_cast<float>(rate_at(curve, i)); });
    const std::vector<Line> lines{{"it/s", rates, colour_of(4)}};
    plot("speed", lines, 60);
    legend(lines);
}

void draw_operations(Desk& desk) {
    if (!section(desk.items, "Time by kernel", false) || desk.studio.painting() == nullptr) {
        return;
    }
    // Asked for a few times a second: an iteration has hundreds of operations.
    std::map<std::string, double>& seconds = desk.memory.kernel_seconds;
    double& asked = desk.memory.kernels_asked;
    if (const double now = ImGui::GetTime(); now - asked > 0.5 || now < asked) {
        asked = now;
        seconds.clear();
        static_cast<void>(impasto_session_operations(
            desk.studio.painting()->session(),
            [](void* user, const ImpastoOperation* operation) {
                (*static_cast<std::map<std::string, double>*>(user))[operation->kernel] +=
                    operation->seconds;
            },
            &seconds));
    }
    std::vector<std::pair<double, std::string>> sorted;
    double sum = 0;
    for (const auto& [kernel, time] : seconds) {
        sorted.emplace_back(time, kernel);
        sum += time;
    }
    std::sort(sorted.rbegin(), sorted.rend());
    if (sorted.empty()) {
        ImGui::TextDisabled("not measured yet");
    }
    for (const auto& [time, kernel] : sorted) {
        if (time < 0.005 * sum) {
            break;
        }
        char text[128];
        static_cast<void>(
            std::snprintf(text, sizeof text, "%.2f ms  %s", 1000 * time, kernel.c_str()));
        // Names may be longer than the bar: they begin at its left, and are cut at its right.
        const float height = ImGui::GetTextLineHeight() * 1.2f;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImGui::ProgressBar(static_cast<float>(time / sum), {-1, height}, "");
        tooltip(text);
        ImGui::GetWindowDrawList()->PushClipRect(at, ImGui::GetItemRectMax(), true);
        ImGui::GetWindowDrawList()->AddText(
            {at.x + scaled(6), at.y + (height - ImGui::GetTextLineHeight()) / 2},
            ImGui::GetColorU32(ImGuiCol_Text), text);
        ImGui::GetWindowDrawList()->PopClipRect();
    }
}

void draw_memory(Desk& desk) {
    if (!section(desk.items, "Memory", true)) {
        return;
    }
    if (const Painting* painting = desk.studio.painting(); painting != nullptr) {
        value("session", megabytes(impasto_session_bytes_planned(painting->session())),
              "Device memory that the session holds at most, at its last scale");
    }
    value("peak", megabytes(impasto_context_bytes_peak(desk.graphics.context())),
          "The most device memory that was held at once since the start");
    value("device", megabytes(desk.graphics.info().memory_bytes), "What the device has");
    value("moments", megabytes(desk.studio.history().bytes()),
          "Of the computer's memory, for going back; with the pictures that only earlier moments "
          "were painted from");
}

}  // namespace

void draw_plots(Desk& desk) {
    ImGui::BeginChild("all plots");  // which scrolls
    draw_losses(desk);
    draw_layers(desk);
    draw_speed(desk);
    draw_operations(desk);
    draw_memory(desk);
    ImGui::EndChild();
}

}  // namespace impasto::viewer
