// What the tests of src/image/ share: files of tests/data/image, folders to write in, pictures.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "image/image.h"

namespace impasto::testing {

using Bytes = std::vector<std::byte>;

inline std::filesystem::path fixture_path(const std::string& name) {
    return std::filesystem::path(IMPASTO_TEST_DATA) / "image" / name;
}

inline Bytes read_bytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    return {begin, begin + text.size()};
}

inline Bytes fixture(const std::string& name) {
    Bytes bytes = read_bytes(fixture_path(name));
    EXPECT_FALSE(bytes.empty()) << name;
    return bytes;
}

inline Bytes bytes_of(std::string_view text) {
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    return {begin, begin + text.size()};
}

inline void write_bytes(const std::filesystem::path& path, const Bytes& bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

// A folder of the running test's own, empty at first, gone at the end.
class Folder {
  public:
    Folder() {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        path_ = std::filesystem::path(::testing::TempDir()) /
                ("impasto_" + std::string(test->test_suite_name()) + "_" + test->name());
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    bool empty() const { return std::filesystem::is_empty(path_); }
    int files() const {
        return static_cast<int>(std::distance(std::filesystem::directory_iterator(path_), {}));
    }

  private:
    std::filesystem::path path_;
};

// xorshift: the same on every machine.
class Random {
  public:
    explicit Random(std::uint32_t seed) : state_(seed) {}
    std::uint32_t next() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 17;
        state_ ^= state_ << 5;
        return state_;
    }

  private:
    std::uint32_t state_;
};

// A picture of random 8 bit codes.
inline Image random_image(int width, int height, bool alpha, std::uint32_t seed = 7) {
    Random random(seed);
    Image image;
    image.width = width;
    image.height = height;
    image.rgb.resize(3 * image.pixels());
    image.alpha.resize(alpha ? image.pixels() : 0);
    for (float& v : image.rgb) v = static_cast<float>(random.next() % 256) / 255.0f;
    for (float& v : image.alpha) v = static_cast<float>(random.next() % 256) / 255.0f;
    return image;
}

// A smooth ramp that JPEG keeps within a few codes.
inline Image ramp_image(int width, int height) {
    Image image;
    image.width = width;
    image.height = height;
    for (int c = 0; c < 3; ++c) {
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                const float along = c == 0   ? static_cast<float>(x) / static_cast<float>(width)
                                    : c == 1 ? static_cast<float>(y) / static_cast<float>(height)
                                             : 0.5f;
                image.rgb.push_back(0.1f + 0.8f * along);
            }
        }
    }
    return image;
}

}  // namespace impasto::testing
