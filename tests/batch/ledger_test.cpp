#include "batch/ledger.h"

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace impasto::batch {
namespace {

FileState state(char digit, std::int64_t modified) {
    return {123, modified, std::string(64, digit)};
}

LedgerEntry done(const std::string& output, char digit) {
    LedgerEntry entry;
    entry.output = output;
    entry.fingerprint = std::string(64, digit);
    entry.done = true;
    entry.made = state(digit, -4641752132878037034);
    entry.inputs = {{"photos/a \"b\"\n.jpg", state('1', 7)}, {"c.png", state('2', -1)}};
    return entry;
}

std::string text_of(const std::filesystem::path& path) {
    const auto bytes = test::read_bytes(path);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void expect_same(const LedgerEntry& a, const LedgerEntry& b) {
    EXPECT_EQ(a.output, b.output);
    EXPECT_EQ(a.fingerprint, b.fingerprint);
    EXPECT_EQ(a.done, b.done);
    EXPECT_EQ(a.made.sha256, b.made.sha256);
    EXPECT_TRUE(a.made.same_times(b.made));
    ASSERT_EQ(a.inputs.size(), b.inputs.size());
    for (std::size_t i = 0; i < a.inputs.size(); ++i) {
        EXPECT_EQ(a.inputs[i].file, b.inputs[i].file);
        EXPECT_EQ(a.inputs[i].state.sha256, b.inputs[i].state.sha256);
        EXPECT_TRUE(a.inputs[i].state.same_times(b.inputs[i].state));
    }
}

TEST(LedgerLines, ComeBack) {
    const LedgerEntry entry = done("out/\xc3\xa4.png", 'a');
    const std::string line = ledger_line(entry);
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    const auto back = parse_ledger_line(line);
    ASSERT_TRUE(back);
    expect_same(*back, entry);

    LedgerEntry failed;
    failed.output = "b.png";
    failed.fingerprint = "f";
    failed.error = Error{ErrorCode::kOutOfMemory, "no \"room\""};
    const auto read = parse_ledger_line(ledger_line(failed));
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->done);
    EXPECT_EQ(read->error->code, ErrorCode::kOutOfMemory);
    EXPECT_EQ(read->error->message, "no \"room\"");
}

TEST(LedgerLines, EveryPieceOfOneIsNone) {
    const std::string line = ledger_line(done("a.png", 'a'));
    for (std::size_t length = 0; length + 1 < line.size(); ++length) {
        EXPECT_FALSE(parse_ledger_line(line.substr(0, length))) << length;
    }
}

TEST(LedgerLines, ForeignOnesAreNone) {
    for (const char* line :
         {"", "{}", "[]", "3", "{\"output\":3}", "{\"output\":\"a\",\"fingerprint\":\"b\"}",
          "{\"output\":\"a\",\"fingerprint\":\"b\",\"state\":\"done\"}",
          "{\"output\":\"a\",\"fingerprint\":\"b\",\"state\":\"failed\",\"code\":99,"
          "\"message\":\"\"}",
          "{\"output\":\"a\",\"fingerprint\":\"b\",\"state\":\"failed\",\"code\":1e99,"
          "\"message\":\"\"}"}) {
        EXPECT_FALSE(parse_ledger_line(line)) << line;
    }
    EXPECT_FALSE(parse_ledger_line(std::string(100000, '[')));
}

TEST(Ledgers, KnowWhatWasAppendedInTheNextRun) {
    const test::TemporaryFolder folder;
    {
        auto ledger = Ledger::open(folder / "l", {});
        ASSERT_TRUE(ledger) << ledger.error().message;
        EXPECT_TRUE(ledger->of("a.png").empty());
        ASSERT_TRUE(ledger->append(done("a.png", 'a')));
        ASSERT_TRUE(ledger->append(done("a.png", 'b')));
        ASSERT_TRUE(ledger->append(done("c.png", 'c')));
        EXPECT_EQ(ledger->of("c.png").size(), 1u);
    }
    auto ledger = Ledger::open(folder / "l", {});
    ASSERT_TRUE(ledger);
    EXPECT_EQ(ledger->size(), 2u);
    ASSERT_EQ(ledger->of("a.png").size(), 1u);  // the last word
    expect_same(ledger->of("a.png").front(), done("a.png", 'b'));
}

// Cut off anywhere by a power cut: whole lines count, and the next line is its own.
TEST(Ledgers, ATornEndCountsForNothing) {
    const test::TemporaryFolder folder;
    {
        auto ledger = Ledger::open(folder / "whole", {});
        ASSERT_TRUE(ledger);
        ASSERT_TRUE(ledger->append(done("a.png", 'a')));
        ASSERT_TRUE(ledger->append(done("b.png", 'b')));
    }
    const std::string whole = text_of(folder / "whole");
    const std::size_t first = whole.find('\n') + 1;
    const std::size_t second = whole.find('\n', first) + 1;
    for (std::size_t length = 0; length <= whole.size(); ++length) {
        // All about the lines' ends, and samples between: each length is several syncs.
        const bool near = length < 3 || length + 3 > whole.size() ||
                          (length + 3 > first && length < first + 3) ||
                          (length + 3 > second && length < second + 3);
        if (!near && length % 37 != 0) continue;
        const auto path = folder / "torn";
        test::write_text(path, whole.substr(0, length));
        {
            auto ledger = Ledger::open(path, {});
            ASSERT_TRUE(ledger) << length << ": " << ledger.error().message;
            const std::size_t expected =
                (length >= second ? 1u : 0u) + (length >= whole.size() ? 1u : 0u);
            ASSERT_EQ(ledger->size(), expected) << length;
            ASSERT_TRUE(ledger->append(done("c.png", 'c')));
        }
        auto again = Ledger::open(path, {});
        ASSERT_TRUE(again);
        ASSERT_EQ(again->of("c.png").size(), 1u) << length;
    }
}

TEST(Ledgers, AFailureDoesNotMakeWhatWasDoneUnknown) {
    const test::TemporaryFolder folder;
    LedgerEntry failed;
    failed.output = "a.png";
    failed.fingerprint = "f";
    failed.error = Error{ErrorCode::kInput, "broken"};
    {
        auto ledger = Ledger::open(folder / "l", {});
        ASSERT_TRUE(ledger);
        ASSERT_TRUE(ledger->append(done("a.png", 'a')));
        ASSERT_TRUE(ledger->append(failed));
        ASSERT_TRUE(ledger->append(failed));
    }
    auto ledger = Ledger::open(folder / "l", {});
    ASSERT_TRUE(ledger);
    ASSERT_EQ(ledger->of("a.png").size(), 2u);
    EXPECT_NE(ledger->of("a.png")[0].done, ledger->of("a.png")[1].done);
}

TEST(Ledgers, OneRunHoldsOne) {
    const test::TemporaryFolder folder;
    auto first = Ledger::open(folder / "l", {});
    ASSERT_TRUE(first);
    const auto second = Ledger::open(folder / "l", {});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kOutput);
    EXPECT_NE(second.error().message.find("another"), std::string::npos);
    EXPECT_TRUE(Ledger::open(folder / "l", {1, 2}));
}

TEST(Ledgers, AreReadOfAllShards) {
    const test::TemporaryFolder folder;
    {
        auto one = Ledger::open(folder / "l", {1, 2});
        auto two = Ledger::open(folder / "l", {2, 2});
        ASSERT_TRUE(one && two);
        ASSERT_TRUE(one->append(done("a.png", 'a')));
        ASSERT_TRUE(two->append(done("b.png", 'b')));
    }
    test::write_text(folder / "l.backup", "something else");
    test::write_text(folder / "l.1-of-x", "something else");
    auto all = Ledger::open(folder / "l", {});
    ASSERT_TRUE(all) << all.error().message;
    EXPECT_EQ(all->of("a.png").size(), 1u);
    EXPECT_EQ(all->of("b.png").size(), 1u);
    EXPECT_TRUE(std::filesystem::exists(folder / "l.2-of-2"));
}

TEST(Ledgers, AnotherFileIsNotWrittenTo) {
    const test::TemporaryFolder folder;
    test::write_text(folder / "photo.jpg", "\xff\xd8 not a ledger");
    const auto ledger = Ledger::open(folder / "photo.jpg", {});
    ASSERT_FALSE(ledger);
    EXPECT_EQ(ledger.error().code, ErrorCode::kInput);
    EXPECT_EQ(text_of(folder / "photo.jpg"), "\xff\xd8 not a ledger");
    EXPECT_FALSE(Ledger::open(folder / "no" / "folder", {}));
}

}  // namespace
}  // namespace impasto::batch
