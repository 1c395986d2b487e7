#include "viewer/frame_trace.h"

#include <cerrno>
#include <cinttypes>
#include <cstring>

namespace impasto::viewer {

Result<std::unique_ptr<FrameTrace>> FrameTrace::create(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "w");
    if (file == nullptr) {
        return Error{ErrorCode::kOutput, "cannot write '" + path + "': " + std::strerror(errno)};
    }
    static_cast<void>(std::fputs(
        "seconds,pixels,milliseconds,iteration,pictures,slices_ms,uploaded,read_back,moments\n",
        file));
    return std::unique_ptr<FrameTrace>(new FrameTrace(file));
}

FrameTrace::~FrameTrace() { static_cast<void>(std::fclose(file_)); }

void FrameTrace::frame(std::chrono::steady_clock::time_point begin, const Studio& studio,
                       std::uint64_t pixels) {
    using Seconds = std::chrono::duration<double>;
    const double took = 1000 * Seconds(std::chrono::steady_clock::now() - begin).count();
    const double slices = studio.painting() != nullptr ? studio.painting()->measured_ms() : 0;
    static_cast<void>(std::fprintf(
        file_, "%.4f,%" PRIu64 ",%.3f,%u,%" PRIu64 ",%.1f,%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n",
        Seconds(begin - start_).count(), pixels, took, studio.iterations(),
        studio.picture_version(), slices, studio.traffic().uploaded, studio.traffic().read_back,
        studio.traffic().moments));
}

}  // namespace impasto::viewer
