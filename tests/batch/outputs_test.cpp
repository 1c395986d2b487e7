#include "batch/outputs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "platform/part_file.h"
#include "support/temporary_folder.h"

namespace impasto::batch {
namespace {

const std::string kFingerprint(64, 'a');

TEST(Outputs, APartSaysWhatItWasMadeFromAndKeepsItsKind) {
    EXPECT_EQ(part_name("out/x.png", "0123456789abcdef0000"),
              std::filesystem::path("out/x.png.0123456789abcdef.part.png"));
    EXPECT_EQ(part_name("x.jpg", kFingerprint),
              std::filesystem::path("x.jpg." + std::string(16, 'a') + ".part.jpg"));
}

TEST(Outputs, WhatDeadRunsLeftIsRemovedAndNothingElse) {
    const test::TemporaryFolder folder;
    const std::string part = part_name("x.png", kFingerprint).string();
    std::vector<std::string> stale{part, part + ".4711.tmp", "x.png.99.tmp"};
    std::vector<std::string> kept{"x.png",
                                  "y.png.99.tmp",
                                  part_name("y.png", kFingerprint).string(),
                                  "x.png.tmp",
                                  "x.png.old.tmp",
                                  "x.png.bak",
                                  "x.png.0123456789abcdeX.part.png",
                                  "x.png.0123456789abcdef.part.jpg",
                                  "x.png.1.tmp.png"};
    for (const auto* names : {&stale, &kept}) {
        for (const std::string& name : *names) test::write_text(folder / name, "x");
    }
    remove_stale({folder / "x.png", folder / "missing" / "x.png"});
    auto left = folder.names();
    std::sort(left.begin(), left.end());
    std::sort(kept.begin(), kept.end());
    EXPECT_EQ(left, kept);
}

class Folders : public ::testing::Test {
  protected:
    void write(const std::string& name, const std::string& text) {
        std::filesystem::create_directories((folder_ / name).parent_path());
        test::write_text(folder_ / name, text);
    }
    std::string read(const std::string& name) const {
        std::ifstream file(folder_ / name);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    Status publish(bool known) { return batch::publish(part_, folder_ / "maps", known); }

    const test::TemporaryFolder folder_;
    const std::filesystem::path part_ = part_name(folder_ / "maps", kFingerprint);
    const std::string in_part_ = part_.filename().string();
};

TEST_F(Folders, TakeThePlaceOfTheOldOnes) {
    write(in_part_ + "/a.png", "new a");
    write(in_part_ + "/b.png", "new b");
    write("maps/a.png", "old a");
    ASSERT_TRUE(publish(false));
    EXPECT_EQ(folder_.names(), std::vector<std::string>{"maps"});
    EXPECT_EQ(read("maps/a.png"), "new a");
    EXPECT_EQ(read("maps/b.png"), "new b");
}

TEST_F(Folders, WithFilesOfOthersAreNotReplaced) {
    write(in_part_ + "/a.png", "new a");
    write("maps/a.png", "old a");
    write("maps/notes.txt", "mine");
    const Status status = publish(false);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kOutput);
    EXPECT_NE(status.error().message.find("notes.txt"), std::string::npos);
    EXPECT_EQ(read("maps/a.png"), "old a");
    EXPECT_EQ(read(in_part_ + "/a.png"), "new a");
    // Unless an earlier run made them.
    ASSERT_TRUE(publish(true));
    EXPECT_EQ(read("maps/a.png"), "new a");
    EXPECT_EQ(read("maps/notes.txt"), "");
}

TEST_F(Folders, LevelsOfALargerSaveGiveWay) {
    write(in_part_ + "/a.png", "new a");
    write("maps/a.png", "old a");
    write("maps/a.mip12.png", "old level");
    ASSERT_TRUE(publish(false));
    EXPECT_EQ(read("maps/a.png"), "new a");
    EXPECT_EQ(read("maps/a.mip12.png"), "");
    write(in_part_ + "/a.png", "newer a");
    write("maps/b.mip1.png", "of something else");
    EXPECT_FALSE(publish(false));
}

TEST_F(Folders, AreJudgedBeforeTheWorkToo) {
    const auto check = [&](const char* name, bool known) {
        return check_folder(folder_ / name, known,
                            [](const std::string& file) { return file == "a.png"; });
    };
    EXPECT_TRUE(check("maps", false));
    write("maps/a.png", "x");
    write("maps/.DS_Store", "x");  // nobody's
    EXPECT_TRUE(check("maps", false));
    write("maps/holiday.png", "x");
    const Status status = check("maps", false);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kOutput);
    EXPECT_NE(status.error().message.find("holiday.png"), std::string::npos);
    EXPECT_TRUE(check("maps", true));
    write("maps/deep/a.png", "x");
    EXPECT_FALSE(check("maps", true));
    write("file", "x");
    EXPECT_FALSE(check("file", true));
}

TEST_F(Folders, DontReplaceAFile) {
    write(in_part_ + "/a.png", "new a");
    write("maps", "a file");
    EXPECT_FALSE(publish(true));
    EXPECT_EQ(read("maps"), "a file");
}

TEST_F(Folders, ThatDeadRunsLeftAreRemoved) {
    write(in_part_ + "/a.png", "x");
    write(in_part_ + ".4711.tmp/a.png.4711.tmp", "x");
    write("maps.4711.tmp/a.png", "x");
    write("maps/a.png", "x");
    write("maps.99.tmp/deep/a.png", "of someone else");
    remove_stale({folder_ / "maps"});
    auto left = folder_.names();
    std::sort(left.begin(), left.end());
    EXPECT_EQ(left, (std::vector<std::string>{"maps", "maps.99.tmp"}));
    EXPECT_EQ(read("maps.99.tmp/deep/a.png"), "of someone else");
}

TEST(Outputs, WhatIsBeingWrittenStays) {
    const test::TemporaryFolder folder;
    const auto held = platform::PartFile::open(folder / "x.png.99.tmp");
    ASSERT_TRUE(held);
    remove_stale({folder / "x.png"});
    EXPECT_EQ(folder.names(), std::vector<std::string>{"x.png.99.tmp"});
}

}  // namespace
}  // namespace impasto::batch
