#include "style/snapshot.h"

#include <gtest/gtest.h>

#include <array>

namespace impasto::style {
namespace {

std::vector<std::byte> written() {
    SnapshotWriter writer("a session");
    writer.add(std::span<const float>(std::array{1.5f, -2.0f}));
    writer.add(std::span<const std::uint32_t>());
    writer.add(std::span<const std::uint32_t>(std::array{7u, 8u, 9u}));
    return writer.take();
}

TEST(Snapshot, WhatIsWrittenIsRead) {
    const auto bytes = written();
    auto reader = SnapshotReader::open(bytes, "a session");
    ASSERT_TRUE(reader) << reader.error().message;
    std::array<float, 2> values{};
    ASSERT_TRUE(reader->next(std::span<float>(values)));
    EXPECT_EQ(values, (std::array{1.5f, -2.0f}));
    auto nothing = reader->next();
    ASSERT_TRUE(nothing);
    EXPECT_TRUE(nothing->empty());
    std::array<std::uint32_t, 2> wrong{};
    EXPECT_FALSE(reader->next(std::span<std::uint32_t>(wrong)));  // three words are there
    EXPECT_TRUE(reader->at_end());
    EXPECT_FALSE(reader->next());
}

TEST(Snapshot, AnotherSessionIsNamed) {
    const auto bytes = written();
    const auto reader = SnapshotReader::open(bytes, "another");
    ASSERT_FALSE(reader);
    EXPECT_EQ(reader.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(reader.error().message.find("a session"), std::string::npos);
}

TEST(Snapshot, EveryDamageIsNoticed) {
    const auto bytes = written();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        auto damaged = bytes;
        damaged[i] ^= std::byte{1};
        EXPECT_FALSE(SnapshotReader::open(damaged, "a session")) << i;
        EXPECT_FALSE(SnapshotReader::open(std::span(bytes).first(i), "a session")) << i;
    }
    EXPECT_FALSE(SnapshotReader::open({}, "a session"));
}

}  // namespace
}  // namespace impasto::style
