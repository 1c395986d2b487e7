#include "platform/interrupt.h"

#include <gtest/gtest.h>

#include <csignal>

namespace impasto::platform {
namespace {

#ifndef _WIN32
TEST(InterruptDeathTest, TheFirstIsNotedTheSecondEnds) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(
        {
            catch_interrupts();
            if (interrupted()) {
                std::_Exit(1);
            }
            std::raise(SIGINT);
            std::_Exit(interrupted() && !terminated() ? 0 : 2);
        },
        testing::ExitedWithCode(0), "");
    EXPECT_EXIT(
        {
            catch_interrupts();
            std::raise(SIGTERM);
            std::_Exit(interrupted() && terminated() ? 0 : 2);
        },
        testing::ExitedWithCode(0), "");
    EXPECT_EXIT(
        {
            catch_interrupts();
            std::raise(SIGINT);
            std::raise(SIGINT);
        },
        testing::KilledBySignal(SIGINT), "");
}
#endif

}  // namespace
}  // namespace impasto::platform
