#include "gpu/memory.h"

#include <map>
#include <random>

#include "support/gpu_fixture.h"

namespace impasto::gpu {
namespace {

class MemoryTest : public testing::GpuTest {};

// Against a model: whatever is taken and given back, pieces never overlap, are aligned, and lie in
// the block; and when all is given back, the block is whole again.
TEST_F(MemoryTest, ABlockGivesPiecesThatDoNotOverlap) {
    constexpr VkDeviceSize kBegin = 512;
    constexpr VkDeviceSize kBytes = 1 << 20;
    DeviceMemory memory(device());
    memory.use(MemoryBlock{VK_NULL_HANDLE, kBegin, kBytes, 3});
    std::mt19937 random(1);
    std::vector<Allocation> held;
    std::size_t refused = 0;
    for (int step = 0; step < 4000; ++step) {
        if (random() % 3 != 0) {
            const MemoryRequest request{1 + random() % 60000, VkDeviceSize{1} << random() % 10, 3,
                                        MemoryUse::kBuffer};
            auto made = memory.allocate(request, "a test");
            if (!made) {
                EXPECT_EQ(made.error().code, ErrorCode::kOutOfMemory);
                EXPECT_GT(request.bytes + request.alignment, memory.largest_free());
                ++refused;
                continue;
            }
            EXPECT_EQ(made->offset % request.alignment, 0u);
            EXPECT_GE(made->offset, kBegin);
            EXPECT_LE(made->offset + made->bytes, kBegin + kBytes);
            for (const Allocation& other : held) {
                ASSERT_TRUE(made->offset + made->bytes <= other.offset ||
                            other.offset + other.bytes <= made->offset);
            }
            held.push_back(*made);
        } else if (!held.empty()) {
            const std::size_t which = random() % held.size();
            memory.free(held[which]);
            held.erase(held.begin() + static_cast<std::ptrdiff_t>(which));
        }
        VkDeviceSize taken = 0;
        for (const Allocation& one : held) {
            taken += one.bytes;
        }
        ASSERT_EQ(memory.left(), kBytes - taken);
    }
    EXPECT_GT(refused, 0u);
    for (Allocation& one : held) {
        memory.free(one);
        memory.free(one);  // already empty: nothing happens
    }
    EXPECT_EQ(memory.left(), kBytes);
    EXPECT_EQ(memory.largest_free(), kBytes);
}

TEST_F(MemoryTest, ABlockOfAnotherTypeIsNamed) {
    DeviceMemory memory(device());
    memory.use(MemoryBlock{VK_NULL_HANDLE, 0, 1000, 5});
    const auto made = memory.allocate({10, 1, 2, MemoryUse::kBuffer}, "a test");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(made.error().message.find("type 5"), std::string::npos) << made.error().message;
}

}  // namespace
}  // namespace impasto::gpu
