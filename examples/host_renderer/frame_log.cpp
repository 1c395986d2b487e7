#include "frame_log.h"

#include "failure.h"

namespace host {

FrameLog::FrameLog(const std::string& path) : path_(path) {
    if (path.empty()) return;
    csv_.open(path);
    csv_ << "frame,cpu_ms,record_ms,slice_ms,draw_ms,budget_ms,estimate_ms,operations,state,"
            "iterations,pictures,loss\n";
    if (!csv_) throw Failure(kOutput, path + ": can't be written");
}

void FrameLog::finish(uint32_t slot, const GpuTimes& gpu) {
    FrameRecord& record = pending_[slot];
    if (record.frame == 0) return;
    record.gpu = gpu;
    if (csv_.is_open()) {
        csv_ << record.frame << ',' << record.cpu_ms << ',' << record.record_ms << ','
             << gpu.slice_ms << ',' << gpu.draw_ms << ',' << record.budget_ms << ','
             << record.slice.estimate_ms << ',' << record.slice.operations << ','
             << record.slice.state << ',' << record.slice.iterations << ',' << record.slice.pictures
             << ',' << record.slice.loss << '\n';
    }
    if (last_.size() == kKept) last_.erase(last_.begin());
    last_.push_back(record);
    record = {};
}

void FrameLog::close() {
    if (!csv_.is_open()) return;
    csv_.close();
    if (!csv_) throw Failure(kOutput, path_ + ": can't be written");
}

}  // namespace host
