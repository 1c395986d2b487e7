#include "viewer/history.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace impasto::viewer {
namespace {

Moment moment(std::size_t bytes) {
    Moment made;
    made.snapshot.resize(bytes);
    return made;
}

SharedImage picture(int width, int height) {
    const std::vector<float> grey(3 * static_cast<std::size_t>(width * height), 0.5f);
    ImpastoImage* made = nullptr;
    EXPECT_EQ(impasto_image_create(width, height, grey.data(), nullptr, &made, nullptr, 0),
              IMPASTO_SUCCESS);
    return {made, impasto_image_destroy};
}

std::shared_ptr<const PaintingPlan> plan(SharedImage content, SharedImage style) {
    auto made = std::make_shared<PaintingPlan>();
    made->content.image = std::move(content);
    made->styles.push_back({"", std::move(style), nullptr});
    return made;
}

TEST(History, CountsItsMoments) {
    History history;
    EXPECT_EQ(history.last(), nullptr);
    EXPECT_EQ(history.next_number(), 1u);
    for (const std::uint32_t iteration : {4u, 9u, 2u}) {
        Moment one = moment(8);
        one.iteration = iteration;
        history.add(std::move(one));
    }
    ASSERT_EQ(history.moments().size(), 3u);
    EXPECT_EQ(history.last()->number, 3u);
    EXPECT_EQ(history.last()->iteration, 2u);
    ASSERT_NE(history.find(2), nullptr);
    EXPECT_EQ(history.find(2)->iteration, 9u);
    EXPECT_EQ(history.find(0), nullptr);
    EXPECT_EQ(history.find(4), nullptr);
    history.clear();
    EXPECT_EQ(history.find(2), nullptr);
    history.add(moment(8));
    EXPECT_EQ(history.last()->number, 4u);  // numbers are not given twice
}

TEST(History, KnowsWhereAMomentWentOn) {
    History history;
    for (const std::uint32_t parent : {0u, 1u, 1u, 3u}) {
        Moment one = moment(8);
        one.parent = parent;
        history.add(std::move(one));
    }
    ASSERT_NE(history.child_of(1), nullptr);
    EXPECT_EQ(history.child_of(1)->number, 3u);  // the newest of two
    EXPECT_EQ(history.child_of(3)->number, 4u);
    EXPECT_EQ(history.child_of(4), nullptr);
}

TEST(History, WhatTheUserKeptGoesLast) {
    History history;
    history.set_most_bytes(6 * 100);
    for (std::uint32_t number = 1; number <= 60; ++number) {
        Moment one = moment(100);
        one.parent = number - 1;
        one.pinned = number == 7 || number == 23;
        history.add(std::move(one));
    }
    EXPECT_NE(history.find(7), nullptr);
    EXPECT_NE(history.find(23), nullptr);
    // Those that went are bridged: each comes from the one before it that is left.
    std::uint32_t before = 0;
    for (const Moment& one : history.moments()) {
        EXPECT_EQ(one.parent, before);
        before = one.number;
    }
    for (std::uint32_t number = 61; number <= 80; ++number) {  // only such: the limit holds
        Moment one = moment(100);
        one.pinned = true;
        history.add(std::move(one));
        EXPECT_LE(history.bytes(), 600u);
    }
}

TEST(History, StaysBelowItsLimitAndKeepsFirstAndLast) {
    History history;
    history.set_most_bytes(10 * 100);
    for (std::uint32_t number = 1; number <= 200; ++number) {
        history.add(moment(100));
        ASSERT_LE(history.bytes(), 1000u);
        ASSERT_EQ(history.moments().front().number, 1u);
        ASSERT_EQ(history.last()->number, number);
        ASSERT_TRUE(
            std::is_sorted(history.moments().begin(), history.moments().end(),
                           [](const Moment& a, const Moment& b) { return a.number < b.number; }));
    }
    EXPECT_EQ(history.moments().size(), 10u);
}

// What is recent is kept more densely than what is long past, and of all of it something is left.
TEST(History, ThinsThePastOutMoreThanThePresent) {
    History history;
    history.set_most_bytes(12);
    for (int i = 0; i < 400; ++i) {
        history.add(moment(1));
    }
    const auto& moments = history.moments();
    std::size_t recent = 0;  // of the last tenth
    std::size_t old = 0;     // of the first half
    std::uint32_t widest = 0;
    for (std::size_t i = 0; i < moments.size(); ++i) {
        recent += moments[i].number > 360 ? 1 : 0;
        old += moments[i].number <= 200 ? 1 : 0;
        if (i > 0) {
            widest = std::max(widest, moments[i].number - moments[i - 1].number);
        }
    }
    EXPECT_GE(recent, 4u);
    EXPECT_GE(old, 2u);
    EXPECT_LE(widest, 300u);
}

TEST(History, KeepsTwoHoweverLargeTheyAre) {
    History history;
    history.set_most_bytes(10);
    for (int i = 0; i < 5; ++i) {
        history.add(moment(100));
    }
    ASSERT_EQ(history.moments().size(), 2u);
    EXPECT_EQ(history.moments().front().number, 1u);
    EXPECT_EQ(history.moments().back().number, 5u);
}

TEST(History, SmallMomentsStayBesideALargeOne) {
    History history;
    history.set_most_bytes(250);
    history.add(moment(100));
    history.add(moment(100));
    for (int i = 0; i < 4; ++i) {
        history.add(moment(10));
    }
    EXPECT_EQ(history.moments().size(), 6u);
    EXPECT_EQ(history.bytes(), 240u);
}

TEST(History, CountsPicturesThatOnlyEarlierMomentsHave) {
    const SharedImage content = picture(10, 10);
    const SharedImage first = picture(20, 10);
    const SharedImage second = picture(30, 10);
    History history;
    const auto add = [&](const std::shared_ptr<const PaintingPlan>& with) {
        Moment one = moment(8);
        one.plan = with;
        history.add(std::move(one));
    };
    const auto earlier = plan(content, first);
    add(earlier);
    add(earlier);
    EXPECT_EQ(history.bytes(), 2 * 8u);  // the pictures at work
    add(plan(content, second));
    EXPECT_EQ(history.bytes(), 3 * 8u + 12u * 20 * 10);  // once, and the content is still at work
    add(plan(content, first));
    EXPECT_EQ(history.bytes(), 4 * 8u + 12u * 30 * 10);
}

}  // namespace
}  // namespace impasto::viewer
