#include "weights/file_hash.h"

#include <gtest/gtest.h>

#include "base/sha256.h"
#include "fixtures.h"

namespace impasto {
namespace {

TEST(FileHash, IsThatOfTheBytes) {
    EXPECT_EQ(FileHash().hex(), "");
    EXPECT_EQ(FileHash("ab").hex(), "ab");
    const std::string text = "abc";
    EXPECT_EQ(FileHash(test::as_bytes(text), nullptr).hex(), sha256_hex(test::as_bytes(text)));
}

// Worked out once, when asked for, with the bytes kept until then and no longer.
TEST(FileHash, KeepsTheBytesUntilItIsAsked) {
    auto owner = std::make_shared<std::string>("abc");
    const std::weak_ptr<std::string> kept = owner;
    const FileHash hash(test::as_bytes(*owner), owner);
    const FileHash copy = hash;
    owner->front() = 'x';
    owner.reset();
    EXPECT_FALSE(kept.expired());
    const std::string& hex = copy.hex();
    EXPECT_EQ(hex, sha256_hex(test::as_bytes("xbc")));
    EXPECT_TRUE(kept.expired());
    EXPECT_EQ(&hash.hex(), &hex);
}

}  // namespace
}  // namespace impasto
