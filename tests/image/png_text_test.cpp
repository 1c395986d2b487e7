// What a PNG's notes are read as, and that no note, however wrong, harms the picture or the reader.
#include "image/png_text.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "image/encode.h"
#include "image/load.h"
#include "image/png_check.h"
#include "image/stb.h"
#include "picture_files.h"

namespace impasto {
namespace {

using namespace std::string_literals;
using testing::Bytes;
using testing::bytes_of;
using testing::fixture;
using testing::Folder;
using testing::Random;
using testing::random_image;

void append_u32(Bytes& bytes, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<std::byte>(value >> shift & 0xFFU));
    }
}

Bytes chunk(const std::string& type, const std::string& body) {
    Bytes made;
    append_u32(made, static_cast<std::uint32_t>(body.size()));
    const Bytes type_and_body = bytes_of(type + body);
    made.insert(made.end(), type_and_body.begin(), type_and_body.end());
    append_u32(made, png_crc(type_and_body));
    return made;
}

std::string compressed(std::string text) {
    int length = 0;
    unsigned char* packed = stb::deflate(reinterpret_cast<unsigned char*>(text.data()),
                                         static_cast<int>(text.size()), length);
    std::string made(reinterpret_cast<char*>(packed), static_cast<std::size_t>(length));
    stb::free(packed);
    return made;
}

// A picture with these chunks behind its header.
Bytes picture_with(const std::vector<Bytes>& chunks) {
    Bytes bytes = *encode_png(random_image(6, 5, false));
    auto at = static_cast<std::ptrdiff_t>(kPngSignatureBytes + kPngHeaderChunkBytes);
    Bytes made(bytes.begin(), bytes.begin() + at);
    for (const Bytes& one : chunks) made.insert(made.end(), one.begin(), one.end());
    made.insert(made.end(), bytes.begin() + at, bytes.end());
    return made;
}

// The picture must load, as it is without the chunks.
std::vector<PngText> texts_of(const std::vector<Bytes>& chunks) {
    std::vector<PngText> texts{{"left", "from before"}};
    const auto image = load_image_from_memory(picture_with(chunks), "x.png", &texts);
    EXPECT_TRUE(image) << image.error().message;
    if (image) {
        EXPECT_EQ(image->rgb, random_image(6, 5, false).rgb);
    }
    return texts;
}

std::vector<PngText> texts_of(const std::string& type, const std::string& body) {
    return texts_of({chunk(type, body)});
}

TEST(PngTexts, EveryKindOfChunk) {
    const std::string long_text(5000, 'x');
    const std::vector<PngText> expected{{"plain", "one"},
                                        {"latin", "\xC3\xA9\xC2\xA0\xC3\xBF"},
                                        {"packed", long_text},
                                        {"packed latin", "\xC3\xA9"},
                                        {"utf-8", "blé, 麦, 🖌"},
                                        {"with a language", "a"},
                                        {"packed utf-8", "麦" + long_text},
                                        {"empty", ""},
                                        {"\xE9", "by Latin-1"},
                                        {"plain", "two"}};
    EXPECT_EQ(texts_of({chunk("tEXt", "plain\0one"s), chunk("tEXt", "latin\0\xE9\xA0\xFF"s),
                        chunk("zTXt", "packed\0\0"s + compressed(long_text)),
                        chunk("zTXt", "packed latin\0\0"s + compressed("\xE9")),
                        chunk("iTXt", "utf-8\0\0\0\0\0blé, 麦, 🖌"s),
                        chunk("iTXt", "with a language\0\0\0de-DE\0übersetzt\0a"s),
                        chunk("iTXt", "packed utf-8\0\1\0\0\0"s + compressed("麦" + long_text)),
                        chunk("tEXt", "empty\0"s), chunk("tEXt", "\xE9\0by Latin-1"s),
                        chunk("tEXt", "plain\0two"s)}),
              expected);
}

