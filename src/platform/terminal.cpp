#include "platform/terminal.h"

#include <cstdlib>
#include <cstring>

#include "platform/windows_headers.h"

#ifdef _WIN32
#include <io.h>
#else
#include <sys/ioctl.h>
#include <unistd.h>
#endif

namespace impasto::platform {

#ifdef _WIN32

namespace {
HANDLE console_of(std::FILE* stream) {
    return reinterpret_cast<HANDLE>(_get_osfhandle(_fileno(stream)));
}
}  // namespace

bool is_terminal(std::FILE* stream) {
    DWORD mode = 0;
    return GetConsoleMode(console_of(stream), &mode) != 0;
}

int terminal_width(std::FILE* stream, int fallback) {
    CONSOLE_SCREEN_BUFFER_INFO info{};
    if (!GetConsoleScreenBufferInfo(console_of(stream), &info)) {
        return fallback;
    }
    const int width = info.srWindow.Right - info.srWindow.Left + 1;
    return width > 0 ? width : fallback;
}

#else

bool is_terminal(std::FILE* stream) {
    const char* kind = std::getenv("TERM");
    return isatty(fileno(stream)) != 0 && (kind == nullptr || std::strcmp(kind, "dumb") != 0);
}

int terminal_width(std::FILE* stream, int fallback) {
    winsize size{};
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return fallback;
    }
    return size.ws_col;
}

#endif

}  // namespace impasto::platform
