#include "batch/shard.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace impasto::batch {
namespace {

TEST(Shards, EveryJobIsInExactlyOne) {
    for (const std::uint32_t count : {1u, 2u, 3u, 7u, 64u}) {
        std::vector<int> sizes(count);
        for (int job = 0; job < 1000; ++job) {
            const std::string output = "out/" + std::to_string(job) + ".png";
            int in = 0;
            for (std::uint32_t i = 1; i <= count; ++i) {
                const auto shard = make_shard(i, count);
                ASSERT_TRUE(shard);
                if (shard->has(output)) {
                    ++in;
                    ++sizes[i - 1];
                }
            }
            ASSERT_EQ(in, 1) << output << " of " << count;
        }
        // Spread as by dice: of 1000 jobs a share of n has 1000/n, give or take some deviations.
        for (const int size : sizes) {
            const double mean = 1000.0 / count;
            EXPECT_NEAR(size, mean, 5.0 * std::sqrt(mean) + 1.0) << count;
        }
    }
}

TEST(Shards, WhichOneIsToldByTheNameForever) {
    // A batch may go on with a later version: these must not change.
    std::string told;
    for (int job = 0; job < 12; ++job) {
        for (std::uint32_t i = 1; i <= 4; ++i) {
            if (Shard{i, 4}.has("out/" + std::to_string(job) + ".png")) told += std::to_string(i);
        }
    }
    EXPECT_EQ(told, "123411141144");
}

TEST(Shards, ALedgerEach) {
    EXPECT_EQ((Shard{1, 1}.suffix()), "");
    EXPECT_EQ((Shard{2, 8}.suffix()), ".2-of-8");
}

TEST(Shards, OutOfRange) {
    EXPECT_FALSE(make_shard(0, 4));
    EXPECT_FALSE(make_shard(5, 4));
    EXPECT_FALSE(make_shard(0, 0));
    EXPECT_FALSE(make_shard(1, 1000001));
    EXPECT_FALSE(make_shard(1, std::uint64_t{1} << 32 | 1));
}

}  // namespace
}  // namespace impasto::batch
