#include "nn/tuner.h"

#include <algorithm>

#include "nn/conv_trials.h"

namespace impasto::nn {

namespace {

constexpr gpu::DeviceFileKind kTuningFile{
    {'I', 'M', 'P', 'T', 'U', 'N', 'E', '\n'}, 1, std::size_t{1} << 20};

// As the file keeps it.
std::string on_one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

bool is_known_wrong(const Tuning& tuning, ConvVariant variant) {
    const auto found = tuning.checks.find(variant);
    return found != tuning.checks.end() && !found->second.empty();
}

}  // namespace

TunerTrials TunerTrials::real() { return {check_variant, time_variants}; }

ConvTuner::ConvTuner(gpu::Device& device, TunerOptions options, TunerTrials trials)
    : device_(device), options_(std::move(options)), trials_(std::move(trials)) {}

// When the first choice is to be made: a context that makes none reads no file.
void ConvTuner::load() {
    if (loaded_) {
        return;
    }
    loaded_ = true;
    if (options_.folder.empty()) {
        return;
    }
    kernels_ = kernels_hash(device_);
    file_ = options_.folder / (std::to_string(kernel_form(device_)) + "-" +
                               gpu::device_file_name(device_.file_key()));
    if (!options_.retune) {
        const auto bytes = gpu::read_device_file(file_, kTuningFile, device_.file_key());
        tuning_ =
            parse_tuning({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, kernels_);
        keeps_ = !bytes.empty();
    }
    // Written before anything is timed: what can't be kept is not worth it.
    keeps_ = keeps_ || save();
}

Status ConvTuner::save() {
    const std::string text = tuning_text(tuning_, kernels_);
    return gpu::write_device_file(file_, kTuningFile, device_.file_key(),
                                  std::as_bytes(std::span(text)));
}

Result<bool> ConvTuner::is_right(Known& known, ConvVariant variant) {
    if (variant == ConvVariant::kDirect) {
        return true;
    }
    auto found = known.tuning.checks.find(variant);
    if (found == known.tuning.checks.end()) {
        auto wrong = trials_.check(known.stream, variant);
        if (!wrong && wrong.error().code == ErrorCode::kOutOfMemory) {
            return false;  // for now
        }
        if (!wrong && (wrong.error().code == ErrorCode::kDeviceLost ||
                       wrong.error().code == ErrorCode::kCancelled)) {
            return wrong.error();
        }
        // A kernel that the driver can't compile is one that can't be used.
        found = known.tuning.checks
                    .emplace(variant, on_one_line(wrong ? *wrong : wrong.error().message))
                    .first;
        known.added = true;
    }
    if (found->second.empty()) {
        return true;
    }
    bool told = false;
    {
        const std::lock_guard lock(mutex_);
        told = std::find(left_out_.begin(), left_out_.end(), variant) != left_out_.end();
        if (!told) {
            left_out_.push_back(variant);
        }
    }
    if (!told) {
        if (options_.log) {
            options_.log(std::string("the convolution '") + variant_name(variant) +
                         "' computes something wrong on this device (" + found->second +
                         ") and is not used: please report it with the output of 'impasto "
                         "doctor'; a retune checks again");
        }
    }
    return false;
}

Result<Precision> ConvTuner::choose_precision(Known& known) {
    // A layer as every encoder has it, but for the first.
    constexpr ConvLayer kLayer{64, 64};
    if (options_.forced && !is_admissible(*options_.forced, device_, kLayer)) {
        return Error{
            ErrorCode::kInvalidArgument,
            std::string("the tier '") + variant_name(*options_.forced) + "' needs " +
                (*options_.forced == ConvVariant::kHalf
                     ? "workgroups of 256 threads and 16 KB of shared memory"
                     : "matrix units (VK_KHR_cooperative_matrix) and 32 KB of shared memory") +
                ", which " + device_.info().name + " lacks: leave it out"};
    }
    const bool asked = options_.forced || options_.precision;
    const Precision wanted = options_.forced      ? precision_of(*options_.forced)
                             : options_.precision ? *options_.precision
                                                  : expected_precision(device_);
    if (wanted == Precision::kFp32) {
        return wanted;
    }
    if (!is_admissible(ConvVariant::kHalf, device_, kLayer)) {
        return Error{ErrorCode::kInvalidArgument,
                     device_.info().name +
                         " lacks what the precision fp16 needs, workgroups of 256 "
                         "threads and 16 KB: use fp32"};
    }
    const auto right = is_right(known, ConvVariant::kHalf);
    if (!right) {
        return right.error();
    }
    if (!asked) {
        // It was the matrix units that spoke for it.
        const auto matrix = is_right(known, ConvVariant::kMatrix);
        if (!matrix) {
            return matrix.error();
        }
        return *right && *matrix ? Precision::kFp16 : Precision::kFp32;
    }
    if (!*right && !known.tuning.checks.contains(ConvVariant::kHalf)) {
        return Error{
            ErrorCode::kOutOfMemory,
            "there is not enough device memory to check the precision fp16: allow more, or "
            "use fp32"};
    }
    if (!*right) {
        return Error{
            ErrorCode::kInvalidArgument,
            "the precision fp16 computes something wrong on " + device_.info().name + ": use fp32"};
    }
    return Precision::kFp16;
}

ConvVariant ConvTuner::foresee_one(const Tuning& tuning, const ConvLayer& layer,
                                   Precision precision) const {
    const ConvVariant expected = expected_variant(device_, layer, precision);
    const auto timed = tuning.seconds.find(layer);
    VariantSeconds seconds;
    bool all = timed != tuning.seconds.end();
    for (const ConvVariantRow& row : conv_variants()) {
        if (row.precision != precision || !row.admissible(device_, layer) ||
            is_known_wrong(tuning, row.variant) ||
            (options_.forced && row.variant != *options_.forced)) {
            continue;
        }
        if (options_.forced) {
            return row.variant;
        }
        const auto one = all ? timed->second.find(row.variant) : VariantSeconds::const_iterator();
        all = all && one != timed->second.end();
        if (all) {
            seconds.insert(*one);
        }
    }
    const ConvVariant chosen = all && !seconds.empty() ? fastest(seconds, expected) : expected;
    return options_.forced || is_known_wrong(tuning, chosen) ? plain_variant(precision) : chosen;
}

std::vector<ConvVariant> ConvTuner::foresee(std::span<const ConvLayer> layers,
                                            std::optional<Precision> only) {
    const std::lock_guard lock(mutex_);
    load();
    Precision precision = options_.forced      ? precision_of(*options_.forced)
                          : options_.precision ? *options_.precision
                                               : expected_precision(device_);
    if (!options_.forced && !options_.precision &&
        (is_known_wrong(tuning_, ConvVariant::kHalf) ||
         is_known_wrong(tuning_, ConvVariant::kMatrix))) {
        precision = Precision::kFp32;
    }
    precision = only.value_or(precision);
    std::vector<ConvVariant> chosen;
    chosen.reserve(layers.size());
    for (const ConvLayer& layer : layers) {
        chosen.push_back(foresee_one(tuning_, layer, precision));
    }
    return chosen;
}

Result<ConvVariant> ConvTuner::choose_one(Known& known, const ConvLayer& layer,
                                          Precision precision) {
    if (!options_.times) {
        const ConvVariant foreseen = foresee_one(known.tuning, layer, precision);
        const auto right = is_right(known, foreseen);
        if (!right) {
            return right.error();
        }
        return *right ? foreseen : plain_variant(precision);
    }
    ConvVariant expected = expected_variant(device_, layer, precision);
    if (!keeps_ && !options_.forced) {
        // The rule's, or where that is wrong here what comes before it in the table.
        const auto right = is_right(known, expected);
        if (!right) {
            return right.error();
        }
        if (!*right) {
            expected = expected == ConvVariant::kMatrixWide ? ConvVariant::kMatrix
                                                            : plain_variant(precision);
        }
    }
    std::vector<ConvVariant> candidates;
    for (const ConvVariantRow& row : conv_variants()) {
        const bool wanted = options_.forced ? row.variant == *options_.forced
                            : keeps_        ? true
                                            : row.variant == expected;
        if (!wanted || row.precision != precision || !row.admissible(device_, layer)) {
            continue;
        }
        const auto right = is_right(known, row.variant);
        if (!right) {
            return right.error();
        }
        if (*right) {
            candidates.push_back(row.variant);
        }
    }
    if (candidates.size() < 2) {
        return candidates.empty() ? plain_variant(precision) : candidates.front();
    }
    VariantSeconds seconds;
    if (const auto timed = known.tuning.seconds.find(layer); timed != known.tuning.seconds.end()) {
        seconds = timed->second;
    }
    const bool all = std::all_of(candidates.begin(), candidates.end(),
                                 [&](ConvVariant variant) { return seconds.contains(variant); });
    if (!all) {
        auto timed = trials_.time(known.stream, candidates, layer);
        if (timed) {
            seconds = *std::move(timed);
            for (const auto& [variant, value] : seconds) {
                known.tuning.seconds[layer][variant] = value;
            }
            known.added = true;
        } else if (timed.error().code == ErrorCode::kOutOfMemory) {
            seconds = {{expected, 0.0}};
        } else {
            return timed.error();
        }
    }
    std::erase_if(seconds, [&](const auto& entry) {
        return std::find(candidates.begin(), candidates.end(), entry.first) == candidates.end();
    });
    return fastest(seconds, expected);
}

// Trials run without the lock: those of a hosted session take slices of its host, who may ask for
// something else meanwhile.
Result<std::vector<ConvVariant>> ConvTuner::choose(gpu::Stream& stream,
                                                   std::span<const ConvLayer> layers,
                                                   std::optional<Precision> only) {
    Known known{stream, {}};
    {
        const std::lock_guard lock(mutex_);
        load();
        known.tuning = tuning_;
    }
    auto chosen = choose_all(known, layers, only);
    if (known.added) {
        const std::lock_guard lock(mutex_);
        merge(tuning_, known.tuning);
        if (keeps_) {
            // Another process may have added something meanwhile.
            const auto bytes = gpu::read_device_file(file_, kTuningFile, device_.file_key());
            merge(tuning_, parse_tuning({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                                        kernels_));
            (void)save();
        }
    }
    return chosen;
}

Result<std::vector<ConvVariant>> ConvTuner::choose_all(Known& known,
                                                       std::span<const ConvLayer> layers,
                                                       std::optional<Precision> only) {
    const auto precision = only ? Result<Precision>(*only) : choose_precision(known);
    if (!precision) {
        return precision.error();
    }
    std::vector<ConvVariant> chosen;
    chosen.reserve(layers.size());
    for (const ConvLayer& layer : layers) {
        const auto variant = choose_one(known, layer, *precision);
        if (!variant) {
            return variant.error();
        }
        chosen.push_back(*variant);
    }
    return chosen;
}

}  // namespace impasto::nn
