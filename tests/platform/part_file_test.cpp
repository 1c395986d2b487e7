#include "platform/part_file.h"

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace impasto::platform {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
    return std::as_bytes(std::span(text));
}

TEST(PartFile, IsTakenUpWhereItStopped) {
    const test::TemporaryFolder folder;
    {
        auto part = PartFile::open(folder / "part");
        ASSERT_TRUE(part);
        EXPECT_EQ(part->size(), 0u);
        ASSERT_TRUE(part->append(bytes_of("abc")));
    }
    auto part = PartFile::open(folder / "part");
    ASSERT_TRUE(part);
    EXPECT_EQ(part->size(), 3u);
    ASSERT_TRUE(part->append(bytes_of("def")));
    ASSERT_TRUE(part->truncate(4));
    ASSERT_TRUE(part->append(bytes_of("!")));
    ASSERT_TRUE(part->sync());
    EXPECT_EQ(part->size(), 5u);
    part->close();
    EXPECT_EQ(test::read_bytes(folder / "part").size(), 5u);
}

TEST(PartFile, IsHeldByOneAtATime) {
    const test::TemporaryFolder folder;
    auto first = PartFile::open(folder / "part");
    ASSERT_TRUE(first);
    const auto second = PartFile::open(folder / "part");
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find("another program"), std::string::npos);
    first->close();
    EXPECT_TRUE(PartFile::open(folder / "part"));
}

}  // namespace
}  // namespace impasto::platform
