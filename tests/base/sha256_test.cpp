#include "base/sha256.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace impasto {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

// FIPS 180-4's own examples.
TEST(Sha256, KnownAnswers) {
    EXPECT_EQ(sha256_hex({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex(bytes_of("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex(bytes_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256_hex(bytes_of(std::string(1'000'000, 'a'))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesGiveTheSameAsTheWhole) {
    const std::string text(300, 'x');
    for (std::size_t length = 0; length <= 200; ++length) {
        const auto whole = bytes_of(text).first(length);
        for (const std::size_t piece : {1u, 7u, 63u, 64u, 65u}) {
            Sha256 hash;
            for (std::size_t at = 0; at < length; at += piece) {
                hash.update(whole.subspan(at, std::min(piece, length - at)));
            }
            ASSERT_EQ(hash.finish(), sha256_hex(whole)) << length << " " << piece;
        }
    }
}

}  // namespace
}  // namespace impasto
