#include "batch/globs.h"

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace impasto::batch {
namespace {

namespace fs = std::filesystem;

TEST(Globs, MatchOneName) {
    EXPECT_TRUE(matches("*", "a.jpg"));
    EXPECT_TRUE(matches("*.jpg", "a.jpg"));
    EXPECT_TRUE(matches("*.jpg", "a.b.jpg"));
    EXPECT_FALSE(matches("*.jpg", "a.jpg.png"));
    EXPECT_TRUE(matches("a*b*c", "axxbyyc"));
    EXPECT_TRUE(matches("a*b*c", "abbc"));
    EXPECT_FALSE(matches("a*b*c", "acb"));
    EXPECT_TRUE(matches("?.png", "x.png"));
    EXPECT_FALSE(matches("?.png", ".png"));
    EXPECT_FALSE(matches("?.png", "xy.png"));
    EXPECT_TRUE(matches("", ""));
    EXPECT_FALSE(matches("", "a"));
    EXPECT_TRUE(matches("a**", "a"));
}

TEST(Globs, AQuestionMarkIsACharacterNotAByte) {
    EXPECT_TRUE(matches("?.png", "\xc3\xa4.png"));
    EXPECT_FALSE(matches("??.png", "\xc3\xa4.png"));
}

TEST(Globs, Classes) {
    EXPECT_TRUE(matches("[abc]", "b"));
    EXPECT_FALSE(matches("[abc]", "d"));
    EXPECT_TRUE(matches("[0-9][0-9]", "42"));
    EXPECT_FALSE(matches("[0-9][0-9]", "4x"));
    EXPECT_TRUE(matches("[!a]", "b"));
    EXPECT_FALSE(matches("[!a]", "a"));
    EXPECT_TRUE(matches("[]]", "]"));
    EXPECT_TRUE(matches("[a-]", "-"));
    EXPECT_TRUE(matches("a[b", "a[b"));  // never closed: as it stands
}

TEST(Globs, HiddenNamesAreAskedForByTheirDot) {
    EXPECT_FALSE(matches("*", ".hidden"));
    EXPECT_FALSE(matches("?hidden", ".hidden"));
    EXPECT_TRUE(matches(".*", ".hidden"));
}

TEST(Globs, ManyStarsTakeNoLongTime) {
    std::string pattern;
    for (int i = 0; i < 200; ++i) pattern += "*a";
    EXPECT_FALSE(matches(pattern + "b", std::string(5000, 'a')));
}

std::vector<std::string> paths(const Result<std::vector<Match>>& found) {
    std::vector<std::string> all;
    if (!found) {
        all.push_back("error: " + found.error().message);
        return all;
    }
    for (const Match& match : *found) all.push_back(match.path);
    return all;
}

class GlobFiles : public ::testing::Test {
  protected:
    GlobFiles() {
        for (const char* name : {"b.jpg", "a.jpg", "c.png", ".hidden.jpg", "sub/d.jpg",
                                 "sub/deep/e.jpg", "other/f.jpg", "[x].jpg"}) {
            fs::create_directories((folder_ / name).parent_path());
            test::write_text(folder_ / name, "x");
        }
        fs::create_directories(folder_ / "folder.jpg");
    }
    const test::TemporaryFolder folder_;
};

TEST_F(GlobFiles, InOrderAndFilesAlone) {
    EXPECT_EQ(paths(expand("*.jpg", folder_.path())),
              (std::vector<std::string>{"[x].jpg", "a.jpg", "b.jpg"}));
    EXPECT_EQ(paths(expand("sub/*.jpg", folder_.path())), std::vector<std::string>{"sub/d.jpg"});
    EXPECT_EQ(paths(expand("*/*.jpg", folder_.path())),
              (std::vector<std::string>{"other/f.jpg", "sub/d.jpg"}));
}

TEST_F(GlobFiles, AnyFolders) {
    EXPECT_EQ(paths(expand("**/*.jpg", folder_.path())),
              (std::vector<std::string>{"[x].jpg", "a.jpg", "b.jpg", "other/f.jpg", "sub/d.jpg",
                                        "sub/deep/e.jpg"}));
    EXPECT_EQ(paths(expand("sub/**", folder_.path())),
              (std::vector<std::string>{"sub/d.jpg", "sub/deep/e.jpg"}));
}

TEST_F(GlobFiles, Folders) {
    const auto folders = [&](const char* pattern) {
        return paths(expand(pattern, folder_.path(), Wanted::kFolders));
    };
    EXPECT_EQ(folders("*"), (std::vector<std::string>{"folder.jpg", "other", "sub"}));
    EXPECT_EQ(folders("**"), (std::vector<std::string>{"folder.jpg", "other", "sub", "sub/deep"}));
    EXPECT_EQ(folders("s*/*"), std::vector<std::string>{"sub/deep"});
    EXPECT_NE(folders("*.png").front().find("matches no folder"), std::string::npos);
}

TEST_F(GlobFiles, SaysWhereBelowTheFirstWildcardAFileLies) {
    const auto found = expand("sub/**/*.jpg", folder_.path());
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 2u);
    EXPECT_EQ((*found)[0].folder, "");
    EXPECT_EQ((*found)[1].folder, "deep");
}

TEST_F(GlobFiles, AbsolutePatternsStayAbsolute) {
    const std::string base = folder_.path().generic_string();
    EXPECT_EQ(paths(expand(base + "/sub/*.jpg", "elsewhere")),
              std::vector<std::string>{base + "/sub/d.jpg"});
}

TEST_F(GlobFiles, AFileOfThatVeryNameIsItself) {
    EXPECT_EQ(paths(expand("[x].jpg", folder_.path())), std::vector<std::string>{"[x].jpg"});
}

TEST_F(GlobFiles, WithoutWildcardsTheNameIsNotLookedFor) {
    EXPECT_EQ(paths(expand("missing.jpg", folder_.path())),
              std::vector<std::string>{"missing.jpg"});
}

TEST_F(GlobFiles, NothingFoundIsAnErrorThatNamesThePattern) {
    for (const char* pattern : {"*.gif", "nowhere/*.jpg", "a.jpg/*"}) {
        const auto found = expand(pattern, folder_.path());
        ASSERT_FALSE(found) << pattern;
        EXPECT_EQ(found.error().code, ErrorCode::kInput);
        EXPECT_NE(found.error().message.find(pattern), std::string::npos) << found.error().message;
    }
    EXPECT_FALSE(expand("**/x/**/*.jpg", folder_.path()));  // each lists everything again
}

#ifndef _WIN32
TEST_F(GlobFiles, LinksInACircleAreNotFollowed) {
    fs::create_directory_symlink(folder_.path(), folder_ / "sub/circle");
    EXPECT_EQ(paths(expand("sub/**/*.jpg", folder_.path())),
              (std::vector<std::string>{"sub/d.jpg", "sub/deep/e.jpg"}));
}
#endif

}  // namespace
}  // namespace impasto::batch
