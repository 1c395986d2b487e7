// host_renderer: a renderer with a Vulkan device of its own, which stylises its model's texture in
// a few milliseconds of every frame. The frame loop is in program.cpp; all calls of Impasto are in
// stylise.cpp.
#include <cstdio>
#include <new>

#include "failure.h"
#include "options.h"
#include "program.h"

namespace {

int complain(const char* line, int exit_code) {
    static_cast<void>(std::fprintf(stderr, "host_renderer: %s\n", line));
    return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        host::Options options;
        if (host::read_options(argc, argv, options)) host::Program(options).run();
        return 0;
    } catch (const host::Failure& failure) {
        return complain(failure.what(), failure.exit_code);
    } catch (const std::bad_alloc&) {
        return complain("not enough memory", host::kOutOfMemory);
    } catch (const std::exception& error) {
        return complain(error.what(), host::kBug);
    }
}
