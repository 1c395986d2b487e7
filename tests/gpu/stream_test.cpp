#include "gpu/stream.h"

#include <cstring>

#include "support/gpu_fixture.h"

namespace impasto::gpu {
namespace {

class StreamTest : public testing::GpuTest {};

// Staging is 1 Mi words long: below, at and beyond it, and with a longer one than is needed.
TEST_F(StreamTest, WhatGoesUpComesDown) {
    constexpr std::size_t kStaging = std::size_t{1} << 20;
    for (const std::size_t count : {std::size_t{1}, std::size_t{1000}, kStaging, kStaging + 1,
                                    2 * kStaging + 12345, std::size_t{7}}) {
        Arena arena(device());
        Buffer& buffer = arena.reserve(count);
        ASSERT_TRUE(arena.commit("a test"));
        std::vector<float> values(count);
        for (std::size_t i = 0; i < count; ++i) {
            values[i] = static_cast<float>(i % 16777213);
        }
        ASSERT_TRUE(stream().upload(values, buffer));
        std::vector<float> back(count, -1);
        ASSERT_TRUE(stream().download(buffer, back));
        EXPECT_TRUE(back == values) << count;
    }
}

// From any address, and ending in the middle of a word, whose other bytes stay as they were.
TEST_F(StreamTest, BytesGoUpToo) {
    constexpr std::size_t kStaging = std::size_t{4} << 20;
    for (const std::size_t count : {std::size_t{2}, std::size_t{1002}, kStaging + 6}) {
        Arena arena(device());
        Buffer& buffer = arena.reserve(count / 4 + 1);
        ASSERT_TRUE(arena.commit("a test"));
        std::vector<float> back(count / 4 + 1, 0.0f);
        ASSERT_TRUE(stream().upload(back, buffer));
        std::vector<std::byte> bytes(1 + count);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = static_cast<std::byte>(i % 251 % 127);
        }
        const auto sent = std::span<const std::byte>(bytes).subspan(1);
        ASSERT_TRUE(stream().upload(sent, buffer));
        ASSERT_TRUE(stream().download(buffer, back));
        EXPECT_EQ(std::memcmp(back.data(), sent.data(), count), 0) << count;
        const auto behind = std::as_bytes(std::span(back)).subspan(count);
        EXPECT_EQ(behind.front(), std::byte{0}) << count;
    }
}

TEST_F(StreamTest, NothingIsFine) {
    Arena arena(device());
    Buffer& buffer = arena.reserve(1);
    ASSERT_TRUE(arena.commit("a test"));
    EXPECT_TRUE(stream().upload(std::span<const float>(), buffer));
    EXPECT_TRUE(stream().download(buffer, {}));
    auto done = stream().completed();
    ASSERT_TRUE(done);
    EXPECT_EQ(*done, 0u);
}

TEST_F(StreamTest, TwoStreamsOfADeviceWorkAtOnce) {
    auto other = Stream::create(device());
    ASSERT_TRUE(other);
    Arena arena(device());
    Buffer& a = arena.reserve(1000);
    Buffer& b = arena.reserve(1000);
    ASSERT_TRUE(arena.commit("a test"));
    Program fill_a(device());
    fill_a.fill(a, 1);
    ASSERT_TRUE(fill_a.finish());
    Program fill_b(device());
    fill_b.fill(b, 2);
    ASSERT_TRUE(fill_b.finish());
    ASSERT_TRUE(stream().submit(fill_a));
    ASSERT_TRUE((*other)->submit(fill_b));
    ASSERT_TRUE(stream().wait(1));
    ASSERT_TRUE((*other)->wait(1));
    std::vector<float> values(1000);
    ASSERT_TRUE(stream().download(b, values));
    EXPECT_EQ(values, std::vector<float>(1000, 2.0f));
}

}  // namespace
}  // namespace impasto::gpu
