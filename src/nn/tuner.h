// Chooses between the convolution's variants, once for a device: none but the direct one is used
// before it has been checked there against the reference, and of those that are right the fastest
// is taken, by timings that are kept in a file for the next start.
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gpu/stream.h"
#include "nn/tuning.h"

namespace impasto::nn {

struct TunerOptions {
    // This variant wherever it can be, and nothing is timed.
    std::optional<ConvVariant> forced;
    // Of the maps; nothing: the forced variant's, or what expected_precision() says.
    std::optional<Precision> precision;
    // Where checks and timings are kept. Empty, or where nothing can be written: the rule
    // (expected_variant) chooses, so that two runs choose the same.
    std::filesystem::path folder;
    bool retune = false;  // forgets what was kept
    // False: nothing is timed, on a device that others use too. What is kept already, or the rule,
    // chooses.
    bool times = true;
    // Called with a line when a variant is left out; may be null.
    std::function<void(const std::string&)> log;
};

// What is run on the device; tests put others in its place.
struct TunerTrials {
    std::function<Result<std::string>(gpu::Stream&, ConvVariant)> check;
    std::function<Result<VariantSeconds>(gpu::Stream&, std::span<const ConvVariant>,
                                         const ConvLayer&)>
        time;

    static TunerTrials real();  // conv_trials.h
};

// Thread-safe.
class ConvTuner {
  public:
    ConvTuner(gpu::Device& device, TunerOptions options, TunerTrials trials = TunerTrials::real());

    // The variant of each layer, the same every time. Checks and times what is not known yet, on
    // `stream`, which is of the same device. kInvalidArgument where the device can't do what is
    // asked for; other errors are the device's own. `only`: of this precision, whatever is asked.
    Result<std::vector<ConvVariant>> choose(gpu::Stream& stream, std::span<const ConvLayer> layers,
                                            std::optional<Precision> only = std::nullopt);

    // What choose() will choose unless a variant turns out wrong, without using the device.
    std::vector<ConvVariant> foresee(std::span<const ConvLayer> layers,
                                     std::optional<Precision> only = std::nullopt);

  private:
    // What a choice knows and finds out.
    struct Known {
        gpu::Stream& stream;
        Tuning tuning;
        bool added = false;  // something that was not known before
    };
    void load();  // this and save() with the lock
    Status save();
    // Whether the variant may be used: no where it was wrong, or could not be run.
    Result<bool> is_right(Known& known, ConvVariant variant);
    Result<Precision> choose_precision(Known& known);
    Result<ConvVariant> choose_one(Known& known, const ConvLayer& layer, Precision precision);
    Result<std::vector<ConvVariant>> choose_all(Known& known, std::span<const ConvLayer> layers,
                                                std::optional<Precision> only);
    ConvVariant foresee_one(const Tuning& tuning, const ConvLayer& layer,
                            Precision precision) const;

    gpu::Device& device_;
    TunerOptions options_;
    TunerTrials trials_;
    std::mutex mutex_;
    std::filesystem::path file_;
    std::string kernels_;
    bool loaded_ = false;
    bool keeps_ = false;  // what is found can be kept
    Tuning tuning_;
    std::vector<ConvVariant> left_out_;  // of which the log was told
};

}  // namespace impasto::nn
