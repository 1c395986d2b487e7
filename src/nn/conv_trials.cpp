#include "nn/conv_trials.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "nn/checks.h"
#include "nn/conv3x3.h"
#include "nn/half.h"
#include "nn/half_conv.h"
#include "nn/map.h"
#include "nn/winograd.h"

namespace impasto::nn {

namespace {

constexpr double kLongEnough = 0.002;  // seconds
constexpr double kNoLatency = 0.02;    // of this length the first run tells enough
constexpr int kMoreRuns = 2;           // else, of which the shortest counts

// The first map to try has several of the groups of tiles that Winograd's product is made in; on
// the CPU one, since more would take too long.
std::uint32_t first_side(const gpu::Device& device) {
    return device.info().type == VK_PHYSICAL_DEVICE_TYPE_CPU ? 32 : 64;
}

// VGG19's layers of 64 channels see a picture of 512 pixels as it is; with twice the channels comes
// half the side.
std::uint32_t largest_side(const ConvLayer& layer) {
    return 512 * 64 / std::max({layer.in_channels, layer.out_channels, 64u});
}

// A layer's maps, weights and scratch.
class Layer {
  public:
    Layer(gpu::Device& device, const ConvLayer& layer, std::uint32_t side, ConvVariant variant)
        : variant_(variant),
          x_{layer.in_channels, side, side},
          y_{layer.out_channels, side, side},
          arena_(device) {
        const MapKind maps = is_half(variant) ? MapKind::kHalf : MapKind::kFloat;
        in_ = reserve(map_size(maps, x_));
        out_ = reserve(map_size(maps, y_));
        bias_ = reserve(half_channels(layer.out_channels));
        if (is_half(variant)) {
            weights_.half = reserve(half_weights_size(layer.out_channels, layer.in_channels));
        } else {
            weights_.packed = reserve(packed_size(layer.out_channels, layer.in_channels));
        }
        if (variant == ConvVariant::kWinograd) {
            weights_.winograd =
                reserve(winograd_weights_size(layer.out_channels, layer.in_channels));
        }
        const ConvScratchSize size =
            conv_scratch_size(device, layer.in_channels, y_, {}, variant, false);
        scratch_.input = reserve(size.input);
        scratch_.products = reserve(size.products);
    }

    // Numbers that stay small and whose products are no denormals, which are slow on a CPU: 2^-7,
    // in 16 bits twice a word.
    Status fill(gpu::Stream& stream) {
        IMPASTO_TRY(arena_.commit("timing a convolution"));
        gpu::Program program(stream.device());
        for (const gpu::Buffer* buffer : buffers_) {
            program.fill(*buffer, is_half(variant_) ? std::bit_cast<float>(0x20002000u) : 0x1p-7f);
        }
        IMPASTO_TRY(program.finish());
        return stream.run(program);
    }

    void record(gpu::Program& program) const {
        if (is_half(variant_)) {
            record_half_conv3x3(program, variant_, *in_, x_, *weights_.half, *bias_, {.map = out_},
                                y_.channels, {});
            return;
        }
        record_conv3x3(program, variant_, *in_, x_, weights_, *bias_, *out_, y_.channels, {},
                       scratch_);
    }

  private:
    const gpu::Buffer* reserve(std::size_t words) {
        return words == 0 ? nullptr : buffers_.emplace_back(&arena_.reserve(words));
    }

