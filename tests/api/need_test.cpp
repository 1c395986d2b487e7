// What impasto_session_need foresees of the picture that comes out.
#include "api/hosted_fixture.h"

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::HostedTest;

class NeedTest : public HostedTest {
  protected:
    ImpastoSize foreseen(const ImpastoSize& content) {
        const ImpastoSize style{48, 50};
        ImpastoNeed need{};
        need.struct_size = sizeof need;
        EXPECT_EQ(impasto_session_need(context_, weights_, &content, &style, 1, &options_, &need,
                                       message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
        return need.result;
    }

    static ImpastoSize last_scale(ImpastoSession* session) {
        std::uint32_t count = 0;
        EXPECT_EQ(impasto_session_scales(session, nullptr, &count), IMPASTO_SUCCESS);
        std::vector<ImpastoScale> scales(count);
        EXPECT_EQ(impasto_session_scales(session, scales.data(), &count), IMPASTO_SUCCESS);
        EXPECT_GT(count, 0u);
        return count == 0 ? ImpastoSize{} : ImpastoSize{scales.back().width, scales.back().height};
    }
};

void expect_same(const ImpastoSize& a, const ImpastoSize& b) {
    EXPECT_EQ(a.width, b.width);
    EXPECT_EQ(a.height, b.height);
}

// Wide, tall, square, of odd sides, enlarged and reduced; one scale or several.
TEST_F(NeedTest, TheResultIsOfTheLastScalesSize) {
    use_little();
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* hosts = lend(loop.lent());
    constexpr ImpastoSize kContents[] = {{60, 44}, {44, 60}, {37, 37}, {97, 31}, {31, 97}, {9, 7}};
    for (const ImpastoSize& size : kContents) {
        SCOPED_TRACE(std::to_string(size.width) + "x" + std::to_string(size.height));
        impasto_image_destroy(content_);
        content_ = image(static_cast<int>(size.width), static_cast<int>(size.height), 3);
        for (const std::uint32_t longest : {40u, 61u, 97u}) {
            SCOPED_TRACE(longest);
            options_.size = longest;
            options_.first_size = longest == 61 ? 61 : 20;
            const ImpastoSize result = foreseen(size);
            EXPECT_EQ(std::max(result.width, result.height), longest);
            ImpastoSession* own = nullptr;
            ASSERT_EQ(create(context_, &own), IMPASTO_SUCCESS) << message_;
            expect_same(last_scale(own), result);
            impasto_session_destroy(own);
            ImpastoSession* hosted = nullptr;
            ASSERT_EQ(create_hosted(hosts, &hosted), IMPASTO_SUCCESS) << message_;
            expect_same(last_scale(hosted), result);
            ImpastoResultImage shown{};
            shown.struct_size = sizeof shown;
            EXPECT_EQ(impasto_session_result(hosted, &shown), IMPASTO_SUCCESS);
            expect_same({shown.width, shown.height}, result);
            impasto_session_destroy(hosted);
        }
    }
    impasto_context_destroy(hosts);
}

// Of the picture itself, once.
TEST_F(NeedTest, TheResultIsOfThePicturesSize) {
    use_little();
    impasto_image_destroy(content_);
    content_ = image(53, 29, 3);
    const ImpastoSize result = foreseen({53, 29});
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create(context_, &session), IMPASTO_SUCCESS) << message_;
    ASSERT_EQ(impasto_session_run(session, nullptr, nullptr), IMPASTO_SUCCESS);
    ImpastoImage* picture = nullptr;
    ASSERT_EQ(impasto_session_image(session, &picture), IMPASTO_SUCCESS);
    EXPECT_EQ(impasto_image_width(picture), static_cast<int>(result.width));
    EXPECT_EQ(impasto_image_height(picture), static_cast<int>(result.height));
    impasto_image_destroy(picture);
    impasto_session_destroy(session);
}

}  // namespace
