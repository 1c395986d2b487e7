#include "gpu/arena.h"

#include <algorithm>
#include <random>

#include "gpu/program.h"
#include "nn/blend.h"
#include "support/gpu_fixture.h"

namespace impasto::gpu {
namespace {

class ArenaTest : public testing::GpuFormTest {};

TEST_P(ArenaTest, BuffersHoldWhatWasPutInEach) {
    Arena arena(device());
    const std::size_t counts[] = {1, 3, 1000, 77, 65537};
    std::vector<Buffer*> buffers;
    std::uint64_t bytes = 0;
    for (const std::size_t count : counts) {
        buffers.push_back(&arena.reserve(count));
        bytes += count * 4;
    }
    EXPECT_GE(arena.bytes_reserved(), bytes);
    ASSERT_TRUE(arena.commit("a test"));
    EXPECT_EQ(device().bytes_held(), arena.bytes_reserved());
    for (std::size_t k = 0; k < buffers.size(); ++k) {
        EXPECT_EQ(buffers[k]->bytes, counts[k] * 4);
        EXPECT_EQ(buffers[k]->mapped, nullptr);
        EXPECT_EQ(buffers[k]->address != 0, device().capabilities().addresses);
        EXPECT_EQ(buffers[k]->address % 16, 0u);  // kernels read vec4
        ASSERT_TRUE(
            stream().upload(std::vector<float>(counts[k], static_cast<float>(k + 1)), *buffers[k]));
    }
    for (std::size_t k = 0; k < buffers.size(); ++k) {
        std::vector<float> values(counts[k]);
        ASSERT_TRUE(stream().download(*buffers[k], values));
        EXPECT_EQ(values, std::vector<float>(counts[k], static_cast<float>(k + 1)));
    }
}

// Random lives: every buffer is filled at its first step and must still hold that at its last.
TEST_P(ArenaTest, BuffersKeepTheirWordsForTheirLifetime) {
    constexpr std::uint32_t kSteps = 12;
    std::mt19937 engine(4);
    std::uniform_int_distribution<std::uint32_t> step(0, kSteps - 1);
    for (int trial = 0; trial < 3; ++trial) {
        Arena arena(device());
        std::vector<Lifetime> lives;
        std::uint64_t apart = 0;
        for (int k = 0; k < 30; ++k) {
            const std::uint32_t one = step(engine);
            const std::uint32_t other = step(engine);
            lives.push_back({std::min(one, other), std::max(one, other)});
            apart += arena.reserve(1 + engine() % 5000, lives.back()).bytes;
        }
        const std::uint64_t before = device().bytes_held();
        ASSERT_TRUE(arena.commit("a test"));
        EXPECT_EQ(device().bytes_held() - before, arena.bytes_reserved());
        EXPECT_LT(arena.bytes_reserved(), apart);
        Arena read_arena(device());  // what each buffer holds at its last step
        std::vector<const Buffer*> read;
        for (const Buffer& buffer : arena.buffers()) {
            read.push_back(&read_arena.reserve(buffer.bytes / sizeof(float)));
        }
        ASSERT_TRUE(read_arena.commit("a test"));
        Program program(device());
        for (std::uint32_t now = 0; now < kSteps; ++now) {
            for (std::size_t k = 0; k < lives.size(); ++k) {
                if (lives[k].first == now) {
                    program.fill(arena.buffers()[k], static_cast<float>(k));
                }
            }
            for (std::size_t k = 0; k < lives.size(); ++k) {
                if (lives[k].last == now) {
                    program.copy(arena.buffers()[k], *read[k], read[k]->bytes);
                }
            }
        }
        ASSERT_TRUE(program.finish());
        ASSERT_TRUE(stream().run(program));
        for (std::size_t k = 0; k < lives.size(); ++k) {
            std::vector<float> values(read[k]->bytes / sizeof(float));
            ASSERT_TRUE(stream().download(*read[k], values));
            EXPECT_EQ(values, std::vector<float>(values.size(), static_cast<float>(k)));
        }
    }
}

TEST_P(ArenaTest, HostMemoryIsMapped) {
    Arena arena(device(), MemoryKind::kHost);
    Buffer& a = arena.reserve(5);
    Buffer& b = arena.reserve(5);
    ASSERT_TRUE(arena.commit("a test"));
    ASSERT_NE(a.mapped, nullptr);
    ASSERT_NE(b.mapped, nullptr);
    EXPECT_GE(std::abs(static_cast<char*>(b.mapped) - static_cast<char*>(a.mapped)), 20);
}

TEST_P(ArenaTest, NothingReservedIsNothingAllocated) {
    Arena arena(device());
    EXPECT_TRUE(arena.commit("a test"));
    EXPECT_EQ(device().bytes_peak(), 0u);
}

TEST_P(ArenaTest, AccountsForWhatItHolds) {
    for (int i = 0; i < 3; ++i) {
        Arena arena(device());
        arena.reserve(1000000);
        ASSERT_TRUE(arena.commit("a test"));
    }
    EXPECT_GE(device().bytes_peak(), 4000000u);
    EXPECT_LT(device().bytes_peak(), 8000000u);  // given back each time
}

TEST_P(ArenaTest, OutOfMemorySaysHowMuchWasNeededAndFree) {
    Arena arena(device());
    arena.reserve(std::size_t{1} << 46);  // 256 TiB
    const Status status = arena.commit("the plan for 9x9");
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kOutOfMemory);
    EXPECT_NE(status.error().message.find("the plan for 9x9 needs 256.0 TiB"), std::string::npos)
        << status.error().message;
    EXPECT_NE(status.error().message.find("free"), std::string::npos) << status.error().message;
    EXPECT_EQ(device().bytes_peak(), 0u);
}

// Known before anything is allocated: 2^31 words, which fit no signed index of a kernel.
TEST_P(ArenaTest, ABufferThatKernelsCannotIndexIsRefused) {
    Arena arena(device());
    arena.reserve(5);
    EXPECT_TRUE(arena.check_buffers());
    arena.reserve(std::size_t{1} << 31);
    const Status status = arena.check_buffers();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kOutOfMemory);
    EXPECT_EQ(status.error().message.find("needs a buffer of 8.0 GiB and "), 0u)
        << status.error().message;
}