    ConvVariant variant_;
    Shape x_;
    Shape y_;
    gpu::Arena arena_;
    std::vector<const gpu::Buffer*> buffers_;
    const gpu::Buffer* in_ = nullptr;
    const gpu::Buffer* out_ = nullptr;
    const gpu::Buffer* bias_ = nullptr;
    ConvWeights weights_;
    ConvScratch scratch_;
};

// One replay: by the device's clock, or the host's where it has none.
Result<double> run_seconds(gpu::Stream& stream, gpu::Program& program) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    IMPASTO_TRY(stream.run(program));
    const std::chrono::duration<double> took = Clock::now() - start;
    const auto timings = program.timings();
    if (!timings) {
        return timings.error();
    }
    double seconds = 0;
    for (const gpu::Timing& timing : *timings) {
        seconds += timing.seconds;
    }
    return timings->empty() ? took.count() : seconds;
}

Result<double> time_variant(gpu::Stream& stream, ConvVariant variant, const ConvLayer& layer,
                            std::uint32_t side) {
    Layer made(stream.device(), layer, side, variant);
    IMPASTO_TRY(made.fill(stream));
    gpu::Program program(stream.device(), gpu::Measure::kAlways);
    made.record(program);
    IMPASTO_TRY(program.finish());
    auto best = run_seconds(stream, program);
    for (int run = 0; run < kMoreRuns && best && *best < kNoLatency; ++run) {
        if (run == 0) {
            IMPASTO_TRY(program.recut());
        }
        const auto seconds = run_seconds(stream, program);
        if (!seconds) {
            return seconds.error();
        }
        best = std::min(*best, *seconds);
    }
    return best;
}

}  // namespace

Result<std::string> check_variant(gpu::Stream& stream, ConvVariant variant) {
    // Odd sides, and channels that fill their blocks and that don't.
    static constexpr Shape kShape{17, 18, 35};
    std::vector<std::pair<std::string, std::function<Result<Check>()>>> checks;
    for (const std::uint32_t channels : {20u, 37u}) {
        const std::string to = ", 17x18x35 to " + std::to_string(channels) + " channels";
        const bool half = is_half(variant);
        checks.emplace_back("forward" + to, [&stream, half, channels, variant] {
            return half ? check_half_conv3x3(stream, kShape, channels, {}, variant)
                        : check_conv3x3(stream, kShape, channels, {}, variant);
        });
        checks.emplace_back("backward" + to, [&stream, half, channels, variant] {
            return half ? check_half_conv3x3_backward(stream, kShape, channels, {}, true, variant)
                        : check_conv3x3_backward(stream, kShape, channels, {}, true, variant);
        });
    }
    if (is_half(variant)) {
        // Every subgroup's part of a tile, and a second tile.
        static constexpr Shape kTiles{136, 18, 17};
        checks.emplace_back("forward, 136x18x17 to 144 channels",
                            [&] { return check_half_conv3x3(stream, kTiles, 144, {}, variant); });
        checks.emplace_back("backward, 136x18x17 to 144 channels", [&] {
            return check_half_conv3x3_backward(stream, kTiles, 144, {}, true, variant);
        });
        checks.emplace_back("forward, pooled, 136x18x17 to 144 channels", [&] {
            return check_half_conv3x3_pooled(stream, kTiles, 144, Pooling::kMax, {}, variant);
        });
        checks.emplace_back("Gram matrix, 136x18x17",
                            [&] { return check_half_gram(stream, kTiles, false, variant); });
        checks.emplace_back("Gram matrix backward, 136x18x17", [&] {
            return check_half_gram_backward(stream, kTiles, false, true, variant);
        });
    }
    for (const auto& [what, run] : checks) {
        const auto check = run();
        if (!check) {
            return check.error();
        }
        if (!check->passed()) {
            return what + ": " + check->message;
        }
    }
    return std::string();
}

Result<VariantSeconds> time_variants(gpu::Stream& stream, std::span<const ConvVariant> variants,
                                     const ConvLayer& layer) {
    VariantSeconds seconds;
    std::uint32_t side = first_side(stream.device());
    for (const ConvVariant variant : variants) {
        for (;; side *= 2) {
            const auto took = time_variant(stream, variant, layer, side);
            if (!took) {
                return took.error();
            }
            seconds[variant] = std::max(*took, 1e-9);
            if (variant != variants.front() || *took >= kLongEnough ||
                2 * side > largest_side(layer)) {
                break;
            }
        }
    }
    return seconds;
}

}  // namespace impasto::nn
