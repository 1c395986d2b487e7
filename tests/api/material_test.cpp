// Materials through the C interface, and pictures of 16 bit and grey.
#include <array>
#include <cmath>
#include <limits>

#include "api_fixture.h"
#include "impasto/impasto_material.h"

namespace impasto::testing {
namespace {

class MaterialApiTest : public ApiTest {
  protected:
    void SetUp() override {
        ApiTest::SetUp();
        if (IsSkipped()) {
            return;
        }
        albedo_ = image(48, 48, 3);
        height_ = image(48, 48, 4);
        const std::array<ImpastoMaterialMap, 2> maps{
            map(IMPASTO_MAP_ALBEDO, "a_albedo.png", albedo_),
            map(IMPASTO_MAP_BY_NAME, "a_height.png", height_)};
        ASSERT_EQ(
            impasto_material_create(maps.data(), 2, nullptr, &material_, message_, sizeof message_),
            IMPASTO_SUCCESS)
            << message_;
    }

    void TearDown() override {
        impasto_material_destroy(material_);
        impasto_image_destroy(albedo_);
        impasto_image_destroy(height_);
        ApiTest::TearDown();
    }

    static ImpastoMaterialMap map(ImpastoMapKind kind, const char* name,
                                  const ImpastoImage* image) {
        return {sizeof(ImpastoMaterialMap), kind, name, image};
    }