TEST(PngTexts, WhatIsWrittenIsRead) {
    Random random(11);
    const Folder folder;
    for (int round = 0; round < 50; ++round) {
        std::vector<PngText> written;
        for (std::uint32_t n = random.next() % 5; n > 0; --n) {
            PngText text{"key " + std::to_string(n), ""};
            for (std::uint32_t m = random.next() % 40; m > 0; --m) {
                const char* const pieces[] = {"a", "\n", "\"", "é", "麦", "🖌", "\t", "~", " "};
                text.value += pieces[random.next() % std::size(pieces)];
            }
            written.push_back(text);
        }
        const auto bytes = encode_png(random_image(4, 3, true), written);
        ASSERT_TRUE(bytes);
        std::vector<PngText> read;
        ASSERT_TRUE(load_image_from_memory(*bytes, "x", &read));
        EXPECT_EQ(read, written);
    }
}

TEST(PngTexts, OthersHaveNone) {
    for (const char* name : {"baseline.jpg", "rgb16.png"}) {
        std::vector<PngText> texts{{"left", "from before"}};
        ASSERT_TRUE(load_image_from_memory(fixture(name), name, &texts)) << name;
        EXPECT_TRUE(texts.empty()) << name;
    }
    // Where nobody wants them.
    EXPECT_TRUE(load_image_from_memory(picture_with({chunk("tEXt", "a\0b"s)}), "x"));
}

