#include "nn/workbench.h"

#include <cstring>
#include <limits>

namespace impasto::nn {

namespace {

constexpr std::size_t kGuardWords = 16;
// A NaN, so that whoever reads it spoils its result, and one that no arithmetic makes.
constexpr std::uint32_t kGuard = 0x7fd0beefu;

}  // namespace

Workbench::Slot Workbench::add(std::vector<float> values, Use use) {
    slots_.push_back({std::move(values), use});
    return slots_.size() - 1;
}

Workbench::Slot Workbench::output(std::size_t count) {
    return add(std::vector<float>(count, std::numeric_limits<float>::quiet_NaN()), Use::kOutput);
}

Workbench::Slot Workbench::scratch(std::size_t count) {
    return add(std::vector<float>(count, std::numeric_limits<float>::quiet_NaN()), Use::kScratch);
}

void Workbench::fill_staging() {
    for (std::size_t k = 0; k < slots_.size(); ++k) {
        const std::vector<float>& values = before_[k];
        auto* words = static_cast<std::uint32_t*>(slots_[k].host->mapped);
        std::memcpy(words, values.data(), values.size() * sizeof(float));
        for (std::size_t i = 0; i < kGuardWords; ++i) {
            words[values.size() + i] = kGuard;
        }
    }
}

void Workbench::read_staging(bool first) {
    for (std::size_t k = 0; k < slots_.size(); ++k) {
        Item& item = slots_[k];
        const std::size_t bytes = item.values.size() * sizeof(float);
        const auto* words = static_cast<const std::uint32_t*>(item.host->mapped);
        for (std::size_t i = 0; i < kGuardWords; ++i) {
            if (words[item.values.size() + i] != kGuard) {
                complaint_ =
                    "it wrote " + std::to_string(i) + " words behind buffer " + std::to_string(k);
            }
        }
        if (item.use == Use::kInput && std::memcmp(words, before_[k].data(), bytes) != 0) {
            complaint_ = "it changed its input, buffer " + std::to_string(k);
        }
        if (!first && item.use != Use::kScratch &&
            std::memcmp(words, item.values.data(), bytes) != 0) {
            complaint_ = "two runs left different bytes in buffer " + std::to_string(k);
        }
        std::memcpy(item.values.data(), words, bytes);
    }
}

Status Workbench::run(const std::function<void(gpu::Program&)>& record, int repeats) {
    gpu::Arena host(stream_.device(), gpu::MemoryKind::kHost);
    gpu::Arena device(stream_.device());
    before_.clear();
    for (Item& item : slots_) {
        before_.push_back(item.values);
        item.host = &host.reserve(item.values.size() + kGuardWords);
        item.device = &device.reserve(item.values.size() + kGuardWords);
    }
    IMPASTO_TRY(host.commit("the check of an operation"));
    IMPASTO_TRY(device.commit("the check of an operation"));

    gpu::Program program(stream_.device());
    for (const Item& item : slots_) {
        program.copy(*item.host, *item.device, item.device->bytes);
    }
    record(program);
    for (const Item& item : slots_) {
        program.copy(*item.device, *item.host, item.device->bytes);
    }
    IMPASTO_TRY(program.finish());
    for (int i = 0; i < repeats; ++i) {
        fill_staging();
        IMPASTO_TRY(stream_.run(program));
        read_staging(i == 0);
    }
    return {};
}

}  // namespace impasto::nn
