#include "viewer/items.h"

#include <gtest/gtest.h>

namespace impasto::viewer {
namespace {

// Frames of an interface without a window.
class ItemsTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ImGui::CreateContext();
        ImGuiIO& io = ImGui::GetIO();
        io.IniFilename = nullptr;
        io.DisplaySize = {400, 300};
        unsigned char* pixels = nullptr;
        int width = 0;
        int height = 0;
        io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
    }
    void TearDown() override { ImGui::DestroyContext(); }

    template <typename Draw>
    void frame(Draw draw) {
        ImGui::GetIO().DeltaTime = 1.0f / 60;
        ImGui::NewFrame();
        items_.begin_frame();
        ImGui::SetNextWindowPos({50, 40});
        ImGui::SetNextWindowSize({200, 100});
        ImGui::Begin("window", nullptr,
                     ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoSavedSettings);
        draw();
        ImGui::End();
        items_.end_frame();
        ImGui::EndFrame();
    }

    Items items_;
};

TEST_F(ItemsTest, KnowsWhereTheLastFrameHadThem) {
    EXPECT_FALSE(items_.find("Start"));
    frame([&] {
        ImGui::SetCursorScreenPos({60, 50});
        ImGui::Button("Start", {70, 30});
        items_.note("Start");
        EXPECT_FALSE(items_.find("Start"));  // the frame is not whole yet
    });
    const auto place = items_.find("Start");
    ASSERT_TRUE(place);
    EXPECT_EQ(place->min.x, 60);
    EXPECT_EQ(place->min.y, 50);
    EXPECT_EQ(place->max.x, 130);
    EXPECT_EQ(place->max.y, 80);
    EXPECT_TRUE(place->enabled);
    frame([] {});
    EXPECT_FALSE(items_.find("Start"));
    EXPECT_TRUE(items_.all().empty());
}

TEST_F(ItemsTest, AreCutToWhatCanBeSeen) {
    frame([&] {
        ImGui::SetCursorScreenPos({200, 100});
        ImGui::Button("half", {300, 20});
        items_.note("half");
        ImGui::SetCursorScreenPos({60, 500});
        ImGui::Button("below", {70, 30});
        items_.note("below");
    });
    const auto half = items_.find("half");
    ASSERT_TRUE(half);
    EXPECT_EQ(half->min.x, 200);
    EXPECT_LE(half->max.x, 250);  // the window's edge
    EXPECT_GT(half->max.x, 230);
    EXPECT_FALSE(items_.find("below"));
}

TEST_F(ItemsTest, OfTwoWithOneLabelTheFirstCounts) {
    frame([&] {
        for (const int y : {50, 90}) {
            ImGui::PushID(y);
            ImGui::SetCursorScreenPos({60, static_cast<float>(y)});
            ImGui::Button("twice", {70, 30});
            items_.note("twice");
            ImGui::PopID();
        }
    });
    ASSERT_TRUE(items_.find("twice"));
    EXPECT_EQ(items_.find("twice")->min.y, 50);
}

TEST_F(ItemsTest, KnowsWhatIsGreyedOut) {
    frame([&] {
        ImGui::BeginDisabled();
        ImGui::Button("Save");
        items_.note("Save");
        ImGui::EndDisabled();
        ImGui::Button("Open");
        items_.note("Open");
    });
    ASSERT_TRUE(items_.find("Save"));
    EXPECT_FALSE(items_.find("Save")->enabled);
    EXPECT_TRUE(items_.find("Open")->enabled);
}

}  // namespace
}  // namespace impasto::viewer
