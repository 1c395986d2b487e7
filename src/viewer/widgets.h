// ImGui's widgets as this interface has them: each remembers where it is by its label (Items), has
// a tooltip, and what has a value can be reset to its default.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "viewer/items.h"

namespace impasto::viewer {

// Shown where the mouse rests on the item before, broken into lines.
void tooltip(const std::string& text);

// Words of little weight, on one line; fewer where there is no room for them.
void text_if_it_fits(const char* text, const char* shorter);

// The next button, of this label, stands beside the one before where there is room for it.
void beside_if_it_fits(const char* label);
bool button(Items& items, const char* label, const std::string& help = "");
bool checkbox(Items& items, const char* label, bool& value, const std::string& help);
bool radio(Items& items, const char* label, bool active, const std::string& help);

struct SliderRange {
    float min;
    float max;
    float usual;  // what "reset" sets
    bool logarithmic = false;
    const char* format = "%.3g";
};
// A slider over the column's width under its label, with a button that resets it. Ctrl and a click
// type a number, kept to the range. `active` becomes true while it is being moved.
bool slider(Items& items, const char* label, float& value, const SliderRange& range,
            const std::string& help, bool& active);
struct CountRange {
    std::uint32_t min;
    std::uint32_t max;
    std::uint32_t usual;
    const char* format = "%u";  // with the unit
};
bool slider(Items& items, const char* label, std::uint32_t& value, const CountRange& range,
            const std::string& help, bool& active);

// Any number, typed or counted up and down by the buttons "-" and "+" ("LABEL -" of Items).
bool number(Items& items, const char* label, std::uint64_t& value, std::uint64_t usual,
            const std::string& help);

// Of words; true when another one was chosen. `usual` is what "reset" sets.
bool choice(Items& items, const char* label, int& index, int usual,
            const std::vector<std::string>& words, const std::string& help);

bool menu_item(Items& items, const char* label, const char* shortcut = nullptr,
               bool selected = false, bool enabled = true);
// Between begin_menu and ImGui::EndMenu where it returned true.
bool begin_menu(Items& items, const char* label);

// A heading that opens and closes what follows; open at first where `open`.
bool section(Items& items, const char* label, bool open);

// The cross in the title of the window that was begun.
void note_cross(Items& items, const std::string& label);

// Opens the dialog that is begun next, unless it is open.
void open_in_the_middle(const char* title);

// A window over the others, moved by its title and closed by its cross ("close TITLE" of Items) or
// Escape, of this size in units of the interface at first. Between this and ImGui::End, which is
// called whatever it says.
bool begin_floating(Items& items, const char* title, bool& open, float width, float height);

// Greyed out and dead between these two.
void begin_disabled(bool disabled);
void end_disabled();

}  // namespace impasto::viewer
