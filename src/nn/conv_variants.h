// The ways in which a convolution can be computed, in one table. Another way is an enumerator and a
// row; the self-test, the gate and the timing (tuner.h), --tier and the reports follow.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>

#include "gpu/device.h"
#include "gpu/pipeline.h"

namespace impasto::nn {

// For maps of 32-bit floats: kDirect sums the 9 in_channels products of every output
// (conv3x3.comp), the reference that every device must get right. kWinograd needs a quarter of the
// multiplications, more memory, and rounds about ten times more (winograd.h). For maps of 16-bit
// floats (half_conv.h): kHalf runs nearly everywhere; kMatrix, and kMatrixWide with larger tiles,
// on matrix units.
enum class ConvVariant { kDirect, kWinograd, kHalf, kMatrix, kMatrixWide };

// Of an encoder's maps. All layers of one have the same.
enum class Precision { kFp32, kFp16 };

// A layer as far as the choice goes.
struct ConvLayer {
    std::uint32_t in_channels = 0;  // of the picture's layers: 3 for conv1_1
    std::uint32_t out_channels = 0;

    friend bool operator==(const ConvLayer&, const ConvLayer&) = default;
    friend bool operator<(const ConvLayer& a, const ConvLayer& b) {
        return std::tie(a.in_channels, a.out_channels) < std::tie(b.in_channels, b.out_channels);
    }
};

struct ConvVariantRow {
    ConvVariant variant;
    const char* name;  // of --tier and of the reports
    Precision precision;
    // Whether it can compute the layer on the device, in both directions and at any size.
    bool (*admissible)(const gpu::Device& device, const ConvLayer& layer);
    // Whether it should be the fastest there, as far as is known without trying.
    bool (*expected)(const gpu::Device& device, const ConvLayer& layer);
    // All of its kernels on any device. What is known of the variant is void when one changes.
    std::span<const gpu::Shader* const> kernels;
};

// Every variant; kDirect first, which is admissible everywhere.
std::span<const ConvVariantRow> conv_variants();

const char* variant_name(ConvVariant variant);
std::optional<ConvVariant> find_variant(std::string_view name);
Precision precision_of(ConvVariant variant);
inline bool is_half(ConvVariant variant) { return precision_of(variant) == Precision::kFp16; }
bool is_admissible(ConvVariant variant, const gpu::Device& device, const ConvLayer& layer);
// The one that is admissible wherever the precision is: kDirect or kHalf.
inline ConvVariant plain_variant(Precision precision) {
    return precision == Precision::kFp16 ? ConvVariant::kHalf : ConvVariant::kDirect;
}
// The rule: the last row of the precision that is admissible and expected, or the plain one.
ConvVariant expected_variant(const gpu::Device& device, const ConvLayer& layer,
                             Precision precision = Precision::kFp32);
// What --precision auto takes: 16 bits where matrix units multiply them.
Precision expected_precision(const gpu::Device& device);

}  // namespace impasto::nn
