// The texts of a picture, through the C interface: written, read back, and of files that are wrong.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "impasto/impasto.h"
#include "support/temporary_folder.h"

namespace impasto {
namespace {

class ImageTextTest : public ::testing::Test {
  protected:
    ImageTextTest() {
        const std::vector<float> rgb(std::size_t{3} * 5 * 4, 0.5f);
        EXPECT_EQ(
            impasto_image_create(5, 4, rgb.data(), nullptr, &image_, message_, sizeof message_),
            IMPASTO_SUCCESS);
    }
    ~ImageTextTest() override {
        impasto_image_destroy(image_);
        impasto_image_destroy(loaded_);
    }
    ImageTextTest(const ImageTextTest&) = delete;
    ImageTextTest& operator=(const ImageTextTest&) = delete;

    std::string path(const std::string& name) const { return (folder_ / name).string(); }
    void save(const std::string& name, const std::vector<ImpastoText>& texts) {
        ASSERT_EQ(impasto_image_save(image_, path(name).c_str(), texts.data(), texts.size(),
                                     message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
    }
    void load(const std::string& name) {
        impasto_image_destroy(loaded_);
        loaded_ = nullptr;
        ASSERT_EQ(impasto_image_load(path(name).c_str(), &loaded_, message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
    }

    test::TemporaryFolder folder_;
    ImpastoImage* image_ = nullptr;
    ImpastoImage* loaded_ = nullptr;
    char message_[256] = {};
};

TEST_F(ImageTextTest, WhatWasSavedIsRead) {
    const std::string long_text(100000, 'x');
    const std::vector<ImpastoText> texts{{"Software", "Impasto"},
                                         {"Title", "blé, 麦, 🖌\n\"{}\""},
                                         {"Comment", long_text.c_str()},
                                         {"Empty", ""},
                                         {"Software", "another"}};
    save("x.png", texts);
    load("x.png");
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_STREQ(impasto_image_text(loaded_, texts[i].key), texts[i].text) << texts[i].key;
        EXPECT_EQ(impasto_image_text(loaded_, texts[i].key),
                  impasto_image_text(loaded_, texts[i].key));
    }
    for (const char* key : {"", "software", "Software ", "Soft", "Titl\xC3"}) {
        EXPECT_EQ(impasto_image_text(loaded_, key), nullptr) << key;
    }
}

TEST_F(ImageTextTest, OthersHaveNone) {
    const std::vector<ImpastoText> texts{{"Software", "Impasto"}};
    EXPECT_EQ(impasto_image_text(image_, "Software"), nullptr);
    save("x.jpg", texts);
    load("x.jpg");
    EXPECT_EQ(impasto_image_text(loaded_, "Software"), nullptr);
    save("x.png", {});
    load("x.png");
    EXPECT_EQ(impasto_image_text(loaded_, "Software"), nullptr);
    EXPECT_EQ(impasto_image_text(loaded_, nullptr), nullptr);
    EXPECT_EQ(impasto_image_text(nullptr, "Software"), nullptr);
}

TEST_F(ImageTextTest, ADamagedTextCostsThePictureNothing) {
    save("x.png", {{"Software", "Impasto"}, {"Comment", "whole"}});
    std::ifstream file(path("x.png"), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    bytes.replace(bytes.find("Impasto"), 7, "Imposto");
    std::ofstream(path("x.png"), std::ios::binary) << bytes;
    load("x.png");
    EXPECT_EQ(impasto_image_width(loaded_), 5);
    EXPECT_EQ(impasto_image_text(loaded_, "Software"), nullptr);
    EXPECT_STREQ(impasto_image_text(loaded_, "Comment"), "whole");
}

}  // namespace
}  // namespace impasto
