#include "settings/options.h"

#include <gtest/gtest.h>

namespace impasto::settings {
namespace {

enum class Fruit { kApple, kPear };

TEST(Options, ADeclarationSaysEverything) {
    Options options;
    std::string output = "x.png";
    bool quiet = false;
    std::vector<std::string> styles;
    std::vector<std::string> pictures;
    options.group("Pictures");
    options.positionals(pictures);
    options.describe_positional("CONTENT", "a picture");
    options.text("-o,--output", "FILE", output, "where to");
    options.group("Others");
    options.flag("-q,--quiet", quiet, "say nothing");
    options.repeated("--style", "FILE", styles, "a style");

    ASSERT_EQ(options.all().size(), 4U);
    EXPECT_EQ(options.all()[0]->left, "CONTENT");
    EXPECT_EQ(options.names(), (std::vector<std::string>{"output", "quiet", "style"}));
    EXPECT_EQ(options.positionals(), &pictures);
    const Option* out = options.find("output");
    ASSERT_NE(out, nullptr);
    EXPECT_EQ(out->names, "-o,--output");
    EXPECT_EQ(out->left, "-o, --output FILE");
    EXPECT_EQ(out->group, "Pictures");
    EXPECT_EQ(out->help, "where to");
    EXPECT_EQ(out->preset, PresetUse::kNone);
    EXPECT_EQ(options.find("quiet")->flag, &quiet);
    EXPECT_EQ(options.find("style")->values, &styles);
    EXPECT_EQ(options.find("o"), nullptr);
    EXPECT_EQ(options.find(""), nullptr);

    ASSERT_TRUE(out->set("y.png"));
    EXPECT_EQ(output, "y.png");
    EXPECT_EQ(out->get(), "y.png");
    EXPECT_EQ(out->initial, "x.png");
    EXPECT_FALSE(out->set(""));
    EXPECT_FALSE(out->set(std::string_view("a\0b", 3)));
    EXPECT_EQ(output, "y.png");
}

TEST(Options, Choices) {
    Options options;
    Fruit fruit = Fruit::kPear;
    const Option& option = options.choice<Fruit>(
        "--fruit", {{"apple", Fruit::kApple}, {"pear", Fruit::kPear}}, fruit, "which");
    EXPECT_EQ(option.left, "--fruit apple|pear");
    EXPECT_EQ(option.get(), "pear");
    ASSERT_TRUE(option.set("apple"));
    EXPECT_EQ(fruit, Fruit::kApple);
    const Status refused = option.set("plum");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "'plum' is not one of apple or pear");
    EXPECT_EQ(fruit, Fruit::kApple);
}

}  // namespace
}  // namespace impasto::settings
