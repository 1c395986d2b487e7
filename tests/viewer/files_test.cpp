#include "viewer/files.h"

#include <gtest/gtest.h>

#include <fstream>

#include "platform/paths.h"
#include "support/temporary_folder.h"

namespace impasto::viewer {
namespace {

TEST(Files, EndingsCountInCapitalsToo) {
    for (const char* name : {"a.png", "A.PNG", "b.Jpg", "c.JPEG", "/x.y/d.PnG"}) {
        EXPECT_TRUE(is_picture_name(name)) << name;
    }
    for (const char* name : {"png", ".png", "a.png.txt", "a.pngx", "a.tif", "a.", ""}) {
        EXPECT_FALSE(is_picture_name(name)) << name;
    }
    EXPECT_TRUE(is_preset_name("LOOK.JSON"));
    EXPECT_TRUE(has_ending("VGG19.PTH", {".safetensors", ".pth"}));
    EXPECT_FALSE(has_ending("VGG19.pt", {".safetensors", ".pth"}));
}

TEST(Files, PicturesInAFolder) {
    const test::TemporaryFolder folder;
    for (const char* name : {"b.JPG", "a.png", "notes.txt"}) {
        std::ofstream(folder / name) << "x";
    }
    std::filesystem::create_directory(folder / "folder.png");
    const std::vector<std::string> found = pictures_in(platform::path_to_utf8(folder / "."));
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(file_name(found[0]), "a.png");
    EXPECT_EQ(file_name(found[1]), "b.JPG");
}

}  // namespace
}  // namespace impasto::viewer
