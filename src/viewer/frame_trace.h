// What each frame of the window did, as a line of CSV: to see its rate, and that no picture goes
// through the CPU.
//
//     seconds  since the start, of the frame's begin
//     pixels  that were drawn for it; 0: nothing had changed, and it was only laid out
//     milliseconds  that the window's thread took for it
//     iteration  finished so far
//     pictures  painted so far
//     slices_ms  device time of all slices so far, where the device has a clock
//     uploaded, read_back  bytes of pictures between host and device so far: those that are painted
//         from, and those that are saved or that a new plan begins with
//     moments  bytes of the moments that were kept so far, which are read back too
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "base/result.h"
#include "viewer/studio.h"

namespace impasto::viewer {

class FrameTrace {
  public:
    static Result<std::unique_ptr<FrameTrace>> create(const std::string& file);
    ~FrameTrace();
    FrameTrace(const FrameTrace&) = delete;
    FrameTrace& operator=(const FrameTrace&) = delete;

    void frame(std::chrono::steady_clock::time_point begin, const Studio& studio,
               std::uint64_t pixels);

  private:
    explicit FrameTrace(std::FILE* file) : file_(file) {}
    std::FILE* file_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace impasto::viewer
