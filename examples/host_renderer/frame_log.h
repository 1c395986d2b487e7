// What every frame took: the last ones for the panel's plot, all of them for a CSV file.
#pragma once

#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "frames.h"
#include "stylise.h"

namespace host {

struct FrameRecord {
    uint64_t frame = 0;
    double cpu_ms = 0;     // from its begin to the next one's
    double record_ms = 0;  // of the CPU, in Impasto's calls
    GpuTimes gpu;
    double budget_ms = 0;
    SliceReport slice;
};

class FrameLog {
  public:
    // `path`: of the CSV, or "" for none. Throws Failure(kOutput).
    explicit FrameLog(const std::string& path);

    // The record of the frame that is being recorded; its GPU times come with finish().
    FrameRecord& now(uint32_t slot) { return pending_[slot]; }
    // The slot's frame is finished. Nothing happens when it never had one.
    void finish(uint32_t slot, const GpuTimes& gpu);
    void close();  // throws Failure(kOutput) when not all could be written

    // Oldest first, at most kKept.
    const std::vector<FrameRecord>& last() const { return last_; }
    static constexpr size_t kKept = 240;

  private:
    std::array<FrameRecord, kFramesInFlight> pending_;
    std::vector<FrameRecord> last_;
    std::string path_;
    std::ofstream csv_;
};

}  // namespace host
