#include "gpu/cuts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace impasto::gpu {
namespace {

TEST(Cuts, WhatIsShortStaysTogether) {
    const std::vector<Work> works{{0.01, 5}, {0.02, 1}, {0.02, 9}};
    const std::vector<Piece> all{{0, 0, 5, true}, {1, 0, 1, false}, {2, 0, 9, false}};
    EXPECT_EQ(cut(works, 0.05), all);
    const std::vector<Piece> cut_once{{0, 0, 5, true}, {1, 0, 1, false}, {2, 0, 9, true}};
    EXPECT_EQ(cut(works, 0.04), cut_once);
    EXPECT_TRUE(cut({}, 0.05).empty());
}

TEST(Cuts, WhatIsLongIsDivided) {
    const std::vector<Work> works{{0.009, 1}, {0.1, 10}, {0.3, 2}, {0.01, 1}};
    const std::vector<Piece> pieces{{0, 0, 1, true}, {1, 0, 3, false},  // 9 + 30 ms
                                    {1, 3, 3, true}, {1, 6, 4, true},   // 30, 40
                                    {2, 0, 1, true}, {2, 1, 1, true},  // 150 each: it has two parts
                                    {3, 0, 1, true}};
    EXPECT_EQ(cut(works, 0.04), pieces);
}

// Whatever the works are: every part once and in order, and no submission longer than the target
// unless it is one part.
TEST(Cuts, NothingIsLostDoubledOrTooLong) {
    std::mt19937 engine(1);
    const auto random = [&](std::uint32_t below) {
        return static_cast<std::uint32_t>(engine() % below);
    };
    for (int round = 0; round < 200; ++round) {
        std::vector<Work> works(random(40));
        for (Work& work : works) {
            // Up to 0.001 ... 4 s.
            work.seconds = std::ldexp(random(1u << 20), -30 + static_cast<int>(random(13)));
            work.parts = 1 + random(random(2) == 0 ? 3 : 70000);
        }
        const double target = std::ldexp(1.0, -static_cast<int>(random(10)));
        const std::vector<Piece> pieces = cut(works, target);
        std::size_t work = 0;
        std::uint32_t next = 0;
        double used = 0;
        double parts = 0;
        for (const Piece& piece : pieces) {
            ASSERT_EQ(piece.work, work);
            ASSERT_EQ(piece.first, next);
            ASSERT_GT(piece.count, 0u);
            next += piece.count;
            ASSERT_LE(next, works[work].parts);
            if (piece.opens) {
                used = 0;
                parts = 0;
            }
            used += works[work].seconds * piece.count / works[work].parts;
            parts += piece.count;
            // A part more may come of dividing unevenly.
            const double part = works[work].seconds / works[work].parts;
            EXPECT_TRUE(used <= target * 1.000001 + part || parts == 1) << used << " " << target;
            if (next == works[work].parts) {
                ++work;
                next = 0;
            }
        }
        EXPECT_EQ(work, works.size());
        EXPECT_TRUE(pieces.empty() || pieces.front().opens);
    }
}

TEST(Cuts, WhatCannotBeMeasuredIsNoTrouble) {
    const std::vector<Work> works{{0, 1}, {std::numeric_limits<double>::infinity(), 3}, {1e300, 2}};
    EXPECT_EQ(cut(works, 0.05).size(), 6u);
}

}  // namespace
}  // namespace impasto::gpu
