#include "base/json.h"

#include <gtest/gtest.h>

namespace {

using impasto::json_text;
using impasto::JsonTree;
using impasto::parse_json;

TEST(Json, ValuesOfEveryKind) {
    const auto root = parse_json(
        R"({"n": null, "b": true, "w": 18446744073709551615, "i": -3, "f": 1.5e2, "t": "a\u00e9\n",
            "l": [1, [2, {}]], "o": {"z": 1, "a": 2}})");
    ASSERT_TRUE(root);
    ASSERT_NE(root->object(), nullptr);
    EXPECT_EQ(root->object()->size(), 8u);
    EXPECT_EQ(root->find("n")->boolean(), nullptr);
    EXPECT_TRUE(*root->find("b")->boolean());
    EXPECT_EQ(*root->find("w")->whole(), 18446744073709551615u);
    EXPECT_EQ(root->find("i")->whole(), nullptr);
    EXPECT_EQ(root->find("i")->number(), -3.0);
    EXPECT_EQ(root->find("f")->number(), 150.0);
    EXPECT_EQ(root->find("t")->number(), std::nullopt);
    EXPECT_EQ(*root->find("t")->text(), "a\u00e9\n");
    const JsonTree::List& list = *root->find("l")->list();
    ASSERT_EQ(list.size(), 2u);
    EXPECT_EQ(*list[0].whole(), 1u);
    ASSERT_EQ(list[1].list()->size(), 2u);
    EXPECT_NE((*list[1].list())[1].object(), nullptr);
    EXPECT_EQ(*root->find("o")->find("a")->whole(), 2u);
    EXPECT_EQ(root->find("o")->object()->front().name, "a");  // by name
    EXPECT_EQ(root->find("none"), nullptr);
    EXPECT_EQ(root->find("l")->find("a"), nullptr);
}

TEST(Json, WhatIsNotValid) {
    for (const char* text : {"", "{", "}", "[1,]", "{\"a\":}", "{a:1}", "1 2", "\"\xff\"", "nul",
                             "{\"a\":1,}", "[1}", "\"a"}) {
        EXPECT_FALSE(parse_json(text)) << text;
    }
    EXPECT_TRUE(parse_json(" 1 "));
}

TEST(Json, OfEqualNamesTheLast) {
    std::optional<std::string> duplicate;
    auto root = parse_json(R"({"a": 1, "b": {"a": 2}, "c": 3})", 8, &duplicate);
    EXPECT_FALSE(duplicate);
    root = parse_json(R"({"b": 0, "a": 1, "c": {"x": 5, "x": 6}, "a": 2, "a": 3})", 8, &duplicate);
    ASSERT_TRUE(root);
    EXPECT_EQ(duplicate, "x");
    EXPECT_EQ(root->object()->size(), 3u);
    EXPECT_EQ(*root->find("a")->whole(), 3u);
    EXPECT_EQ(*root->find("b")->whole(), 0u);
    EXPECT_EQ(root->find("c")->object()->size(), 1u);
    EXPECT_EQ(*root->find("c")->find("x")->whole(), 6u);
}

TEST(Json, WhatLiesTooDeepIsLeftOut) {
    const auto root = parse_json(R"({"a": [1, [2, "x", {"b": [3]}], 4], "c": 5})", 2);
    ASSERT_TRUE(root);
    const JsonTree::List& list = *root->find("a")->list();
    ASSERT_EQ(list.size(), 3u);
    EXPECT_EQ(list[1].list(), nullptr);
    EXPECT_EQ(*list[2].whole(), 4u);
    EXPECT_EQ(*root->find("c")->whole(), 5u);
    // Neither the parser nor the tree is as deep as the text.
    const std::string brackets(1000000, '[');
    EXPECT_FALSE(parse_json(brackets));
    EXPECT_TRUE(parse_json(brackets + std::string(1000000, ']')));
}

TEST(Json, TextsAreQuoted) {
    EXPECT_EQ(json_text("a\"\\\n\x01"), R"("a\"\\\n\u0001")");
    EXPECT_EQ(json_text("\xff"), "\"\xef\xbf\xbd\"");
    const std::string odd("a\0b\t\u20ac", 7);
    EXPECT_EQ(*parse_json(json_text(odd))->text(), odd);
}

}  // namespace
