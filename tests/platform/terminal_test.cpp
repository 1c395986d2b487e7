#include "platform/terminal.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace impasto::platform {
namespace {

TEST(Terminal, AFileIsNone) {
    std::FILE* file = std::tmpfile();
    ASSERT_NE(file, nullptr);
    EXPECT_FALSE(is_terminal(file));
    EXPECT_EQ(terminal_width(file, 77), 77);
    std::fclose(file);
}

}  // namespace
}  // namespace impasto::platform
