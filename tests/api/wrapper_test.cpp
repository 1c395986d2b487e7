// The C++ wrapper: what the first failure does to what follows, and its owners.
#include <filesystem>
#include <fstream>

#include "api/hosted_fixture.h"
#include "impasto/impasto.hpp"

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::HostedTest;
using impasto::testing::tiny_encoder;
using impasto::testing::weights_file;

class WrapperTest : public HostedTest {};

// Weights that cannot be loaded are empty, and empty weights are the built-in encoder's to C.
TEST_F(WrapperTest, WeightsThatFailAreNotTheBuiltInEncoder) {
    Impasto::Failure failure;
    const Impasto::Weights weights = Impasto::load_weights("/no/such/weights.pth", failure);
    EXPECT_EQ(weights, nullptr);
    const Impasto::Failure first = failure;
    EXPECT_EQ(first.result, IMPASTO_ERROR_INPUT);
    EXPECT_NE(first.message.find("weights.pth"), std::string::npos);
    const Impasto::Session session =
        Impasto::create_session(context_, weights.get(), content_, {style_}, options_, failure);
    EXPECT_EQ(session, nullptr);
    // Nor does anything else begin.
    EXPECT_EQ(Impasto::load_weights("builtin", failure), nullptr);
    EXPECT_EQ(failure.result, first.result);
    EXPECT_EQ(failure.message, first.message);
}

