#include "gpu/device_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "platform/atomic_file.h"
#include "support/temporary_folder.h"

namespace impasto::gpu {
namespace {

using test::TemporaryFolder;

constexpr DeviceFileKind kKind{{'I', 'M', 'P', 'T', 'E', 'S', 'T', '\n'}, 3, 5000};

class DeviceFileTest : public ::testing::Test {
  protected:
    DeviceFileTest() {
        key_.vendor_id = 1;
        key_.device_id = 2;
        key_.driver_id = 13;
        key_.driver_version = 4;
        key_.cache_uuid.fill(5);
        key_.device_uuid.fill(0xa6);
    }

    std::vector<std::byte> read() const { return read_device_file(path_, kKind, key_); }
    void store(std::span<const std::byte> bytes) const {
        ASSERT_TRUE(platform::write_file(path_, bytes));
    }

    TemporaryFolder folder_;
    std::filesystem::path path_ = folder_ / "kept.bin";
    DeviceFileKey key_;
    const std::vector<std::byte> bytes_ = std::vector<std::byte>(1000, std::byte{7});
};

TEST_F(DeviceFileTest, WhatIsWrittenIsRead) {
    path_ = folder_ / "new" / "folder" / "kept.bin";
    ASSERT_TRUE(write_device_file(path_, kKind, key_, bytes_));
    EXPECT_EQ(read(), bytes_);
    const std::vector<std::byte> other(10, std::byte{8});
    ASSERT_TRUE(write_device_file(path_, kKind, key_, other));
    EXPECT_EQ(read(), other);
}

TEST_F(DeviceFileTest, TheNameIsOfDriverAndDevice) {
    EXPECT_EQ(device_file_name(key_), "13-a6a6a6a6a6a6a6a6a6a6a6a6a6a6a6a6.bin");
    DeviceFileKey updated = key_;
    updated.driver_version = 5;
    EXPECT_EQ(device_file_name(updated), device_file_name(key_));
}

TEST_F(DeviceFileTest, AnotherDriverOrDeviceReadsNothing) {
    ASSERT_TRUE(write_device_file(path_, kKind, key_, bytes_));
    const DeviceFileKey own = key_;
    for (std::uint32_t DeviceFileKey::*number :
         {&DeviceFileKey::vendor_id, &DeviceFileKey::device_id, &DeviceFileKey::driver_id,
          &DeviceFileKey::driver_version}) {
        key_ = own;
        key_.*number += 1;
        EXPECT_TRUE(read().empty());
    }
    key_ = own;
    key_.cache_uuid[15] = 0;
    EXPECT_TRUE(read().empty());
    key_ = own;
    key_.device_uuid[0] = 0;
    EXPECT_TRUE(read().empty());
    key_ = own;
    EXPECT_EQ(read(), bytes_);
}

TEST_F(DeviceFileTest, AnotherKindOrFormatReadsNothing) {
    ASSERT_TRUE(write_device_file(path_, kKind, key_, bytes_));
    DeviceFileKind kind = kKind;
    kind.magic[6] = 'S';
    EXPECT_TRUE(read_device_file(path_, kind, key_).empty());
    kind = kKind;
    kind.format = 4;
    EXPECT_TRUE(read_device_file(path_, kind, key_).empty());
}

// Every byte counts: those of the header and those of the driver.
TEST_F(DeviceFileTest, ADamagedFileIsIgnored) {
    ASSERT_TRUE(write_device_file(path_, kKind, key_, bytes_));
    const std::vector<std::byte> whole = test::read_bytes(path_);
    for (std::size_t i = 0; i < whole.size(); i += i < 200 ? 1 : 97) {
        std::vector<std::byte> damaged = whole;
        damaged[i] ^= std::byte{0x10};
        store(damaged);
        EXPECT_TRUE(read().empty()) << "byte " << i;
    }
    for (const std::size_t size : {whole.size() - 1, whole.size() - bytes_.size(), std::size_t{20},
                                   std::size_t{1}, std::size_t{0}}) {
        store(std::span(whole).first(size));
        EXPECT_TRUE(read().empty()) << "cut to " << size;
    }
    std::vector<std::byte> longer = whole;
    longer.push_back(std::byte{7});
    store(longer);
    EXPECT_TRUE(read().empty());
    store(whole);
    EXPECT_EQ(read(), bytes_);
}

TEST_F(DeviceFileTest, WhatIsNoFileIsIgnored) {
    EXPECT_TRUE(read().empty());
    std::filesystem::create_directories(path_);
    EXPECT_TRUE(read().empty());
    EXPECT_FALSE(write_device_file(path_, kKind, key_, bytes_));
}

TEST_F(DeviceFileTest, TooMuchIsNeitherWrittenNorRead) {
    const std::vector<std::byte> huge(kKind.max_bytes);
    const Status status = write_device_file(path_, kKind, key_, huge);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kOutput);
    EXPECT_TRUE(folder_.names().empty());
    ASSERT_TRUE(write_device_file(path_, kKind, key_, bytes_));
    std::filesystem::resize_file(path_, kKind.max_bytes + 1);
    EXPECT_TRUE(read().empty());
}

}  // namespace
}  // namespace impasto::gpu
