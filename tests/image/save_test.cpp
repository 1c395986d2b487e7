// Round trips, and everything that keeps a picture from being written.
#include "image/save.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "image/load.h"
#include "image/png_check.h"
#include "picture_files.h"

#ifdef __linux__
#include <sys/mount.h>
#include <unistd.h>
#endif

namespace impasto {
namespace {

using testing::Bytes;
using testing::Folder;
using testing::ramp_image;
using testing::random_image;

void expect_output_error(const Status& status, std::string_view what,
                         const std::filesystem::path& path) {
    ASSERT_FALSE(status) << what;
    EXPECT_EQ(status.error().code, ErrorCode::kOutput);
    EXPECT_NE(status.error().message.find(what), std::string::npos) << status.error().message;
    EXPECT_NE(status.error().message.find(path.filename().string()), std::string::npos)
        << status.error().message;
    EXPECT_EQ(status.error().message.find('\n'), std::string::npos);
}

TEST(Save, PngRoundTripIsExact) {
    const Folder folder;
    for (const bool alpha : {false, true}) {
        const Image image = random_image(37, 23, alpha);
        ASSERT_TRUE(save_image(folder / "x.PNG", image));
        const auto loaded = load_image(folder / "x.PNG");
        ASSERT_TRUE(loaded) << loaded.error().message;
        EXPECT_EQ(loaded->rgb, image.rgb);
        EXPECT_EQ(loaded->alpha, image.alpha);
    }
    EXPECT_EQ(folder.files(), 1);
}

TEST(Save, JpegRoundTripIsClose) {
    const Folder folder;
    const Image image = ramp_image(64, 48);
    for (const char* name : {"x.jpg", "x.JPeG"}) {
        ASSERT_TRUE(save_image(folder / name, image));
        const auto loaded = load_image(folder / name);
        ASSERT_TRUE(loaded) << loaded.error().message;
        ASSERT_EQ(loaded->rgb.size(), image.rgb.size());
        for (std::size_t i = 0; i < image.rgb.size(); ++i) {
            ASSERT_NEAR(loaded->rgb[i], image.rgb[i], 4.0f / 255.0f);
        }
    }
}

TEST(Save, JpegLaysAlphaOnWhite) {
    Image image;
    image.width = image.height = 16;
    image.rgb.assign(3 * 256, 0.2f);
    image.alpha.assign(256, 0.25f);
    const auto loaded = load_image_from_memory(*encode_jpeg(image), "x");
    ASSERT_TRUE(loaded);
    EXPECT_TRUE(loaded->alpha.empty());
    for (const float v : loaded->rgb) EXPECT_NEAR(v, 0.25f * 0.2f + 0.75f, 2.0f / 255.0f);
}

TEST(Save, ValuesAreClampedAndRoundedToTheNearest) {
    Image image;
    image.width = 6;
    image.height = 1;
    for (int c = 0; c < 3; ++c) {
        for (const float v : {-3.0f, 1.7f, 99.4f / 255, 99.6f / 255, 1e30f, 0.0f}) {
            image.rgb.push_back(v);
        }
    }
    const auto loaded = load_image_from_memory(*encode_png(image), "x");
    ASSERT_TRUE(loaded);
    const float expected[] = {0.0f, 1.0f, 99.0f / 255, 100.0f / 255, 1.0f, 0.0f};
    for (std::size_t i = 0; i < 18; ++i) EXPECT_EQ(loaded->rgb[i], expected[i % 6]) << i;
}

TEST(Save, NotANumberIsAnErrorAndWritesNothing) {
    const Folder folder;
    for (const float value :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        Image image = ramp_image(8, 4);
        image.rgb[32 + 8 + 3] = value;
        expect_output_error(save_image(folder / "x.png", image), "(3, 1)", folder / "x.png");
        expect_output_error(save_image(folder / "x.jpg", image), "(3, 1)", folder / "x.jpg");
    }
    EXPECT_TRUE(folder.empty());
}

TEST(Save, NotesInPng) {
    const Folder folder;
    const Image image = random_image(9, 9, false);
    const std::vector<PngText> text{{"Software", "Impasto"}, {"Comment", "blé, 麦\n{\"a\": 1}"}};
    ASSERT_TRUE(save_image(folder / "x.png", image, text));
    const Bytes bytes = testing::read_bytes(folder / "x.png");
    ASSERT_TRUE(check_png(bytes)) << check_png(bytes).error().message;
    const std::string all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    EXPECT_NE(all.find(std::string("tEXtSoftware\0Impasto", 20)), std::string::npos);
    EXPECT_NE(all.find(std::string("iTXtComment\0\0\0\0\0", 16) + text[1].value),
              std::string::npos);
    const auto loaded = load_image(folder / "x.png");
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->rgb, image.rgb);

