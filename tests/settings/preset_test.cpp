#include "settings/preset.h"

#include <gtest/gtest.h>

#include <fstream>

#include "random_settings.h"
#include "settings/settings_options.h"
#include "support/temporary_folder.h"

namespace impasto::settings {
namespace {

TEST(Preset, SettingsAndBack) {
    RandomSettings random(5);
    for (int round = 0; round < 1000; ++round) {
        const Settings settings = random.next();
        const std::string preset = preset_of(settings);
        EXPECT_TRUE(std::all_of(preset.begin(), preset.end(), [](char c) {
            return c >= ' ' && c <= '~';
        })) << preset;
        const auto read = settings_from_preset(preset, "x");
        ASSERT_TRUE(read) << read.error().message << "\n" << preset;
        EXPECT_EQ(*read, settings) << preset;
    }
    EXPECT_EQ(*settings_from_preset("{}", "x"), Settings());
}

TEST(Preset, OfATexture) {
    for (const char* size : {"64", "64x48"}) {
        Settings settings = settings_for(Subject::kTexture);
        Options options;
        declare_settings(options, settings, Subject::kTexture);
        ASSERT_TRUE(options.find("size")->set(size));
        const std::string preset = preset_text(options);
        Settings read = settings_for(Subject::kTexture);
        Options others;
        declare_settings(others, read, Subject::kTexture);
        const Status status = apply_preset_text(others, preset, "x");
        ASSERT_TRUE(status) << status.error().message << "\n" << preset;
        EXPECT_EQ(read, settings) << preset;
    }
}

TEST(Preset, TellsNoFolders) {
    Settings settings;
    settings.weights = "/home/someone/vgg.pth";
    settings.init = "/home/someone/noise";
    const std::string preset = preset_of(settings);
    EXPECT_EQ(preset.find("someone"), std::string::npos) << preset;
    const auto read = settings_from_preset(preset, "x");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->weights, "vgg.pth");
    EXPECT_EQ(read->init, "./noise");
}

TEST(Preset, WhatIsOfTheMachineIsCheckedAndLeftOut) {
    const auto read = settings_from_preset(
        R"({"device": 0, "precision": "fp32", "tier": "auto", "memory-budget": "2G",
            "save-every": 10, "size": 100})",
        "x");
    ASSERT_TRUE(read) << read.error().message;
    Settings expected;
    expected.size = 100;
    EXPECT_EQ(*read, expected);
    EXPECT_FALSE(settings_from_preset(R"({"precision": "fp8"})", "x"));
}

TEST(Preset, WhatIsNone) {
    const std::string deep(100000, '[');
    const std::pair<std::string, const char*> cases[] = {
        {"", "line 1 is not JSON"},
        {"{\n \"size\": 5\n size", "line 3 is not JSON"},
        {"[1]", "must be a JSON object"},
        {"\xFF\xFE", "is not JSON"},
        {R"({"sise": 5})", "unknown key 'sise'; did you mean 'size'?"},
        {R"({"output": "x.png"})", "unknown key 'output'"},
        {R"({"size": "512"})", "'size' must be a whole number, not \"512\""},
        {R"({"size": 5})", "'size': 5 is out of range (16 to 16384)"},
        {R"({"lbfgs-history": 65})", "'lbfgs-history': 65 is out of range (1 to 64)"},
        {R"({"adam-rate": 0})", "'adam-rate': 0 is out of range (0.001 to 1)"},
        {R"({"adam-rate": "0.1"})", "'adam-rate' must be a number, not \"0.1\""},
        {R"({"style-weight": 1e999})", "too large"},
        {R"({"style-layers": "relu9_1"})", "'style-layers': 'relu9_1' is not a layer"},
        {R"({"init": "a\u0000b"})", "'init': holds a zero byte"},
        {R"({"size": )" + deep + std::string(deep.size(), ']') + "}", "not a list of lists"},
        {deep, "is not JSON"},
    };
    for (const auto& [text, says] : cases) {
        const auto read = settings_from_preset(text, "my.png");
        ASSERT_FALSE(read) << says;
        EXPECT_EQ(read.error().code, ErrorCode::kInput);
        EXPECT_TRUE(read.error().message.starts_with("preset 'my.png': ")) << read.error().message;
        EXPECT_NE(read.error().message.find(says), std::string::npos) << read.error().message;
        EXPECT_EQ(read.error().message.find('\n'), std::string::npos);
        EXPECT_LT(read.error().message.size(), 300U);
    }
}

TEST(Preset, FromAFile) {
    const test::TemporaryFolder folder;
    const std::string path = (folder / "my preset.json").string();
    std::ofstream(path) << preset_of(RandomSettings(7).next());
    Settings settings;
    Options options;
    declare_settings(options, settings);
    ASSERT_TRUE(apply_preset(options, path));
    EXPECT_EQ(settings, RandomSettings(7).next());
    std::ofstream(path) << "{";
    const Status status = apply_preset(options, path);
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().message.find("my preset.json"), std::string::npos);
    EXPECT_FALSE(apply_preset(options, (folder / "none.json").string()));
}

}  // namespace
}  // namespace impasto::settings
