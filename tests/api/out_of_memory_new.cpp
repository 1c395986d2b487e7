// operator new of the tests of memory that is out: see out_of_memory_test.cpp.
#include <cstdlib>
#include <new>

#include "api/out_of_memory_fixture.h"

namespace impasto::testing {

std::atomic<bool> Allocations::armed{false};
std::atomic<bool> Allocations::sticky{false};
std::atomic<std::int64_t> Allocations::fails_at{0};
std::atomic<std::int64_t> Allocations::counted{0};
std::atomic<std::int64_t> Allocations::live{0};
thread_local bool Allocations::of_the_test = false;

}  // namespace impasto::testing

namespace {

using impasto::testing::Allocations;

void* allocate(std::size_t size, std::size_t alignment) {
    if (Allocations::armed && !Allocations::of_the_test) {
        const std::int64_t n = Allocations::counted++;
        if (n == Allocations::fails_at || (Allocations::sticky && n > Allocations::fails_at)) {
            return nullptr;
        }
    }
    void* const made =
        alignment <= alignof(std::max_align_t)
            ? std::malloc(size == 0 ? 1 : size)
            : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    Allocations::live += made != nullptr ? 1 : 0;
    return made;
}

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
    void* const made = allocate(size, alignment);
    if (made == nullptr) {
        throw std::bad_alloc();
    }
    return made;
}

void release(void* made) noexcept {
    Allocations::live -= made != nullptr ? 1 : 0;
    std::free(made);
}

}  // namespace

void* operator new(std::size_t size) { return allocate_or_throw(size, 0); }
void* operator new[](std::size_t size) { return allocate_or_throw(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 0); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* made) noexcept { release(made); }
void operator delete[](void* made) noexcept { release(made); }
void operator delete(void* made, std::size_t) noexcept { release(made); }
void operator delete[](void* made, std::size_t) noexcept { release(made); }
void operator delete(void* made, std::align_val_t) noexcept { release(made); }
void operator delete[](void* made, std::align_val_t) noexcept { release(made); }
void operator delete(void* made, std::size_t, std::align_val_t) noexcept { release(made); }
void operator delete[](void* made, std::size_t, std::align_val_t) noexcept { release(made); }
void operator delete(void* made, const std::nothrow_t&) noexcept { release(made); }
void operator delete[](void* made, const std::nothrow_t&) noexcept { release(made); }
void operator delete(void* made, std::align_val_t, const std::nothrow_t&) noexcept {
    release(made);
}
void operator delete[](void* made, std::align_val_t, const std::nothrow_t&) noexcept {
    release(made);
}
