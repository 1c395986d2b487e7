#include "viewer/damage.h"

#include <gtest/gtest.h>

namespace impasto::viewer {
namespace {

constexpr ImU32 kRed = IM_COL32(255, 0, 0, 255);
constexpr ImU32 kBlue = IM_COL32(0, 0, 255, 255);

// Frames as ImGui lays them out, without a window.
class DamageTest : public testing::Test {
  protected:
    DamageTest() {
        ImGui::CreateContext();
        ImGuiIO& io = ImGui::GetIO();
        io.IniFilename = nullptr;
        io.DisplaySize = {200, 100};
        unsigned char* texels = nullptr;
        int width = 0;
        int height = 0;
        io.Fonts->GetTexDataAsRGBA32(&texels, &width, &height);
    }
    ~DamageTest() override { ImGui::DestroyContext(); }

    // What is drawn behind every window, and before all of them.
    template <typename Fill>
    Rect frame(const Fill& fill) {
        ImGui::NewFrame();
        fill(*ImGui::GetBackgroundDrawList());
        ImGui::Render();
        return damage_.compare(*ImGui::GetDrawData(), describe_);
    }

    Damage damage_;
    Damage::Describe describe_ = [](const ImDrawCmd&) { return Drawn{}; };
};

void two(ImDrawList& list, ImU32 first, ImU32 second) {
    list.AddRectFilled({10, 20}, {30, 40}, first);
    list.AddRectFilled({100, 50}, {120, 60}, second);
}

void expect_around(const Rect& rect, const Rect& expected) {
    EXPECT_LE(rect.left, expected.left);
    EXPECT_LE(rect.top, expected.top);
    EXPECT_GE(rect.right, expected.right);
    EXPECT_GE(rect.bottom, expected.bottom);
    // No more than the margin of anti-aliased edges.
    EXPECT_LE(rect.pixels(),
              Rect({expected.left - 2, expected.top - 2, expected.right + 2, expected.bottom + 2})
                  .pixels());
}

TEST_F(DamageTest, FirstFrameIsAllNewAndTheSameAgainIsNot) {
    const auto same = [](ImDrawList& list) { two(list, kRed, kBlue); };
    EXPECT_EQ(frame(same), Rect({0, 0, 200, 100}));
    EXPECT_TRUE(frame(same).empty());
    damage_.forget();
    EXPECT_EQ(frame(same), Rect({0, 0, 200, 100}));
    ImGui::GetIO().DisplaySize = {220, 100};
    EXPECT_EQ(frame(same), Rect({0, 0, 220, 100}));
}

TEST_F(DamageTest, AChangedColourIsWhereItIs) {
    frame([](ImDrawList& list) { two(list, kRed, kBlue); });
    expect_around(frame([](ImDrawList& list) { two(list, kRed, kRed); }), {100, 50, 120, 60});
    expect_around(frame([](ImDrawList& list) { two(list, kBlue, kRed); }), {10, 20, 30, 40});
}

TEST_F(DamageTest, WhatMovedIsWhereItWasAndWhereItIs) {
    frame([](ImDrawList& list) { list.AddRectFilled({10, 20}, {30, 40}, kRed); });
    expect_around(frame([](ImDrawList& list) {
                      list.AddRectFilled({50, 30}, {70, 50}, kRed);
                  }),
                  {10, 20, 70, 50});
}

TEST_F(DamageTest, WhatCameBetweenOrWentIsAllThatChanged) {
    frame([](ImDrawList& list) { two(list, kRed, kBlue); });
    expect_around(frame([](ImDrawList& list) {
                      list.AddRectFilled({10, 20}, {30, 40}, kRed);
                      list.AddRectFilled({60, 60}, {64, 64}, kRed);
                      list.AddRectFilled({100, 50}, {120, 60}, kBlue);
                  }),
                  {60, 60, 64, 64});
    expect_around(frame([](ImDrawList& list) { two(list, kRed, kBlue); }), {60, 60, 64, 64});
    expect_around(frame([](ImDrawList&) {}), {10, 20, 120, 60});
}

TEST_F(DamageTest, OrderCounts) {
    frame([](ImDrawList& list) {
        list.AddRectFilled({10, 20}, {30, 40}, kRed);
        list.AddRectFilled({20, 30}, {40, 50}, kBlue);
    });
    expect_around(frame([](ImDrawList& list) {
                      list.AddRectFilled({20, 30}, {40, 50}, kBlue);
                      list.AddRectFilled({10, 20}, {30, 40}, kRed);
                  }),
                  {10, 20, 40, 50});
}

TEST_F(DamageTest, NothingIsDamagedOutsideTheClipRectangle) {
    const auto clipped = [](ImU32 colour) {
        return [=](ImDrawList& list) {
            list.PushClipRect({20, 30}, {50, 60});
            list.AddRectFilled({0, 0}, {200, 100}, colour);
            list.PopClipRect();
        };
    };
    frame(clipped(kRed));
    EXPECT_EQ(frame(clipped(kBlue)), Rect({20, 30, 50, 60}));
}

TEST_F(DamageTest, InPixelsOfTheFramebuffer) {
    ImGui::GetIO().DisplayFramebufferScale = {2, 2};
    frame([](ImDrawList& list) { two(list, kRed, kBlue); });
    const Rect changed = frame([](ImDrawList& list) { two(list, kRed, kRed); });
    EXPECT_LE(changed.left, 200);
    EXPECT_GE(changed.left, 194);
    EXPECT_LE(changed.bottom, 126);
    EXPECT_GE(changed.bottom, 120);
}

TEST_F(DamageTest, CallbacksAreDescribed) {
    Drawn drawn{1, {40, 40}, {80, 70}};
    describe_ = [&](const ImDrawCmd&) { return drawn; };
    const auto calls = [](ImDrawList& list) {
        list.AddCallback([](const ImDrawList*, const ImDrawCmd*) {}, nullptr);
        list.AddCallback(ImDrawCallback_ResetRenderState, nullptr);
    };
    frame(calls);
    EXPECT_TRUE(frame(calls).empty());
    drawn.hash = 2;
    expect_around(frame(calls), {40, 40, 80, 70});
}

TEST_F(DamageTest, CutDataComesBackWhole) {
    frame([](ImDrawList& list) { two(list, kRed, kBlue); });
    ImDrawData& data = *ImGui::GetDrawData();
    const ImDrawCmd& command = data.CmdLists[0]->CmdBuffer[0];
    const ImVec4 before = command.ClipRect;
    {
        const CutDrawData cut(data, {5, 6, 70, 80});
        EXPECT_EQ(command.ClipRect.x, 5);
        EXPECT_EQ(command.ClipRect.y, 6);
        EXPECT_EQ(command.ClipRect.z, 70);
        EXPECT_EQ(command.ClipRect.w, 80);
    }
    EXPECT_EQ(command.ClipRect.x, before.x);
    EXPECT_EQ(command.ClipRect.w, before.w);
}

TEST(Rect, UnitesAndCuts) {
    const Rect a{0, 0, 10, 10};
    const Rect b{5, -5, 20, 5};
    EXPECT_EQ(a.united(b), Rect({0, -5, 20, 10}));
    EXPECT_EQ(a.cut(b), Rect({5, 0, 10, 5}));
    EXPECT_EQ(a.united({}), a);
    EXPECT_EQ(Rect().united(a), a);
    EXPECT_TRUE(a.cut({30, 0, 40, 10}).empty());
    EXPECT_EQ(a.pixels(), 100u);
    EXPECT_EQ(a.cut({30, 30, 40, 40}).pixels(), 0u);
}

}  // namespace
}  // namespace impasto::viewer