TEST(PngTexts, WhatIsWrongIsLeftOut) {
    const std::string packed = compressed("text");
    const std::pair<const char*, std::string> wrong[] = {
        {"tEXt", ""},
        {"tEXt", "no end"},
        {"tEXt", "\0no key"s},
        {"tEXt", std::string(80, 'k') + "\0too long a key"s},
        {"tEXt", "zero\0a\0b"s},
        {"zTXt", "k\0"s},
        {"zTXt", "k\0\0"s},
        {"zTXt", "unknown method\0\1"s + packed},
        {"zTXt", "cut\0\0"s + packed.substr(0, packed.size() / 2)},
        {"zTXt", "no zlib\0\0hello"s},
        {"zTXt", "zero\0\0"s + compressed("a\0b"s)},
        {"iTXt", "k\0"s},
        {"iTXt", "k\0\0"s},
        {"iTXt", "k\0\0\0"s},
        {"iTXt", "one end\0\0\0de\0"s},
        {"iTXt", "unknown flag\0\2\0\0\0a"s},
        {"iTXt", "unknown method\0\1\1\0\0"s + packed},
        {"iTXt", "no zlib\0\1\0\0\0hello"s},
        {"iTXt", "zero\0\0\0\0\0a\0b"s},
        {"iTXt", "not UTF-8\0\0\0\0\0\xE9"s},
        {"iTXt", "not UTF-8\0\1\0\0\0"s + compressed("\xE9")},
    };
    const std::vector<PngText> after{{"after", "it"}};
    for (const auto& [type, body] : wrong) {
        EXPECT_EQ(texts_of({chunk(type, body), chunk("tEXt", "after\0it"s)}), after)
            << type << " " << body;
    }
    for (const char* text : {"\x80", "\xC3", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
                             "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE9\xBA",
                             "\xE9\xBA\x41", "\xFF"}) {
        EXPECT_TRUE(texts_of("iTXt", "k\0\0\0\0\0"s + text).empty());
        EXPECT_TRUE(texts_of("iTXt", "k\0\0\0\0\0"s + text + "abc").empty());
    }
    for (const char* text : {"\x7F", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                             "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
        EXPECT_EQ(texts_of("iTXt", "k\0\0\0\0\0"s + text), (std::vector<PngText>{{"k", text}}));
    }
}

// Of an error elsewhere nothing is forgiven (Load.EveryWrongByteOfAPngIsSeen).
TEST(PngTexts, AWrongChecksumCostsTheTextAlone) {
    for (const char* type : {"tEXt", "zTXt", "iTXt"}) {
        Bytes damaged = chunk(type, "k\0\0\0\0\0text"s);
        damaged.back() ^= std::byte{1};
        EXPECT_EQ(texts_of({damaged, chunk("tEXt", "after\0it"s)}),
                  (std::vector<PngText>{{"after", "it"}}));
    }
    Bytes other = chunk("tIME", "1234567");
    other.back() ^= std::byte{1};
    EXPECT_FALSE(load_image_from_memory(picture_with({other}), "x"));
}

TEST(PngTexts, LengthsBeyondTheFile) {
    for (const std::uint32_t length :
         {std::uint32_t{500}, std::uint32_t{0x7FFFFFFF}, std::uint32_t{0xFFFFFFFF}}) {
        Bytes lying;
        append_u32(lying, length);
        const Bytes rest = bytes_of("tEXtkey\0value"s);
        lying.insert(lying.end(), rest.begin(), rest.end());
        std::vector<PngText> texts;
        const auto image = load_image_from_memory(picture_with({lying}), "x", &texts);
        ASSERT_FALSE(image);
        EXPECT_EQ(image.error().code, ErrorCode::kInput);
        EXPECT_TRUE(texts.empty());
    }
}

TEST(PngTexts, LongOnesAreLeftOut) {
    const std::string longest(kLongestPngText, 'x');
    EXPECT_EQ(texts_of("tEXt", "k\0"s + longest), (std::vector<PngText>{{"k", longest}}));
    EXPECT_EQ(texts_of("zTXt", "k\0\0"s + compressed(longest)),
              (std::vector<PngText>{{"k", longest}}));
    EXPECT_TRUE(texts_of("tEXt", "k\0"s + longest + "x").empty());
    EXPECT_TRUE(texts_of("zTXt", "k\0\0"s + compressed(longest + "x")).empty());
    EXPECT_TRUE(texts_of("iTXt", "k\0\0\0\0\0"s + longest + "x").empty());
    EXPECT_TRUE(texts_of("iTXt", "k\0\1\0\0\0"s + compressed(longest + "x")).empty());
    // Two bytes each as UTF-8.
    const std::string latin(kLongestPngText / 2, '\xE9');
    EXPECT_EQ(texts_of("tEXt", "k\0"s + latin).size(), 1U);
    EXPECT_TRUE(texts_of("tEXt", "k\0"s + latin + "x").empty());
}

TEST(PngTexts, AllTogetherAreLimited) {
    const std::string longest(kLongestPngText, 'x');
    const Bytes one = chunk("zTXt", "k\0\0"s + compressed(longest));
    const std::size_t at_most = kPngTextsAtMost / kLongestPngText;
    EXPECT_LT(texts_of(std::vector<Bytes>(3 * at_most, one)).size(), at_most);
    // Those that are refused cost work too.
    const Bytes refused = chunk("zTXt", "k\0\0"s + compressed(longest + "x"));
    std::vector<Bytes> chunks(100, refused);
    chunks.push_back(chunk("tEXt", "after\0it"s));
    EXPECT_TRUE(texts_of(chunks).empty());
    // Small ones count as what they take in memory.
    const auto many = texts_of(std::vector<Bytes>(200000, chunk("tEXt", "k\0"s)));
    EXPECT_GT(many.size(), 1000U);
    EXPECT_LE(many.capacity() * sizeof(PngText), kPngTextsAtMost);
}

// Checksums are made right again, so that the damage gets to the reader.
TEST(PngTexts, RandomDamageNeverCrashes) {
    Random random(2463534242U);
    const std::pair<const char*, std::string> whole[] = {
        {"tEXt", "plain\0one"s},
        {"zTXt", "packed\0\0"s + compressed(std::string(300, 'x') + "some more text, text, text")},
        {"iTXt", "utf-8\0\1\0de\0xyz\0"s + compressed("blé, 麦, 🖌, blé, 麦, 🖌")}};
    for (int round = 0; round < 3000; ++round) {
        const auto& [type, body] = whole[round % 3];
        std::string damaged = body;
        for (std::uint32_t n = random.next() % 3 + 1; n > 0; --n) {
            damaged[random.next() % damaged.size()] = static_cast<char>(random.next() >> 8);
        }
        damaged.resize(damaged.size() - random.next() % 3 * (random.next() % damaged.size()) / 3);
        for (const PngText& text : texts_of(type, damaged)) {
            EXPECT_LE(text.value.size(), kLongestPngText);
            EXPECT_EQ(text.value.find('\0'), std::string::npos);
        }
    }
}

}  // namespace
}  // namespace impasto
