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
