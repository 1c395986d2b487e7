#include "gpu/placement.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace impasto::gpu {
namespace {

constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

// Of many sizes and lives, some of them without end.
std::vector<Reservation> random_reservations(std::mt19937& engine, std::size_t count,
                                             std::uint32_t steps) {
    std::vector<Reservation> reservations;
    std::uniform_int_distribution<std::uint32_t> step(0, steps - 1);
    std::uniform_int_distribution<std::uint64_t> exponent(0, 12);
    for (std::size_t k = 0; k < count; ++k) {
        const std::uint64_t scale = std::uint64_t{1} << exponent(engine);
        const std::uint32_t one = step(engine);
        const std::uint32_t other = step(engine);
        Reservation reservation{1 + engine() % scale, {std::min(one, other), std::max(one, other)}};
        if (engine() % 8 == 0) {
            reservation.lifetime = {};
        }
        reservations.push_back(reservation);
    }
    return reservations;
}

// The most that lives at one step: no placement takes less.
std::uint64_t most_at_once(const std::vector<Reservation>& reservations) {
    std::uint64_t most = 0;
    for (const Reservation& at : reservations) {  // it rises only where a life begins
        std::uint64_t sum = 0;
        for (const Reservation& reservation : reservations) {
            const Lifetime now{at.lifetime.first, at.lifetime.first};
            sum += reservation.lifetime.overlaps(now) ? reservation.bytes : 0;
        }
        most = std::max(most, sum);
    }
    return most;
}

void expect_apart(const std::vector<Reservation>& reservations, const Placement& placement,
                  std::uint64_t alignment, std::uint64_t largest) {
    ASSERT_EQ(placement.places.size(), reservations.size());
    for (std::size_t i = 0; i < reservations.size(); ++i) {
        const Place& a = placement.places[i];
        ASSERT_LT(a.block, placement.blocks.size());
        EXPECT_EQ(a.offset % alignment, 0u);
        EXPECT_LE(a.offset + reservations[i].bytes, placement.blocks[a.block]);
        for (std::size_t j = 0; j < i; ++j) {
            const Place& b = placement.places[j];
            const bool apart = a.block != b.block || a.offset + reservations[i].bytes <= b.offset ||
                               b.offset + reservations[j].bytes <= a.offset;
            EXPECT_TRUE(apart || !reservations[i].lifetime.overlaps(reservations[j].lifetime))
                << "reservations " << i << " and " << j;
        }
    }
    for (const std::uint64_t bytes : placement.blocks) {
        EXPECT_LE(bytes, largest);
    }
}

TEST(Placement, WhatLivesAtTheSameTimeLiesApart) {
    std::mt19937 engine(1);
    for (int trial = 0; trial < 200; ++trial) {
        const auto reservations = random_reservations(engine, 1 + engine() % 60,
                                                      1 + static_cast<std::uint32_t>(trial) / 5);
        const Placement tight = place(reservations, 1, kNoLimit);
        expect_apart(reservations, tight, 1, kNoLimit);
        EXPECT_GE(tight.bytes(), most_at_once(reservations));
        std::uint64_t sum = 0;
        for (const Reservation& reservation : reservations) {
            sum += reservation.bytes;
        }
        EXPECT_LE(tight.bytes(), sum);
        EXPECT_EQ(tight.blocks.size(), 1u);
        expect_apart(reservations, place(reservations, 256, kNoLimit), 256, kNoLimit);
        // Pieces are at most 4096 long: several blocks, and no reservation beyond one.
        const Placement blocks = place(reservations, 16, 5000);
        expect_apart(reservations, blocks, 16, 5000);
    }
}

TEST(Placement, TheSamePiecesGiveTheSamePlaces) {
    std::mt19937 engine(2);
    const auto reservations = random_reservations(engine, 50, 20);
    const Placement one = place(reservations, 64, 6000);
    const Placement other = place(reservations, 64, 6000);
    EXPECT_EQ(one.blocks, other.blocks);
    for (std::size_t i = 0; i < reservations.size(); ++i) {
        EXPECT_EQ(one.places[i].block, other.places[i].block);
        EXPECT_EQ(one.places[i].offset, other.places[i].offset);
    }
}

// A chain of maps, each needed for the next alone, takes the two largest neighbours.
TEST(Placement, AChainTakesTwo) {
    std::vector<Reservation> reservations;
    for (std::uint32_t k = 0; k < 10; ++k) {
        reservations.push_back({1000, {k, k + 1}});
    }
    EXPECT_EQ(place(reservations, 1, kNoLimit).bytes(), 2000u);
}

TEST(Placement, NothingTakesNothing) {
    EXPECT_EQ(place({}, 16, 100).bytes(), 0u);
    EXPECT_TRUE(place({}, 16, 100).blocks.empty());
}

TEST(Placement, APieceThatFitsNoBlockHasOneOfItsOwn) {
    const std::vector<Reservation> reservations{{10, {}}, {500, {}}, {20, {}}};
    const Placement placement = place(reservations, 1, 100);
    EXPECT_EQ(placement.blocks, (std::vector<std::uint64_t>{500, 30}));
}

}  // namespace
}  // namespace impasto::gpu
