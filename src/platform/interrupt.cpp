#include "platform/interrupt.h"

#include <atomic>
#include <csignal>

#include "platform/windows_headers.h"

namespace impasto::platform {
namespace {

std::atomic<bool> g_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set it");

}  // namespace

#ifdef _WIN32

namespace {
BOOL WINAPI note_interrupt(DWORD event) {
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) {
        return FALSE;
    }
    // FALSE hands the event to the next handler, which ends the process.
    return g_interrupted.exchange(true) ? FALSE : TRUE;
}
}  // namespace

void catch_interrupts() {
    static const BOOL installed = SetConsoleCtrlHandler(note_interrupt, TRUE);
    (void)installed;
}

#else

namespace {
extern "C" void impasto_note_interrupt(int) { g_interrupted.store(true); }
}  // namespace

void catch_interrupts() {
    struct sigaction action {};
    action.sa_handler = impasto_note_interrupt;
    // SA_RESETHAND: the next one does what it always did. SA_RESTART: reads and writes go on.
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
    static const bool installed = [&action] {
        return sigaction(SIGINT, &action, nullptr) == 0 &&
               sigaction(SIGTERM, &action, nullptr) == 0;
    }();
    (void)installed;
}

#endif

bool interrupted() { return g_interrupted.load(); }

}  // namespace impasto::platform