TEST_F(WrapperTest, OwnersOfAWholeRun) {
    use_little();
    Impasto::Failure failure;
    const auto bytes = weights_file(tiny_encoder(13, 11), folder_.path());
    const Impasto::Weights weights =
        Impasto::load_weights(bytes.data(), bytes.size(), "tiny", failure);
    const std::vector<float> rgb(std::size_t{3} * 40 * 30, 0.25f);
    const std::vector<float> alpha(std::size_t{40} * 30, 0.5f);
    const Impasto::Image content = Impasto::create_image(40, 30, rgb.data(), alpha.data(), failure);
    const Impasto::Session session = Impasto::create_session(context_, weights.get(), content.get(),
                                                             {style_}, options_, failure);
    ASSERT_EQ(failure.result, IMPASTO_SUCCESS) << failure.message;
    ASSERT_EQ(impasto_session_advance(session.get(), 1, nullptr), IMPASTO_SUCCESS);
    const Impasto::Snapshot begun =
        Impasto::session_snapshot(session.get(), IMPASTO_SNAPSHOT_WHOLE, failure);
    ASSERT_NE(begun.bytes, nullptr) << failure.message;
    ASSERT_EQ(impasto_session_run(session.get(), nullptr, nullptr), IMPASTO_SUCCESS);
    const Impasto::Image picture = Impasto::session_image(session.get(), failure);
    ASSERT_NE(picture, nullptr) << failure.message;
    EXPECT_EQ(impasto_image_alpha(picture.get())[0], 0.5f);
    EXPECT_TRUE(Impasto::restore_session(session.get(), begun, failure)) << failure.message;
    static_cast<char*>(begun.bytes.get())[begun.size / 2] ^= 1;
    EXPECT_FALSE(Impasto::restore_session(session.get(), begun, failure));
    EXPECT_EQ(failure.result, IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_NE(failure.message.find("damaged"), std::string::npos);
    EXPECT_EQ(Impasto::session_image(session.get(), failure), nullptr);
}

TEST_F(WrapperTest, AMaterialIsMadeAnewAndPainted) {
    use_little();
    options_.tile = IMPASTO_TILE_XY;
    const std::string folder = (folder_.path() / "stone").string();
    std::filesystem::create_directory(folder);
    Impasto::Failure failure;
    EXPECT_EQ(Impasto::load_material(folder.c_str(), failure), nullptr);
    EXPECT_EQ(failure.result, IMPASTO_ERROR_INPUT);

    failure = Impasto::Failure();
    ASSERT_EQ(impasto_image_save(content_, (folder + "/stone_albedo.png").c_str(), nullptr, 0,
                                 message_, sizeof message_),
              IMPASTO_SUCCESS)
        << message_;
    const Impasto::Material stone = Impasto::load_material(folder.c_str(), failure);
    Impasto::Session session =
        Impasto::create_material_session(context_, weights_, stone.get(), {}, options_, failure);
    ASSERT_EQ(failure.result, IMPASTO_SUCCESS) << failure.message;
    ASSERT_EQ(impasto_session_run(session.get(), nullptr, nullptr), IMPASTO_SUCCESS);
    const Impasto::Image stack = Impasto::session_image(session.get(), failure);
    const Impasto::Material another = Impasto::unstack_material(stone.get(), stack.get(), failure);
    const std::string to = (folder_.path() / "another").string();
    EXPECT_TRUE(Impasto::save_material(another.get(), to.c_str(), failure)) << failure.message;
    EXPECT_TRUE(std::filesystem::exists(to + "/stone_albedo.png"));

    session = Impasto::create_material_session(context_, weights_, stone.get(), {style_}, options_,
                                               failure);
    ASSERT_EQ(failure.result, IMPASTO_SUCCESS) << failure.message;
    ASSERT_EQ(impasto_session_run(session.get(), nullptr, nullptr), IMPASTO_SUCCESS);
    const Impasto::Image albedo = Impasto::session_image(session.get(), failure);
    const Impasto::Material painted = Impasto::restyle_material(stone.get(), albedo.get(), failure);
    ASSERT_NE(painted, nullptr) << failure.message;
    EXPECT_EQ(impasto_material_width(painted.get()), impasto_image_width(albedo.get()));
    // Another session's picture is of no use, and what follows does nothing.
    EXPECT_EQ(Impasto::unstack_material(stone.get(), nullptr, failure), nullptr);
    EXPECT_FALSE(Impasto::save_material(another.get(), (to + "2").c_str(), failure));
    EXPECT_FALSE(std::filesystem::exists(to + "2"));
}

TEST_F(WrapperTest, AModelWithoutTexturesIsNotPaintedButSaved) {
    const std::string path = (folder_.path() / "empty.gltf").string();
    std::ofstream(path) << R"({"asset": {"version": "2.0"}})";
    const std::string to = (folder_.path() / "saved.gltf").string();
    Impasto::Failure failure;
    const Impasto::Gltf model = Impasto::load_gltf(path.c_str(), failure);
    ASSERT_NE(model, nullptr) << failure.message;
    EXPECT_FALSE(Impasto::restyle_gltf(context_, weights_, model.get(), {style_},
                                       Impasto::gltf_options(), failure));
    EXPECT_EQ(failure.result, IMPASTO_ERROR_INPUT);
    EXPECT_FALSE(Impasto::save_gltf(model.get(), to.c_str(), failure));
    EXPECT_FALSE(std::filesystem::exists(to));
    Impasto::Failure another;
    EXPECT_TRUE(Impasto::save_gltf(model.get(), to.c_str(), another)) << another.message;
    EXPECT_TRUE(std::filesystem::exists(to));
}

// A hosted session that is let go in the middle of its frames, and one that is not ready.
TEST_F(WrapperTest, AHostedSessionIsLetGoWhileItIsInFlight) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    {
        Impasto::Failure failure;
        const Impasto::HostedSession session =
            Impasto::create_hosted_session(context, weights_, source(content_), {source(style_)},
                                           options_, Impasto::make<ImpastoHosting>(), failure);
        ASSERT_NE(session, nullptr) << failure.message;
        EXPECT_EQ(Impasto::session_image(session.get(), failure), nullptr);
        EXPECT_EQ(failure.result, IMPASTO_SUCCESS) << failure.message;
        EXPECT_TRUE(frames(loop, session.get(), 1,
                           [](const ImpastoSliceReport& report) { return report.pictures >= 1; }));
    }
    loop.wait_idle();
    EXPECT_EQ(impasto_context_frame_completed(context, loop.frame()), IMPASTO_SUCCESS);
    impasto_context_destroy(context);
}

}  // namespace
