#include "platform/atomic_file.h"

#include <gtest/gtest.h>

#ifndef _WIN32
#include <unistd.h>
#endif

#include "support/temporary_folder.h"

namespace impasto::platform {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
    return std::as_bytes(std::span(text));
}

std::string text_of(const std::filesystem::path& path) {
    const auto bytes = test::read_bytes(path);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(AtomicFile, ReplacesTheFileOnCommit) {
    const test::TemporaryFolder folder;
    test::write_text(folder / "out", "old");
    auto file = AtomicFile::open(folder / "out");
    ASSERT_TRUE(file) << file.error().message;
    ASSERT_TRUE(file->write(bytes_of("new ")));
    ASSERT_TRUE(file->write(bytes_of("bytes")));
    EXPECT_EQ(text_of(folder / "out"), "old");
    ASSERT_TRUE(file->commit());
    EXPECT_EQ(text_of(folder / "out"), "new bytes");
    EXPECT_EQ(folder.names().size(), 1u);
}

TEST(AtomicFile, LeavesNothingWithoutCommit) {
    const test::TemporaryFolder folder;
    {
        auto file = AtomicFile::open(folder / "out");
        ASSERT_TRUE(file);
        ASSERT_TRUE(file->write(bytes_of("half")));
    }
    EXPECT_TRUE(folder.names().empty());
}

TEST(AtomicFile, SaysWhereItCannotWrite) {
    const test::TemporaryFolder folder;
    const auto missing = AtomicFile::open(folder / "no" / "out");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::kOutput);
    EXPECT_NE(missing.error().message.find("does not exist"), std::string::npos);
    const auto over_folder = AtomicFile::open(folder.path());
    ASSERT_FALSE(over_folder);
    EXPECT_NE(over_folder.error().message.find("it is a folder"), std::string::npos);
}

#ifndef _WIN32
namespace fs = std::filesystem;

TEST(AtomicFile, WritesWhatALinkLeadsTo) {
    const test::TemporaryFolder folder;
    fs::create_directories(folder / "far");
    fs::create_directories(folder / "near");
    test::write_text(folder / "far" / "old", "old");
    fs::create_symlink("../far/old", folder / "near" / "middle");
    fs::create_symlink("middle", folder / "near" / "link");
    fs::create_symlink("../far/new", folder / "near" / "dangling");
    for (const auto& [link, target] : {std::pair("link", "old"), std::pair("dangling", "new")}) {
        ASSERT_TRUE(write_file(folder / "near" / link, bytes_of("bytes")));
        EXPECT_TRUE(fs::is_symlink(folder / "near" / link));
        EXPECT_EQ(text_of(folder / "far" / target), "bytes");
    }
    // And no temporary file is left in either.
    EXPECT_EQ(std::distance(fs::directory_iterator(folder / "near"), fs::directory_iterator()), 3);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder / "far"), fs::directory_iterator()), 2);
}

TEST(AtomicFile, LinksThatLeadNowhere) {
    const test::TemporaryFolder folder;
    fs::create_symlink("no/out", folder / "dangling");
    const auto missing = AtomicFile::open(folder / "dangling");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::kOutput);
    EXPECT_NE(missing.error().message.find("dangling': the folder"), std::string::npos)
        << missing.error().message;
    fs::create_symlink("one", folder / "other");
    fs::create_symlink("other", folder / "one");
    const auto circle = AtomicFile::open(folder / "one");
    ASSERT_FALSE(circle);
    EXPECT_NE(circle.error().message.find("one': its links lead in a circle"), std::string::npos)
        << circle.error().message;
}

// The name of the temporary file says nothing to who asked for another.
TEST(AtomicFile, ErrorsNameTheFileThatWasAskedFor) {
    const test::TemporaryFolder folder;
    fs::create_directories(folder / ("out." + std::to_string(getpid()) + ".tmp"));
    const auto taken = AtomicFile::open(folder / "out");
    ASSERT_FALSE(taken);
    EXPECT_NE(taken.error().message.find("/out':"), std::string::npos) << taken.error().message;
    EXPECT_EQ(taken.error().message.find(".tmp"), std::string::npos) << taken.error().message;
}
#endif

#ifdef __linux__
TEST(AtomicFile, SaysThatTheDiskIsFull) {
    // /dev/full is a disk without room; a link to it stands for the temporary file's name.
    auto full = PartFile::open("/dev/full");
    ASSERT_TRUE(full) << full.error().message;
    const auto written = full->append(bytes_of("x"));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::kOutput);
    EXPECT_NE(written.error().message.find("disk is full"), std::string::npos);
}
#endif

}  // namespace
}  // namespace impasto::platform
