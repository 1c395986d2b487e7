#include "platform/mapped_file.h"

#include <gtest/gtest.h>

#include <utility>

#include "support/temporary_folder.h"

#ifndef _WIN32
#include <sys/stat.h>
#endif

namespace impasto::platform {
namespace {

TEST(MappedFile, ShowsTheBytes) {
    const test::TemporaryFolder folder;
    test::write_text(folder / "file", "hello");
    auto file = MappedFile::open(folder / "file");
    ASSERT_TRUE(file) << file.error().message;
    const MappedFile moved = *std::move(file);
    ASSERT_EQ(moved.bytes().size(), 5u);
    EXPECT_EQ(moved.bytes()[1], std::byte{'e'});
}

void expect_refused(const std::filesystem::path& path, const std::string& why) {
    const auto file = MappedFile::open(path);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, ErrorCode::kInput);
    EXPECT_NE(file.error().message.find(why), std::string::npos) << file.error().message;
}

TEST(MappedFile, RefusesWhatIsNoFile) {
    const test::TemporaryFolder folder;
    expect_refused(folder / "missing", "no such file");
    expect_refused(folder.path(), "it is a folder");
    test::write_text(folder / "empty", "");
    expect_refused(folder / "empty", "the file is empty");
#ifndef _WIN32
    ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
    expect_refused(folder / "pipe", "not a regular file");
#endif
}

}  // namespace
}  // namespace impasto::platform
