#include "weights/zip.h"

#include <gtest/gtest.h>

#include "fixtures.h"
#include "support/temporary_folder.h"

namespace impasto {
namespace {

using test::message_of;
using test::number;

struct Part {
    std::string local;
    std::string entry;  // of the directory
};

// One stored file; `wide` moves sizes and offset into the 64-bit field.
Part stored(const std::string& name, const std::string& data, std::uint64_t offset, bool wide,
            int method = 0) {
    const auto m = static_cast<std::uint64_t>(method);
    const std::uint64_t size = wide ? 0xffffffff : data.size();
    Part part;
    part.local = number(0x04034b50, 4) + number(20, 2) + number(0, 2) + number(m, 2) +
                 number(0, 8) + number(data.size(), 4) + number(data.size(), 4) +
                 number(name.size(), 2) + number(4, 2) + name + "pad." + data;
    const std::string extra = wide ? number(0x4646, 2) + number(2, 2) + "xx" + number(1, 2) +
                                         number(24, 2) + number(data.size(), 8) +
                                         number(data.size(), 8) + number(offset, 8)
                                   : "";
    part.entry = number(0x02014b50, 4) + number(0, 4) + number(0, 2) + number(m, 2) + number(0, 8) +
                 number(size, 4) + number(size, 4) + number(name.size(), 2) +
                 number(extra.size(), 2) + number(0, 2) + number(0, 8) +
                 number(wide ? 0xffffffff : offset, 4) + name + extra;
    return part;
}

std::string archive(const std::vector<Part>& parts, bool wide, const std::string& comment = "") {
    std::string file;
    std::string directory;
    for (const Part& part : parts) {
        file += part.local;
        directory += part.entry;
    }
    const std::uint64_t offset = file.size();
    file += directory;
    if (wide) {
        const std::uint64_t end64 = file.size();
        file += number(0x06064b50, 4) + number(44, 8) + number(0, 4) + number(0, 8) +
                number(parts.size(), 8) + number(parts.size(), 8) + number(directory.size(), 8) +
                number(offset, 8);
        file += number(0x07064b50, 4) + number(0, 4) + number(end64, 8) + number(1, 4);
    }
    return file + number(0x06054b50, 4) + number(0, 4) + number(wide ? 0xffff : parts.size(), 2) +
           number(wide ? 0xffff : parts.size(), 2) + number(directory.size(), 4) +
           number(wide ? 0xffffffff : offset, 4) + number(comment.size(), 2) + comment;
}

std::string two_files(bool wide, const std::string& comment = "") {
    const Part first = stored("a", "hello", 0, wide);
    const Part second = stored("b/c", "", first.local.size(), wide);
    return archive({first, second}, wide, comment);
}

TEST(Zip, ReadsStoredEntries) {
    for (const std::string& file : {two_files(false), two_files(true),
                                    two_files(false, "a comment PK\x05\x06 of some kind")}) {
        ASSERT_TRUE(looks_like_zip(test::as_bytes(file)));
        const auto entries = read_zip(test::as_bytes(file));
        ASSERT_TRUE(entries) << entries.error().message;
        ASSERT_EQ(entries->size(), 2u);
        EXPECT_EQ((*entries)[0].name, "a");
        ASSERT_EQ((*entries)[0].data.size(), 5u);
        EXPECT_EQ((*entries)[0].data[0], std::byte{'h'});
        EXPECT_EQ((*entries)[1].name, "b/c");
        EXPECT_TRUE((*entries)[1].data.empty());
    }
}

TEST(Zip, RefusesWhatTorchNeverWrites) {
    const auto packed = archive({stored("a", "hello", 0, false, 8)}, false);
    EXPECT_MENTIONS(message_of(read_zip(test::as_bytes(packed))), "compressed");
    const Part part = stored("a", "hello", 0, false);
    const auto twice = archive({part, part}, false);
    EXPECT_MENTIONS(message_of(read_zip(test::as_bytes(twice))), "twice");
    const auto outside = archive({stored("a", "hello", 1'000'000, false)}, false);
    EXPECT_MENTIONS(message_of(read_zip(test::as_bytes(outside))), "outside the file");
    const auto far_outside = archive({stored("a", "hello", ~std::uint64_t{0} - 10, true)}, true);
    EXPECT_MENTIONS(message_of(read_zip(test::as_bytes(far_outside))), "outside the file");
}

TEST(Zip, EveryCutIsNoticed) {
    for (const bool wide : {false, true}) {
        const std::string file = two_files(wide);
        for (std::size_t length = 0; length < file.size(); ++length) {
            EXPECT_FALSE(read_zip(test::as_bytes(file).first(length))) << length;
        }
    }
}

}  // namespace
}  // namespace impasto
