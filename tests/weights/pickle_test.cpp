#include "weights/pickle.h"

#include <gtest/gtest.h>

#include "fixtures.h"

namespace impasto {
namespace {

using test::message_of;

Result<Pickle> run(const std::string& code) { return read_pickle(test::as_bytes(code)); }

const std::string kProto("\x80\x02", 2);

TEST(Pickle, Integers) {
    const std::vector<std::pair<std::string, std::int64_t>> cases{
        {"K\xff", 255},
        {std::string("M\x01\x02", 3), 0x201},
        {"J\xff\xff\xff\xff", -1},
        {std::string("\x8a\x00", 2), 0},
        {"\x8a\x01\xff", -1},
        {std::string("\x8a\x02\xff\x00", 4), 255},
        {std::string("\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f", 10), INT64_MAX},
    };
    for (const auto& [code, value] : cases) {
        const auto pickle = run(kProto + code + ".");
        ASSERT_TRUE(pickle) << pickle.error().message;
        EXPECT_EQ((*pickle)[pickle->root].kind, PickleKind::kInteger);
        EXPECT_EQ((*pickle)[pickle->root].integer, value);
        EXPECT_EQ(pickle->bytes, code.size() + 3);
    }
    EXPECT_MENTIONS(message_of(run(kProto + "\x8a\x09" + "123456789.")), "integer of 9 bytes");
}

TEST(Pickle, MemoListsAndDictionaries) {
    // {'a': [1, 2], 'b': the same list}
    const auto pickle =
        run(kProto + "}q" + '\0' + "(U\x01" + "a](K\x01K\x02" + "eq\x01U\x01" + "bh\x01u.");
    ASSERT_TRUE(pickle) << pickle.error().message;
    const PickleValue& dict = (*pickle)[pickle->root];
    ASSERT_EQ(dict.kind, PickleKind::kDict);
    ASSERT_EQ(dict.items.size(), 4u);
    EXPECT_EQ(dict.items[1], dict.items[3]);
    EXPECT_EQ((*pickle)[dict.items[1]].items.size(), 2u);
}

TEST(Pickle, Python2DictionariesOfPairs) {
    const auto pickle =
        run(kProto + "ccollections\nOrderedDict\n](]" + "(U\x01" + "aK\x07" + "ee\x85R.");
    ASSERT_TRUE(pickle) << pickle.error().message;
    const PickleValue& dict = (*pickle)[pickle->root];
    ASSERT_EQ(dict.kind, PickleKind::kDict);
    ASSERT_EQ(dict.items.size(), 2u);
    EXPECT_EQ((*pickle)[dict.items[1]].integer, 7);
}

TEST(Pickle, RefusesEveryOtherName) {
    for (const char* name : {"os\nsystem\n", "posix\nsystem\n", "builtins\neval\n",
                             "__builtin__\nexec\n", "torch\nload\n", "torch FloatStorage\n\n"}) {
        const auto refused = run(kProto + "c" + name + "U\x02ls\x85R.");
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::kWeights);
        EXPECT_MENTIONS(refused.error().message,
                        std::string(name).substr(0, std::string(name).find('\n')));
    }
}

TEST(Pickle, RefusesOtherInstructions) {
    for (const std::string code : {"i", "o", "\x81", "\x82", "\x8c", "\x93", "\x95", "P", "I", "S",
                                   "V", "F", "L", "B", "C", "\xff"}) {
        EXPECT_MENTIONS(message_of(run(kProto + code + "xx\n.")), "unknown instruction");
    }
    EXPECT_MENTIONS(message_of(run("\x80\x04N.")), "protocol 4");
}

TEST(Pickle, NonsenseIsNoticed) {
    const std::string ordered = "ccollections\nOrderedDict\n";
    const std::string rebuild = "ctorch._utils\n_rebuild_tensor_v2\n";
    const std::vector<std::string> codes{
        "",
        ".",
        "0.",
        "t.",
        "(.",
        "(0.",
        "N(0.",
        "\x85.",
        "h\x05.",
        "Na.",
        "NNs.",
        "](NNu.",
        "}(Nu.",
        "Q.",
        "NQ.",
        "NNR.",
        "Nb.",
        "NNb.",
        "X\xff\xff\xff\xff"
        "a.",
        "U\x05"
        "a.",
        "c\n",
        "cos",
        "ccollections\n" + std::string(10'000, 'x'),
        ordered + "N\x85R.",
        ordered + "NNR.",
        ordered + "]N\x86R.",
        ordered + "](Nee\x85R.",
        rebuild + ")R.",
        rebuild + "(NNNNtR.",
        "ctorch\nSize\n)R.",
        "ctorch\nFloatStorage\n)R.",
        "(U\x07storageU\x01xU\x01xU\x01xK\x01tQ.",
        "(U\x07storageccollections\nOrderedDict\nU\x01xU\x01xK\x01tQ."};
    for (const std::string& code : codes) {
        const auto refused = run(kProto + code);
        EXPECT_FALSE(refused) << code;
    }
}

TEST(Pickle, CostIsBounded) {
    EXPECT_MENTIONS(message_of(run(kProto + std::string(1'100'000, 'N'))), "million");
    EXPECT_MENTIONS(message_of(run(kProto + std::string(1'100'000, '('))), "million");
    // A list of pairs that a small program turns into dictionaries again and again.
    std::string bomb = kProto + "ccollections\nOrderedDict\nq" + '\0' + "](";
    for (int i = 0; i < 20'000; ++i) {
        bomb += "(NNt";
    }
    bomb += "e\x85q\x01" + std::string("0");
    for (int i = 0; i < 100'000; ++i) {
        bomb += std::string("h") + '\0' + "h\x01R0";
    }
    EXPECT_MENTIONS(message_of(run(bomb + "N.")), "million");
    // A list that holds itself is no trouble.
    EXPECT_TRUE(run(kProto + "]q" + '\0' + "h" + '\0' + "a."));
}

}  // namespace
}  // namespace impasto
