#include "batch/file_hashes.h"

#include <gtest/gtest.h>

#include <chrono>

#include "support/temporary_folder.h"

namespace impasto::batch {
namespace {

namespace fs = std::filesystem;

// FIPS 180-4's example.
constexpr const char* kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(FileHashes, ReadAFile) {
    const test::TemporaryFolder folder;
    test::write_text(folder / "a", "abc");
    FileHashes hashes;
    const auto state = hashes.get(folder / "a");
    ASSERT_TRUE(state);
    EXPECT_EQ(state->sha256, kAbc);
    EXPECT_EQ(state->bytes, 3u);
    const auto seen = look_at(folder / "a");
    ASSERT_TRUE(seen);
    EXPECT_TRUE(seen->same_times(*state));
}

// Which file is which counts, and all of them.
TEST(FileHashes, OfAFolder) {
    const test::TemporaryFolder folder;
    fs::create_directories(folder / "maps");
    const auto write = [&](const char* name, const char* text) {
        test::write_text(folder / "maps" / name, text);
    };
    const auto sum = [&] {
        FileHashes hashes;
        const auto state = hashes.get(folder / "maps", Holds::kFolder);
        return state ? state->sha256 : "error: " + state.error().message;
    };
    write("a", "one");
    write("b", "two");
    const auto before = look_at(folder / "maps", Holds::kFolder);
    ASSERT_TRUE(before);
    EXPECT_EQ(before->bytes, 6u);
    const std::string first = sum();
    EXPECT_EQ(first.size(), 64u);
    write(".DS_Store", "of a desktop that showed the folder");
    EXPECT_EQ(sum(), first);
    EXPECT_EQ(look_at(folder / "maps", Holds::kFolder)->bytes, 6u);
    write("a", "two");
    write("b", "one");
    EXPECT_NE(sum(), first);
    write("a", "one");
    write("b", "two");
    EXPECT_EQ(sum(), first);
    fs::last_write_time(folder / "maps" / "a",
                        fs::last_write_time(folder / "maps" / "a") + std::chrono::seconds(2));
    const auto after = look_at(folder / "maps", Holds::kFolder);
    ASSERT_TRUE(after);
    EXPECT_FALSE(after->same_times(*before));
    fs::rename(folder / "maps" / "b", folder / "maps" / "c");
    EXPECT_NE(sum(), first);
    fs::create_directories(folder / "maps" / "deep");
    EXPECT_FALSE(look_at(folder / "maps", Holds::kFolder));
    EXPECT_NE(sum().find("not only files"), std::string::npos);
}

TEST(FileHashes, ReadAgainWhatHasAnotherTimeOrSize) {
    const test::TemporaryFolder folder;
    test::write_text(folder / "a", "abd");
    FileHashes hashes;
    const auto before = hashes.get(folder / "a");
    ASSERT_TRUE(before);
    const auto time = fs::last_write_time(folder / "a");
    test::write_text(folder / "a", "abc");
    fs::last_write_time(folder / "a", time + std::chrono::seconds(2));
    const auto after = hashes.get(folder / "a");
    ASSERT_TRUE(after);
    EXPECT_EQ(after->sha256, kAbc);
    EXPECT_NE(before->sha256, kAbc);
}

TEST(FileHashes, BelieveWhatIsSaidOfThatSizeAndTime) {
    const test::TemporaryFolder folder;
    test::write_text(folder / "a", "abc");
    auto said = look_at(folder / "a");
    ASSERT_TRUE(said);
    said->sha256 = "said";
    FileHashes hashes;
    hashes.believe(folder / "a", *said);
    EXPECT_EQ(hashes.get(folder / "a")->sha256, "said");
    said->modified += 1;
    hashes.believe(folder / "a", *said);
    EXPECT_EQ(hashes.get(folder / "a")->sha256, kAbc);
}

TEST(FileHashes, WhatIsNoFile) {
    const test::TemporaryFolder folder;
    FileHashes hashes;
    EXPECT_FALSE(look_at(folder.path()));
    EXPECT_FALSE(look_at(folder / "missing"));
    const auto missing = hashes.get(folder / "missing");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::kInput);
    EXPECT_FALSE(hashes.get(folder.path()));
}

}  // namespace
}  // namespace impasto::batch
