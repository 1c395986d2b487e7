#include "batch/outputs.h"

#include <gtest/gtest.h>

#include <algorithm>

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

TEST(Outputs, WhatIsBeingWrittenStays) {
    const test::TemporaryFolder folder;
    const auto held = platform::PartFile::open(folder / "x.png.99.tmp");
    ASSERT_TRUE(held);
    remove_stale({folder / "x.png"});
    EXPECT_EQ(folder.names(), std::vector<std::string>{"x.png.99.tmp"});
}

}  // namespace
}  // namespace impasto::batch
