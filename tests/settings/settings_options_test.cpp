// The options of Settings: each sets its field, and takes its range and nothing else.
#include "settings/settings_options.h"

#include <gtest/gtest.h>

#include <map>

#include "settings/material_settings.h"

namespace impasto::settings {
namespace {

TEST(SettingsOptions, EachSetsAFieldOfItsOwn) {
    const std::map<std::string, std::string> others{{"size", "700"},
                                                    {"first-size", "300"},
                                                    {"iterations", "3,2,1"},
                                                    {"optimizer", "adam"},
                                                    {"lbfgs-history", "20"},
                                                    {"adam-rate", "0.1"},
                                                    {"weights", "vgg19"},
                                                    {"content-weight", "1.5"},
                                                    {"style-weight", "2.5"},
                                                    {"tv-weight", "3.5"},
                                                    {"content-layers", "relu3_1:2"},
                                                    {"style-layers", "relu2_2,relu3_1"},
                                                    {"style-blend", "0.25,1"},
                                                    {"pooling", "avg"},
                                                    {"padding", "zero"},
                                                    {"style-scale", "0.5"},
                                                    {"colors", "content"},
                                                    {"init", "noise"},
                                                    {"tile", "xy"},
                                                    {"structure", "0.25"},
                                                    {"lighting", "flatten"},
                                                    {"seed", "18446744073709551615"}};
    std::size_t options_count = 0;
    for (const auto& [name, value] : others) {
        Settings settings;
        Options options;
        declare_settings(options, settings);
        options_count = options.all().size();
        const Option* option = options.find(name);
        ASSERT_NE(option, nullptr) << name;
        EXPECT_EQ(option->preset, PresetUse::kPicture) << name;
        EXPECT_FALSE(option->help.empty()) << name;
        EXPECT_EQ(settings, Settings());
        ASSERT_TRUE(option->set(value)) << name;
        EXPECT_NE(settings, Settings()) << name;
        EXPECT_EQ(option->get(), value) << name;
        // No other says a change, and back it is as before.
        for (const auto& one : options.all()) {
            EXPECT_EQ(one->get() == one->initial, one.get() != option) << name << " " << one->name;
        }
        if (!option->initial.empty()) {
            ASSERT_TRUE(option->set(option->initial)) << name;
            EXPECT_EQ(settings, Settings()) << name;
        }
    }
    EXPECT_EQ(options_count, others.size());
}

TEST(SettingsOptions, ATextureKeepsTheOrderOfItsExemplar) {
    const auto structure = [](Subject subject, std::size_t styles, const char* given = "") {
        Settings settings = settings_for(subject);
        Options options;
        declare_settings(options, settings, subject);
        if (*given != 0) {
            EXPECT_TRUE(options.find("structure")->set(given));
        }
        return completed(settings, styles).structure;
    };
    EXPECT_EQ(structure(Subject::kTexture, 1), 0.5f);
    EXPECT_EQ(structure(Subject::kTexture, 2), 0.0f) << "their orders would contradict";
    EXPECT_EQ(structure(Subject::kTexture, 1, "0"), 0.0f);
    EXPECT_EQ(structure(Subject::kTexture, 2, "0.5"), 0.5f);
    EXPECT_EQ(structure(Subject::kContent, 1), 0.0f);
}

// A synthesis is a texture; what is painted is not.
TEST(SettingsOptions, AMaterialsDefaultsAreThoseOfWhatIsDone) {
    Settings session;
    MaterialSettings material;
    Options options;
    declare_material_objective(options, session, material);
    EXPECT_EQ(material.session(session), session);
    EXPECT_EQ(options.find("tile")->get(), "");
    material.synthesize = true;
    const Settings made = material.session(session);
    const Settings texture = settings_for(Subject::kTexture);
    EXPECT_EQ(made.tile, texture.tile);
    EXPECT_EQ(made.structure, 0.0f);
    EXPECT_EQ(made.flatten, texture.flatten);
    EXPECT_EQ(material.load_options(session).tile, static_cast<std::uint32_t>(IMPASTO_TILE_XY));
    for (const auto& [name, value] :
         std::map<std::string, std::string>{{"tile", "none"}, {"lighting", "keep"}}) {
        ASSERT_TRUE(options.find(name)->set(value));
        EXPECT_EQ(options.find(name)->get(), value);
    }
    EXPECT_EQ(material.session(session), session);
}

TEST(SettingsOptions, Ranges) {
    struct Case {
        const char* name;
        std::vector<const char*> taken;
        std::vector<const char*> refused;
        const char* says;
    };
    const Case cases[] = {
        {"size", {"16", "16384"}, {"15", "16385", "1e3", "", "-1"}, "16 to 16384"},
        {"first-size", {"16", "16384"}, {"15", "16385"}, "16 to 16384"},
        {"iterations", {"1", "1000000", "2, 1"}, {"0", "1000001", "1,"}, "1 to 1000000"},
        {"lbfgs-history", {"1", "64"}, {"0", "65", "1.5", "x"}, "1 to 64"},
        {"adam-rate", {"0.001", "1", "2e-2"}, {"0", "0.0009", "1.01", "nan", ""}, "0.001 to 1"},
        {"style-scale", {"0.01", "64"}, {"0", "0.009", "64.1", "inf"}, "0.01 to 64"},
        {"content-weight", {"0", "3.4028235e+38"}, {"-1", "nan", "0x1"}, "0 or more"},
        {"seed", {"0", "18446744073709551615"}, {"18446744073709551616"}, "0 to"},
    };
    for (const Case& one : cases) {
        Settings settings;
        Options options;
        declare_settings(options, settings);
        const Option* option = options.find(one.name);
        ASSERT_NE(option, nullptr) << one.name;
        for (const char* text : one.taken)
            EXPECT_TRUE(option->set(text)) << one.name << " " << text;
        const Settings before = settings;
        for (const char* text : one.refused) {
            const Status status = option->set(text);
            ASSERT_FALSE(status) << one.name << " " << text;
            EXPECT_NE(status.error().message.find(one.says), std::string::npos)
                << status.error().message;
            EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
        }
        EXPECT_EQ(settings, before);
    }
}

}  // namespace
}  // namespace impasto::settings
