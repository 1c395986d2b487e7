#include "platform/thread_time.h"

#include <cstdint>

#include "platform/windows_headers.h"

#ifndef _WIN32
#include <ctime>
#endif

namespace impasto::platform {

#ifdef _WIN32

double thread_seconds() {
    FILETIME created{};
    FILETIME ended{};
    FILETIME kernel{};
    FILETIME user{};
    if (!GetThreadTimes(GetCurrentThread(), &created, &ended, &kernel, &user)) {
        return 0.0;
    }
    const auto ticks = [](const FILETIME& time) {
        return static_cast<double>(std::uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime);
    };
    constexpr double kTick = 1e-7;
    return (ticks(kernel) + ticks(user)) * kTick;
}

#else

double thread_seconds() {
    timespec time{};
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) {
        return 0.0;
    }
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

#endif

}  // namespace impasto::platform