// Beyond maxStorageBufferRange, 128 MiB on many drivers, kernels work by address alone; where
// buffers are bound such a one is refused before it is allocated.
TEST_P(ArenaTest, BuffersBeyondABindingAreUsedByAddress) {
    constexpr std::size_t kCount = (std::size_t{129} << 20) / sizeof(float);
    Arena arena(device());
    const Buffer& x = arena.reserve(kCount);
    const Buffer& y = arena.reserve(kCount);
    if (GetParam() == testing::Form::kBindings) {
        EXPECT_EQ(static_cast<bool>(arena.check_buffers()),
                  x.bytes <= device().limits().maxStorageBufferRange);
        return;
    }
    ASSERT_TRUE(arena.commit("a test"));
    Arena end_arena(device());
    const Buffer& end = end_arena.reserve(2);
    ASSERT_TRUE(end_arena.commit("a test"));
    Program program(device());
    program.fill(x, 3);
    nn::record_blend(program, x, y, kCount, 0.5f, false);
    program.copy(y, end, end.bytes, y.bytes - end.bytes);
    ASSERT_TRUE(program.finish());
    ASSERT_TRUE(stream().run(program));
    std::vector<float> values(2);
    ASSERT_TRUE(stream().download(end, values));
    EXPECT_EQ(values, (std::vector<float>{1.5f, 1.5f}));
}

IMPASTO_BOTH_FORMS(ArenaTest);

}  // namespace
}  // namespace impasto::gpu
