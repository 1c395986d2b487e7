// What a session tells of its layers, and its picture taken out and put back.
#include "style/session.h"
#include "support/gpu_fixture.h"
#include "support/tiny_encoder.h"

namespace impasto::style {
namespace {

class SessionStateTest : public testing::GpuTest {
  protected:
    void SetUp() override {
        GpuTest::SetUp();
        options_.size = 61;
        options_.first_size = 30;
        options_.objective.style_weight = 40.0f;
    }

    std::unique_ptr<Session> made() {
        auto session = Session::create(device(), testing::tiny_encoder(13, 11), content_, styles_,
                                       options_, {});
        EXPECT_TRUE(session) << (session ? "" : session.error().message);
        return session ? *std::move(session) : nullptr;
    }

    SessionOptions options_;
    Image content_ = testing::random_image(83, 59, 2);
    std::vector<Image> styles_{testing::random_image(70, 45, 3)};
};

// Means, weighted by layer, of what the layers tell.
Losses means_of(const std::vector<LayerLoss>& terms, const ObjectiveOptions& options) {
    double sums[2] = {};
    double weights[2] = {};
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const std::size_t contents = options.content_layers.size();
        const LayerWeight& asked =
            terms[i].style ? options.style_layers[i - contents] : options.content_layers[i];
        EXPECT_EQ(terms[i].layer, asked.layer);
        sums[terms[i].style ? 1 : 0] +=
            static_cast<double>(asked.weight) * static_cast<double>(terms[i].loss);
        weights[terms[i].style ? 1 : 0] += static_cast<double>(asked.weight);
    }
    Losses means;
    means.content = static_cast<float>(sums[0] / weights[0]);
    means.style = static_cast<float>(sums[1] / weights[1]);
    return means;
}

// Over two scales, a picture that is asked for (which evaluates once more), and another blend.
TEST_F(SessionStateTest, LayerLossesAreThoseOfTheLastIteration) {
    options_.iterations = {5, 5};
    options_.init = Init::kNoise;  // else the first content loss is 0
    styles_.push_back(testing::random_image(50, 64, 8));
    ObjectiveOptions& objective = options_.objective;
    objective.style_blend = {0.5f, 0.5f};
    auto session = made();
    ASSERT_NE(session, nullptr);
    EXPECT_TRUE(session->layer_losses().empty());
    const auto expect_terms = [&] {
        const Losses means = means_of(session->layer_losses(), session->options().objective);
        const Losses& last = session->losses().back();
        EXPECT_NEAR(means.content / last.content, 1, 1e-6) << session->losses().size();
        EXPECT_NEAR(means.style / last.style, 1, 1e-6) << session->losses().size();
    };
    ASSERT_TRUE(session->advance(3));
    ASSERT_TRUE(session->image_losses());
    expect_terms();
    objective.style_blend = {0.9f, 0.1f};
    objective.style_layers[1].weight = 3;
    const std::vector<LayerLoss> before = session->layer_losses();
    ASSERT_TRUE(session->set_objective(objective));
    EXPECT_EQ(session->layer_losses()[1].loss, before[1].loss);  // that of the iteration still
    while (!session->progress().done) {
        const std::size_t known = session->losses().size();
        ASSERT_TRUE(session->advance(1));
        if (session->losses().size() > known) {
            expect_terms();
        }
    }
    EXPECT_EQ(session->losses().size(), 10u);
}

// A snapshot of the picture alone: where it is restored the session goes on as the one that it was
// taken of does once its optimiser begins anew. From a session in its first scale to one in its
// last, and within one.
TEST_F(SessionStateTest, ASnapshotOfThePictureGoesOnWithANewOptimiser) {
    options_.iterations = {6, 8};
    for (const std::uint32_t taken : {3u, 9u}) {
        SCOPED_TRACE(taken);
        auto first = made();
        auto second = made();
        ASSERT_TRUE(first != nullptr && second != nullptr);
        ASSERT_TRUE(first->advance(taken));
        ObjectiveOptions objective = options_.objective;
        objective.content_weight = 3;
        ASSERT_TRUE(first->set_objective(objective));
        auto bytes = first->snapshot(SnapshotKind::kPicture);
        const auto whole = first->snapshot(SnapshotKind::kWhole);
        ASSERT_TRUE(bytes && whole);
        // The picture, the losses, and some hundred words of heading, weights and checksum.
        const std::size_t picture = first->image_shape().size() * sizeof(float);
        EXPECT_LE(bytes->size(), picture + taken * 4 * sizeof(float) + 1000);
        EXPECT_GE(whole->size(), 20 * picture);
        const Image shown = *first->image();

        ASSERT_TRUE(second->advance(1));
        const Status restored = second->restore(*bytes);
        ASSERT_TRUE(restored) << restored.error().message;
        EXPECT_EQ(second->image()->rgb, shown.rgb);
        EXPECT_EQ(second->losses().size(), taken);
        EXPECT_TRUE(second->layer_losses().empty());
        EXPECT_EQ(second->progress().scale, first->progress().scale);
        EXPECT_EQ(second->progress().iteration, first->progress().iteration);
        EXPECT_EQ(second->progress().total_iterations, taken);
        EXPECT_EQ(second->options().objective.content_weight, 3);
        for (std::size_t i = 0; i < taken; ++i) {
            EXPECT_EQ(second->losses()[i].total, first->losses()[i].total);
        }
        ASSERT_TRUE(first->advance(1000));
        ASSERT_TRUE(second->advance(1000));
        EXPECT_EQ(second->progress().total_iterations, 14u);
        EXPECT_EQ(second->image()->rgb, first->image()->rgb);
        EXPECT_EQ(second->losses().back().total, first->losses().back().total);

        // Where it ended there is nothing to go on with.
        const auto end = first->snapshot(SnapshotKind::kPicture);
        ASSERT_TRUE(end);
        ASSERT_TRUE(second->restore(*end));
        EXPECT_TRUE(second->progress().done);
        EXPECT_EQ(second->image()->rgb, first->image()->rgb);

        // Any bit that is wrong, and a part.
        for (const std::size_t at : {std::size_t{3}, bytes->size() / 2, bytes->size() - 1}) {
            (*bytes)[at] ^= std::byte{4};
            EXPECT_FALSE(second->restore(*bytes)) << at;
            (*bytes)[at] ^= std::byte{4};
            EXPECT_FALSE(second->restore(std::span(*bytes).first(at))) << at;
        }
        EXPECT_EQ(second->image()->rgb, first->image()->rgb);
    }
}

}  // namespace
}  // namespace impasto::style
