#include "platform/paths.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "support/temporary_folder.h"

namespace impasto::platform {
namespace {

TEST(Paths, KeepUtf8) {
    const std::string text = "gem\xc3\xa4lde/\xe7\xb5\xb5.png";
    EXPECT_EQ(path_to_utf8(path_from_utf8(text)), text);
}

#if defined(__linux__)
TEST(Paths, CacheFolderFollowsXdg) {
    setenv("HOME", "/home/someone", 1);
    unsetenv("XDG_CACHE_HOME");
    auto folder = user_cache_folder();
    ASSERT_TRUE(folder);
    EXPECT_EQ(*folder, "/home/someone/.cache/impasto");
    setenv("XDG_CACHE_HOME", "/var/tmp/cache", 1);
    folder = user_cache_folder();
    ASSERT_TRUE(folder);
    EXPECT_EQ(*folder, "/var/tmp/cache/impasto");
    setenv("XDG_CACHE_HOME", "relative", 1);  // the rule says: ignore
    folder = user_cache_folder();
    ASSERT_TRUE(folder);
    EXPECT_EQ(*folder, "/home/someone/.cache/impasto");
    unsetenv("XDG_CACHE_HOME");
    unsetenv("HOME");
    EXPECT_FALSE(user_cache_folder());
}
#endif

TEST(Paths, MakeFoldersAndFreeSpace) {
    const test::TemporaryFolder folder;
    ASSERT_TRUE(make_folders(folder / "a" / "b"));
    EXPECT_TRUE(make_folders(folder / "a" / "b"));
    const auto free = free_disk_space(folder / "a" / "not" / "yet");
    ASSERT_TRUE(free) << free.error().message;
    EXPECT_GT(*free, 0u);
    test::write_text(folder / "file", "x");
    const auto below_file = make_folders(folder / "file" / "sub");
    ASSERT_FALSE(below_file);
    EXPECT_EQ(below_file.error().code, ErrorCode::kOutput);
}

}  // namespace
}  // namespace impasto::platform
