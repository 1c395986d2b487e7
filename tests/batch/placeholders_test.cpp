#include "batch/placeholders.h"

#include <gtest/gtest.h>

namespace impasto::batch {
namespace {

const Placeholders kValues{{"stem", "hills"}, {"style", "wave"}, {"index", "07"}};

TEST(Placeholders, AreFilledIn) {
    const auto name = fill("out/{stem}-{style}_{index}.png", kValues);
    ASSERT_TRUE(name);
    EXPECT_EQ(*name, "out/hills-wave_07.png");
    EXPECT_EQ(*fill("plain.png", kValues), "plain.png");
    EXPECT_EQ(*fill("", kValues), "");
}

TEST(Placeholders, BracesAreWrittenTwice) {
    EXPECT_EQ(*fill("{{{stem}}}.png", kValues), "{hills}.png");
    EXPECT_EQ(*fill("{{stem}}.png", kValues), "{stem}.png");
}

TEST(Placeholders, AValueIsNotReadAgain) {
    EXPECT_EQ(*fill("{stem}", {{"stem", "{stem}"}}), "{stem}");
}

TEST(Placeholders, WhatIsNoneIsRefused) {
    for (const char* bad : {"{stm}.png", "{}.png", "{stem.png", "stem}.png", "a{"}) {
        const auto name = fill(bad, kValues);
        ASSERT_FALSE(name) << bad;
        EXPECT_EQ(name.error().code, ErrorCode::kInput);
    }
    EXPECT_NE(fill("{stm}", kValues).error().message.find("did you mean 'stem'"), std::string::npos)
        << fill("{stm}", kValues).error().message;
}

}  // namespace
}  // namespace impasto::batch