    // Runs a session of the material and gives its picture.
    ImpastoImage* run(const ImpastoImage* const* styles, std::uint32_t count) {
        ImpastoSession* session = nullptr;
        EXPECT_EQ(impasto_material_session_create(context_, weights_, material_, styles, count,
                                                  &options_, &session, message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
        ImpastoImage* picture = nullptr;
        if (session != nullptr) {
            EXPECT_EQ(impasto_session_run(session, nullptr, nullptr), IMPASTO_SUCCESS);
            EXPECT_EQ(impasto_session_image(session, &picture), IMPASTO_SUCCESS);
        }
        impasto_session_destroy(session);
        return picture;
    }

    ImpastoImage* albedo_ = nullptr;
    ImpastoImage* height_ = nullptr;
    ImpastoMaterial* material_ = nullptr;
};

TEST_F(MaterialApiTest, TellsWhatItHolds) {
    EXPECT_EQ(impasto_material_width(material_), 48);
    EXPECT_EQ(impasto_material_height(material_), 48);
    ASSERT_EQ(impasto_material_map_count(material_), 2u);
    EXPECT_EQ(impasto_material_map_kind(material_, 1), IMPASTO_MAP_HEIGHT);
    EXPECT_STREQ(impasto_material_map_name(material_, 1), "a_height.png");
    EXPECT_EQ(impasto_material_map_name(material_, 2), nullptr);
    ImpastoImage* image = nullptr;
    ASSERT_EQ(impasto_material_map(material_, 0, &image, message_, sizeof message_),
              IMPASTO_SUCCESS);
    EXPECT_EQ(impasto_image_rgb(image)[7], impasto_image_rgb(albedo_)[7]);
    impasto_image_destroy(image);
    EXPECT_EQ(impasto_material_map(material_, 2, &image, message_, sizeof message_),
              IMPASTO_ERROR_INVALID_ARGUMENT);
    // Noise of three colours is no height.
    EXPECT_NE(impasto_material_warning(material_, 0), nullptr);
    EXPECT_EQ(impasto_material_warning(material_, 1), nullptr);
    ASSERT_EQ(impasto_material_mask(material_, &image, message_, sizeof message_), IMPASTO_SUCCESS);
    EXPECT_EQ(image, nullptr);
    EXPECT_EQ(impasto_map_kind_of_name("x/rock_nor_dx_2k.png"), IMPASTO_MAP_NORMAL_DX);
    EXPECT_EQ(impasto_map_kind_of_name("photo.png"), IMPASTO_MAP_BY_NAME);
}

TEST_F(MaterialApiTest, SynthesisesAndRestyles) {
    options_.width = 64;
    options_.height = 48;
    options_.tile = IMPASTO_TILE_XY;
    ImpastoImage* stack = run(nullptr, 0);
    ASSERT_NE(stack, nullptr);
    ImpastoMaterial* made = nullptr;
    ASSERT_EQ(impasto_material_unstack(material_, stack, &made, message_, sizeof message_),
              IMPASTO_SUCCESS)
        << message_;
    EXPECT_EQ(impasto_material_width(made), 64);
    EXPECT_EQ(impasto_material_height(made), 48);
    impasto_material_destroy(made);

    options_.size = 48;
    ImpastoImage* painted = run(&style_, 1);
    ASSERT_NE(painted, nullptr);
    ImpastoRestyleOptions restyle{sizeof restyle, 1.0f, IMPASTO_TILE_XY};
    ASSERT_EQ(
        impasto_material_restyle(material_, painted, &restyle, &made, message_, sizeof message_),
        IMPASTO_SUCCESS)
        << message_;
    EXPECT_EQ(impasto_material_map_count(made), 2u);
    const std::string folder = (folder_ / "out").string();
    const ImpastoMaterialSaveOptions save{sizeof save, 0, 0, nullptr, 0};
    EXPECT_EQ(
        impasto_material_check_writable(made, folder.c_str(), &save, message_, sizeof message_),
        IMPASTO_SUCCESS);
    EXPECT_FALSE(std::filesystem::exists(folder));
    const std::string albedo = impasto_material_map_name(made, 0);
    EXPECT_EQ(impasto_material_writes(made, albedo.c_str(), &save), 1);
    const std::string mip = albedo.substr(0, albedo.rfind('.')) + ".mip2.png";
    EXPECT_EQ(impasto_material_writes(made, mip.c_str(), &save), 0);
    const ImpastoMaterialSaveOptions with_mips{sizeof save, 1, 0, nullptr, 0};
    EXPECT_EQ(impasto_material_writes(made, mip.c_str(), &with_mips), 1);
    EXPECT_EQ(impasto_material_writes(made, "holiday.png", &with_mips), 0);
    EXPECT_EQ(impasto_material_writes(made, nullptr, nullptr), 0);
    ASSERT_EQ(impasto_material_save(made, folder.c_str(), &save, message_, sizeof message_),
              IMPASTO_SUCCESS)
        << message_;
    impasto_material_destroy(made);

    const ImpastoMaterialFile file{sizeof file, folder.c_str(), IMPASTO_MAP_BY_NAME, 0};
    ASSERT_EQ(impasto_material_load(&file, 1, nullptr, &made, message_, sizeof message_),
              IMPASTO_SUCCESS)
        << message_;
    EXPECT_EQ(impasto_material_map_count(made), 2u);
    impasto_material_destroy(made);
    impasto_image_destroy(stack);
    impasto_image_destroy(painted);
}

// What is transparent keeps what it had, whatever is hidden there.
TEST_F(MaterialApiTest, TransparentTexelsTakeNoPart) {
    std::vector<float> alpha(48 * 48, 1.0f);
    for (std::size_t i = 0; i < alpha.size(); ++i) {
        alpha[i] = i % 48 < 24 ? 0.0f : 1.0f;
    }
    std::array<std::vector<float>, 2> results;
    options_.size = 48;
    for (std::size_t k = 0; k < 2; ++k) {
        const float* rgb = impasto_image_rgb(albedo_);
        std::vector<float> pixels(rgb, rgb + 3 * alpha.size());
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            if (i % 48 < 24) pixels[i] = k == 0 ? 0.0f : 1.0f;
        }
        ImpastoImage* cut = nullptr;
        ASSERT_EQ(impasto_image_create(48, 48, pixels.data(), alpha.data(), &cut, message_,
                                       sizeof message_),
                  IMPASTO_SUCCESS);
        const ImpastoMaterialMap one = map(IMPASTO_MAP_ALBEDO, nullptr, cut);
        impasto_material_destroy(material_);
        ASSERT_EQ(impasto_material_create(&one, 1, nullptr, &material_, message_, sizeof message_),
                  IMPASTO_SUCCESS);
        EXPECT_STREQ(impasto_material_map_name(material_, 0), "albedo.png");
        ImpastoImage* mask = nullptr;
        ASSERT_EQ(impasto_material_mask(material_, &mask, message_, sizeof message_),
                  IMPASTO_SUCCESS);
        ASSERT_NE(mask, nullptr);
        impasto_image_destroy(mask);
        for (const std::uint32_t styles : {0u, 1u}) {
            ImpastoImage* picture = run(&style_, styles);
            ASSERT_NE(picture, nullptr);
            const float* begin = impasto_image_rgb(picture);
            results[k].insert(
                results[k].end(), begin,
                begin + 3 * impasto_image_width(picture) * impasto_image_height(picture));
            impasto_image_destroy(picture);
        }
        impasto_image_destroy(cut);
    }
    EXPECT_EQ(results[0], results[1]);
}

TEST_F(MaterialApiTest, WhyThereIsNoSessionIsTold) {
    ImpastoSession* session = nullptr;
    const auto says = [&](std::uint32_t styles, ImpastoResult expected, const char* what) {
        EXPECT_EQ(impasto_material_session_create(context_, weights_, material_, &style_, styles,
                                                  &options_, &session, message_, sizeof message_),
                  expected);
        EXPECT_EQ(session, nullptr);
        EXPECT_NE(std::string(message_).find(what), std::string::npos) << message_;
    };
    const std::vector<float> alpha(48 * 48, 0.0f);
    ImpastoImage* hidden = nullptr;
    ASSERT_EQ(impasto_image_create(48, 48, impasto_image_rgb(albedo_), alpha.data(), &hidden,
                                   message_, sizeof message_),
              IMPASTO_SUCCESS);
    options_.size = 1;
    says(1, IMPASTO_ERROR_INVALID_ARGUMENT, "pixels");
    options_.size = 48;
    const ImpastoMaterialMap one = map(IMPASTO_MAP_ALBEDO, nullptr, hidden);
    impasto_material_destroy(material_);
    ASSERT_EQ(impasto_material_create(&one, 1, nullptr, &material_, message_, sizeof message_),
              IMPASTO_SUCCESS);
    says(0, IMPASTO_ERROR_INPUT, "transparent");
    says(1, IMPASTO_ERROR_INPUT, "transparent");
    impasto_image_destroy(hidden);
}

TEST_F(MaterialApiTest, WrongUseIsTold) {
    ImpastoMaterial* made = nullptr;
    std::array<ImpastoMaterialMap, 2> maps{map(IMPASTO_MAP_ALBEDO, nullptr, albedo_),
                                           map(IMPASTO_MAP_HEIGHT, nullptr, height_)};
    const auto create = [&](std::uint32_t count) {
        const ImpastoResult result =
            impasto_material_create(maps.data(), count, nullptr, &made, message_, sizeof message_);
        EXPECT_EQ(made, nullptr);
        EXPECT_NE(message_[0], '\0');
        return result;
    };
    EXPECT_EQ(create(0), IMPASTO_ERROR_INVALID_ARGUMENT);
    maps[1].struct_size = 0;
    EXPECT_EQ(create(2), IMPASTO_ERROR_INVALID_ARGUMENT);
    maps[1] = map(IMPASTO_MAP_HEIGHT, "../x.png", height_);
    EXPECT_EQ(create(2), IMPASTO_ERROR_INVALID_ARGUMENT);
    maps[1] = map(IMPASTO_MAP_HEIGHT, nullptr, nullptr);
    EXPECT_EQ(create(2), IMPASTO_ERROR_INVALID_ARGUMENT);
    maps[1] = map(static_cast<ImpastoMapKind>(12), nullptr, height_);
    EXPECT_EQ(create(2), IMPASTO_ERROR_INVALID_ARGUMENT);
    maps[1] = map(IMPASTO_MAP_BY_NAME, "what.png", height_);
    EXPECT_EQ(create(2), IMPASTO_ERROR_INVALID_ARGUMENT);
    maps[1] = map(IMPASTO_MAP_HEIGHT, nullptr, content_);  // of another size
    EXPECT_EQ(create(2), IMPASTO_ERROR_INPUT);
    ImpastoRestyleOptions restyle{sizeof restyle, std::numeric_limits<float>::quiet_NaN(), 0};
    EXPECT_EQ(impasto_material_restyle(material_, albedo_, &restyle, &made, nullptr, 0),
              IMPASTO_ERROR_INVALID_ARGUMENT);
    restyle = {sizeof restyle, 0.5f, 8};
    EXPECT_EQ(impasto_material_restyle(material_, albedo_, &restyle, &made, nullptr, 0),
              IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(impasto_material_resize(material_, 0, 5, 0, &made, nullptr, 0),
              IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(impasto_material_unstack(material_, nullptr, &made, nullptr, 0),
              IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(impasto_material_save(nullptr, "x", nullptr, nullptr, 0),
              IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(impasto_material_map_count(nullptr), 0u);
    impasto_material_destroy(nullptr);
}

TEST_F(MaterialApiTest, PicturesAreSavedIn16BitAndInGrey) {
    const std::string path = (folder_ / "x.png").string();
    ImpastoSaveOptions options{sizeof options, 16, 1, nullptr, 0};
    ASSERT_EQ(impasto_image_save_as(albedo_, path.c_str(), &options, message_, sizeof message_),
              IMPASTO_SUCCESS)
        << message_;
    ImpastoImage* loaded = nullptr;
    ASSERT_EQ(impasto_image_load(path.c_str(), &loaded, message_, sizeof message_),
              IMPASTO_SUCCESS);
    EXPECT_EQ(impasto_image_bits(loaded), 16u);
    EXPECT_EQ(impasto_image_is_grey(loaded), 1);
    for (std::size_t i = 0; i < 48 * 48; ++i) {
        ASSERT_NEAR(impasto_image_rgb(loaded)[i], impasto_image_rgb(albedo_)[i], 1.0f / 65535.0f);
    }
    // 0 bits: as it was.
    options = {sizeof options, 0, 0, nullptr, 0};
    ASSERT_EQ(impasto_image_save_as(loaded, path.c_str(), &options, message_, sizeof message_),
              IMPASTO_SUCCESS);
    impasto_image_destroy(loaded);
    ASSERT_EQ(impasto_image_load(path.c_str(), &loaded, message_, sizeof message_),
              IMPASTO_SUCCESS);
    EXPECT_EQ(impasto_image_bits(loaded), 16u);
    EXPECT_EQ(impasto_image_is_grey(loaded), 0);
    impasto_image_destroy(loaded);
    options.bits = 12;
    EXPECT_EQ(impasto_image_save_as(albedo_, path.c_str(), &options, nullptr, 0),
              IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(impasto_image_bits(albedo_), 8u);
    EXPECT_EQ(impasto_image_bits(nullptr), 0u);
}

}  // namespace
}  // namespace impasto::testing
