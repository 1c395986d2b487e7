// What keys and mouse do that no menu and no tooltip says.
#include "viewer/desk.h"
#include "viewer/widgets.h"

namespace impasto::viewer {
namespace {

struct Line {
    const char* what;  // "" for a heading
    const char* does;
};

constexpr Line kLines[] = {
    {"", "On the picture"},
    {"wheel, = and -", "Zoom at the cursor; at the middle"},
    {"drag", "Move it, or the line of the split"},
    {"F, 1", "Fit; one pixel of the window for one of the picture"},
    {"N", "Hard or smooth pixels"},
    {"C, B, D, T, Y", "Split, side by side, difference, tiled 3x3, style beside it; again: alone"},
    {"", "The work"},
    {"Space, .", "Pause and go on; one iteration"},
    {"Ctrl+R", "From the beginning"},
    {"K", "Keep this moment"},
    {"Ctrl+Z, with Shift", "Back to the moment that this came from; on again"},
    {"click a moment", "Back to it; what is painted then is another branch"},
    {"", "Pictures"},
    {"drop", "Content, styles, a folder of styles, a preset. On a thumbnail: in its place"},
    {"right click", "Takes a style away"},
    {"Ctrl and click", "In a list of styles: one more"},
    {"", "Controls"},
    {"Ctrl and click", "On a slider: type a number"},
    {"reset", "Beside a name where the value is not the default"},
    {"Tab, arrows", "From control to control; Space presses, Enter types"},
    {"", "The window"},
    {"P, H, M", "Plots, moments, messages"},
    {"Ctrl+S, Ctrl+O", "Save; open content, with Shift a style"},
    {"Ctrl+Shift+C", "Copy this run as a command line"},
    {"Ctrl+Q", "Quit"},
};

}  // namespace

void draw_help(Desk& desk) {
    bool& open = desk.memory.shows_help;
    if (!open) {
        return;
    }
    if (begin_floating(desk.items, "Keys and mouse", open, 640, 620)) {
        for (const Line& line : kLines) {
            if (*line.what == '\0') {
                ImGui::Spacing();
                ImGui::TextUnformatted(line.does);
                ImGui::Separator();
                continue;
            }
            ImGui::TextDisabled("%s", line.what);
            ImGui::SameLine(scaled(150));
            ImGui::PushTextWrapPos(0);
            ImGui::TextUnformatted(line.does);
            ImGui::PopTextWrapPos();
        }
    }
    ImGui::End();
}

}  // namespace impasto::viewer
