#include "platform/interrupt.h"

#include <atomic>
#include <csignal>

#include "platform/windows_headers.h"

namespace impasto::platform {
namespace {

std::atomic<int> g_signal{0};  // the first that came
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may set it");

// True for the first.
bool note(int signal) {
    int none = 0;
    return g_signal.compare_exchange_strong(none, signal);
}

}  // namespace

#ifdef _WIN32

namespace {
BOOL WINAPI note_interrupt(DWORD event) {
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) {
        return FALSE;
    }
    // FALSE hands the event to the next handler, which ends the process.
    return note(SIGINT) ? TRUE : FALSE;
}
}  // namespace

void catch_interrupts() {
    static const BOOL installed = SetConsoleCtrlHandler(note_interrupt, TRUE);
    (void)installed;
}

#else

namespace {
extern "C" void impasto_note_interrupt(int signal) { note(signal); }
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

bool interrupted() { return g_signal.load() != 0; }

bool terminated() { return g_signal.load() == SIGTERM; }

}  // namespace impasto::platform
