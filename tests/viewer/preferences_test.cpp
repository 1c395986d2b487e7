#include "viewer/preferences.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temporary_folder.h"

namespace impasto::viewer {
namespace {

Preferences read(const test::TemporaryFolder& folder, const std::string& text) {
    const auto file = folder / "viewer.json";
    std::ofstream(file, std::ios::binary) << text;
    return load_preferences(file);
}

void expect_defaults(const Preferences& its) {
    const Preferences usual;
    EXPECT_EQ(its.recent, usual.recent);
    EXPECT_EQ(its.last_folder, usual.last_folder);
    EXPECT_EQ(its.window.width, usual.window.width);
    EXPECT_EQ(its.window.height, usual.window.height);
    EXPECT_FALSE(its.window.at);
    EXPECT_EQ(its.left_width, usual.left_width);
    EXPECT_EQ(its.right_width, usual.right_width);
    EXPECT_EQ(its.show_plots, usual.show_plots);
    EXPECT_EQ(its.show_history, usual.show_history);
    EXPECT_EQ(its.theme, usual.theme);
    EXPECT_EQ(its.nearest, usual.nearest);
}

TEST(Preferences, WhatIsSavedIsLoaded) {
    const test::TemporaryFolder folder;
    Preferences its;
    its.recent = {"/pictures/a b.png", "/pictures/\xc3\xa4.jpg"};
    its.last_folder = "/pictures";
    its.window.width = 900;
    its.window.height = 640;
    its.window.at = Point{-1200, 30};
    its.left_width = 222.5f;
    its.right_width = 333;
    its.show_plots = false;
    its.show_history = false;
    its.theme = Theme::kLight;
    its.nearest = true;
    const auto file = folder / "settings" / "impasto" / "viewer.json";  // folders are made
    const Status saved = save_preferences(its, file);
    ASSERT_TRUE(saved) << saved.error().message;
    const Preferences again = load_preferences(file);
    EXPECT_EQ(again.recent, its.recent);
    EXPECT_EQ(again.last_folder, its.last_folder);
    EXPECT_EQ(again.window.width, its.window.width);
    EXPECT_EQ(again.window.height, its.window.height);
    ASSERT_TRUE(again.window.at);
    EXPECT_EQ(again.window.at->x, -1200);
    EXPECT_EQ(again.window.at->y, 30);
    EXPECT_EQ(again.left_width, its.left_width);
    EXPECT_EQ(again.right_width, its.right_width);
    EXPECT_EQ(again.show_plots, its.show_plots);
    EXPECT_EQ(again.show_history, its.show_history);
    EXPECT_EQ(again.theme, its.theme);
    EXPECT_EQ(again.nearest, its.nearest);
}

TEST(Preferences, AMissingOrDamagedFileCountsAsEmpty) {
    const test::TemporaryFolder folder;
    expect_defaults(load_preferences(folder / "absent.json"));
    expect_defaults(load_preferences({}));
    for (const char* text : {"", "{", "[]", "null", "7", "\"text\"", "{\"width\": 800",
                             "{\"width\": 800} and more", "\xff\xfe{}"}) {
        SCOPED_TRACE(text);
        expect_defaults(read(folder, text));
    }
}

TEST(Preferences, ValuesOfAnotherTypeAreLeftOut) {
    const test::TemporaryFolder folder;
    expect_defaults(read(folder, R"({"recent": "one", "last_folder": 3, "width": "wide",
        "height": null, "left_width": [1], "right_width": {}, "show_plots": "no",
        "show_history": 0, "theme": 5, "nearest": "yes", "unknown": 1})"));
    // One that is wrong says nothing of the others.
    const Preferences some = read(folder, R"({"width": "wide", "height": 500, "recent": [1, "a"],
        "theme": "light"})");
    EXPECT_EQ(some.window.width, 1280);
    EXPECT_EQ(some.window.height, 500);
    EXPECT_TRUE(some.recent.empty());
    EXPECT_EQ(some.theme, Theme::kLight);
}

TEST(Preferences, ValuesOutOfTheirRangeAreSetRight) {
    const test::TemporaryFolder folder;
    const Preferences small =
        read(folder,
             R"({"width": 1, "height": -5, "left_width": -1e9, "right_width": 0, "theme": "x"})");
    EXPECT_EQ(small.window.width, 640);
    EXPECT_EQ(small.window.height, 400);
    EXPECT_EQ(small.left_width, 200);
    EXPECT_EQ(small.right_width, 200);
    EXPECT_EQ(small.theme, Theme::kDark);
    const Preferences large = read(folder, R"({"width": 100000, "height": 2000000000,
        "left_width": 1e30, "right_width": 1e300})");
    EXPECT_EQ(large.window.width, 7680);
    EXPECT_EQ(large.window.height, 4320);
    EXPECT_EQ(large.left_width, 600);
    EXPECT_GE(large.right_width, 200);  // more than a float holds
    EXPECT_LE(large.right_width, 600);
    // More than an int holds.
    const Preferences huge = read(folder, R"({"width": 1e18, "height": 99999999999999999999})");
    EXPECT_GE(huge.window.width, 640);
    EXPECT_LE(huge.window.width, 7680);
    EXPECT_GE(huge.window.height, 400);
    EXPECT_LE(huge.window.height, 4320);
}

TEST(Preferences, SavingWhereNothingCanBeIsAnError) {
    const test::TemporaryFolder folder;
    std::ofstream(folder / "file") << "x";
    const Status status = save_preferences({}, folder / "file" / "viewer.json");
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kOutput);
}

}  // namespace
}  // namespace impasto::viewer