    for (const std::string& key : {std::string(), std::string(80, 'k'), std::string("a\n")}) {
        const auto bad = encode_png(image, std::vector<PngText>{{key, "x"}});
        ASSERT_FALSE(bad);
        EXPECT_EQ(bad.error().code, ErrorCode::kInvalidArgument);
    }
}

TEST(Save, UnknownExtensions) {
    const Folder folder;
    for (const char* name : {"x.webp", "x", "x.png.txt", ".png"}) {
        expect_output_error(check_writable(folder / name), ".png, .jpg or .jpeg", folder / name);
        expect_output_error(save_image(folder / name, ramp_image(4, 4)), ".png, .jpg or .jpeg",
                            folder / name);
    }
    EXPECT_TRUE(folder.empty());
}

TEST(Save, JpegSidesThatDoNotFit) {
    const Folder folder;
    expect_output_error(save_image(folder / "x.jpg", ramp_image(65536, 1)), "65535",
                        folder / "x.jpg");
    EXPECT_TRUE(save_image(folder / "x.jpg", ramp_image(65535, 1)));
}

TEST(Save, FoldersThatAreMissingOrInTheWay) {
    const Folder folder;
    const auto missing = folder / "none" / "x.png";
    expect_output_error(check_writable(missing), "does not exist", missing);
    expect_output_error(save_image(missing, ramp_image(4, 4)), "does not exist", missing);
    std::filesystem::create_directory(folder / "x.png");
    expect_output_error(check_writable(folder / "x.png"), "is a folder", folder / "x.png");
    testing::write_bytes(folder / "file", Bytes(3));
    EXPECT_FALSE(check_writable(folder / "file" / "x.png"));
}

TEST(Save, CheckWritableLeavesNothingBehind) {
    const Folder folder;
    EXPECT_TRUE(check_writable(folder / "x.png"));
    EXPECT_TRUE(folder.empty());
    const Bytes old(5, std::byte{42});
    testing::write_bytes(folder / "x.png", old);
    EXPECT_TRUE(check_writable(folder / "x.png"));
    EXPECT_EQ(testing::read_bytes(folder / "x.png"), old);
    EXPECT_EQ(folder.files(), 1);
}

#ifdef __linux__
TEST(Save, DevicesAreNotReplaced) {
    const Folder folder;
    std::filesystem::create_symlink("/dev/null", folder / "x.png");
    expect_output_error(check_writable(folder / "x.png"), "not a regular file", folder / "x.png");
    expect_output_error(save_image(folder / "x.png", ramp_image(4, 4)), "not a regular file",
                        folder / "x.png");
}

TEST(Save, FoldersWithoutPermission) {
    if (geteuid() == 0) {
        GTEST_SKIP() << "root may write everywhere; a read-only mount stands in for it";
    }
    const Folder folder;
    std::filesystem::create_directory(folder / "shut");
    std::filesystem::permissions(
        folder / "shut", std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    const auto path = folder / "shut" / "x.png";
    expect_output_error(check_writable(path), "permission denied", path);
}

// A small file system of the test's own; mounted() is false without the right to mount.
class Mount {
  public:
    Mount(std::filesystem::path at, const char* options, unsigned long flags = 0)
        : at_(std::move(at)) {
        std::filesystem::create_directory(at_);
        mounted_ = mount("tmpfs", at_.c_str(), "tmpfs", flags, options) == 0;
    }
    ~Mount() {
        if (mounted_) umount2(at_.c_str(), MNT_DETACH);
    }
    Mount(const Mount&) = delete;
    Mount& operator=(const Mount&) = delete;
    bool mounted() const { return mounted_; }

  private:
    std::filesystem::path at_;
    bool mounted_ = false;
};

TEST(Save, ReadOnlyFileSystem) {
    const Folder folder;
    const Mount mount(folder / "disk", "size=64k", MS_RDONLY);
    if (!mount.mounted()) GTEST_SKIP() << "needs the right to mount a tmpfs";
    const auto path = folder / "disk" / "x.png";
    expect_output_error(check_writable(path), "read-only", path);
    expect_output_error(save_image(path, ramp_image(4, 4)), "read-only", path);
}

TEST(Save, FullDiskKeepsTheOldFile) {
    const Folder folder;
    const Mount mount(folder / "disk", "size=64k");
    if (!mount.mounted()) GTEST_SKIP() << "needs the right to mount a tmpfs";
    const auto path = folder / "disk" / "x.png";
    ASSERT_TRUE(save_image(path, ramp_image(4, 4)));
    const Bytes old = testing::read_bytes(path);
    expect_output_error(save_image(path, random_image(256, 256, false)), "disk is full", path);
    EXPECT_EQ(testing::read_bytes(path), old);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "disk"), {}), 1);
}
#endif

}  // namespace
}  // namespace impasto
