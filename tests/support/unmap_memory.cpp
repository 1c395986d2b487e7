// munmap() for programs under the thread sanitizer, which forgets what was accessed in memory that
// is unmapped, lest the next mapping at the same address seems to race with the one before; but
//   - not when a driver unmaps it, whose calls are ignored (../tsan.txt): from here they are not;
//   - not of a last part of a page: it is told the whole pages, which is what goes.
#include <unistd.h>

#include <cstddef>

extern "C" int __interceptor_munmap(void* address, std::size_t length);

// Seen by the libraries, whatever the visibility of what is compiled.
extern "C" __attribute__((visibility("default"))) int munmap(void* address, std::size_t length) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const int result = __interceptor_munmap(address, (length + page - 1) / page * page);
    asm volatile("" ::: "memory");  // a jump there would be the caller's call
    return result;
}
