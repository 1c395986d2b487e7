#include "platform/atomic_file.h"

#include <gtest/gtest.h>

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
