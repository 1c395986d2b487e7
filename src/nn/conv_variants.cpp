#include "nn/conv_variants.h"

#include <algorithm>
#include <array>

#include "include/half.h"
#include "nn/conv3x3.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

std::uint32_t fewer_channels(const ConvLayer& layer) {
    return std::min(layer.in_channels, layer.out_channels);
}

bool always(const gpu::Device&, const ConvLayer&) { return true; }

bool winograd_admissible(const gpu::Device&, const ConvLayer& layer) {
    return fewer_channels(layer) > kCompensatedChannels;
}

// On the CPU's drivers Winograd was faster for every layer of VGG19 but the first (bench/NOTES.md).
// On a GPU it should pay from 128 channels on, by a model of its memory traffic.
bool winograd_expected(const gpu::Device& device, const ConvLayer& layer) {
    return device.info().type == VK_PHYSICAL_DEVICE_TYPE_CPU || fewer_channels(layer) >= 128;
}

// Tiles of 256 threads and 13 KB.
bool half_admissible(const gpu::Device& device, const ConvLayer&) {
    return device.limits().maxComputeWorkGroupInvocations >= HALF_CONV_THREADS &&
           device.limits().maxComputeWorkGroupSize[0] >= HALF_CONV_THREADS &&
           device.limits().maxComputeSharedMemorySize >= 16384;
}

// The first layer reads an image of 32-bit floats and has a kernel of its own.
bool matrix_admissible(const gpu::Device& device, const ConvLayer& layer) {
    return device.capabilities().matrix.any() && half_admissible(device, layer) &&
           fewer_channels(layer) > kCompensatedChannels &&
           device.limits().maxComputeSharedMemorySize >= 20480;
}

bool wide_admissible(const gpu::Device& device, const ConvLayer& layer) {
    return matrix_admissible(device, layer) && device.limits().maxComputeSharedMemorySize >= 32768;
}

bool wide_expected(const gpu::Device&, const ConvLayer& layer) {
    return fewer_channels(layer) >= 128;
}

constexpr std::array<const gpu::Shader*, 3> kDirectKernels{
    &shaders::conv3x3, &shaders::conv3x3_broadcast, &shaders::conv3x3_broadcast_narrow};
constexpr std::array<const gpu::Shader*, 8> kWinogradKernels{
    &shaders::winograd_weights,
    &shaders::winograd_input,
    &shaders::winograd_input_int64,
    &shaders::winograd_multiply,
    &shaders::winograd_multiply_broadcast16,
    &shaders::winograd_multiply_broadcast32,
    &shaders::winograd_output,
    &shaders::winograd_output_wide};

constexpr std::array<const gpu::Shader*, 10> kHalfKernels{
    &shaders::half_conv,           &shaders::half_pack,       &shaders::half_fold,
    &shaders::half_image_gradient, &shaders::conv3x3_to_half, &shaders::half_pool,
    &shaders::half_pool_backward,  &shaders::half_gram,       &shaders::half_difference,
    &shaders::half_unpack};
constexpr std::array<const gpu::Shader*, 6> kMatrixKernels{
    &shaders::half_conv_16x16x16, &shaders::half_conv_8x16x16, &shaders::half_conv_8x8x8,
    &shaders::half_gram_16x16x16, &shaders::half_gram_8x16x16, &shaders::half_gram_8x8x8};
constexpr std::array<const gpu::Shader*, 3> kMatrixWideKernels{&shaders::half_conv_wide_16x16x16,
                                                               &shaders::half_conv_wide_8x16x16,
                                                               &shaders::half_conv_wide_8x8x8};

constexpr std::array kVariants{
    ConvVariantRow{ConvVariant::kDirect, "direct", Precision::kFp32, always, always,
                   kDirectKernels},
    ConvVariantRow{ConvVariant::kWinograd, "winograd", Precision::kFp32, winograd_admissible,
                   winograd_expected, kWinogradKernels},
    ConvVariantRow{ConvVariant::kHalf, "half", Precision::kFp16, half_admissible, always,
                   kHalfKernels},
    ConvVariantRow{ConvVariant::kMatrix, "matrix", Precision::kFp16, matrix_admissible, always,
                   kMatrixKernels},
    ConvVariantRow{ConvVariant::kMatrixWide, "matrix-wide", Precision::kFp16, wide_admissible,
                   wide_expected, kMatrixWideKernels}};

const ConvVariantRow& row_of(ConvVariant variant) {
    return *std::find_if(kVariants.begin(), kVariants.end(),
                         [=](const ConvVariantRow& row) { return row.variant == variant; });
}

}  // namespace

std::span<const ConvVariantRow> conv_variants() { return kVariants; }

const char* variant_name(ConvVariant variant) { return row_of(variant).name; }

std::optional<ConvVariant> find_variant(std::string_view name) {
    for (const ConvVariantRow& row : kVariants) {
        if (row.name == name) {
            return row.variant;
        }
    }
    return std::nullopt;
}

bool is_admissible(ConvVariant variant, const gpu::Device& device, const ConvLayer& layer) {
    return row_of(variant).admissible(device, layer);
}

Precision precision_of(ConvVariant variant) { return row_of(variant).precision; }

ConvVariant expected_variant(const gpu::Device& device, const ConvLayer& layer,
                             Precision precision) {
    ConvVariant expected = plain_variant(precision);
    for (const ConvVariantRow& row : kVariants) {
        if (row.precision == precision && row.admissible(device, layer) &&
            row.expected(device, layer)) {
            expected = row.variant;
        }
    }
    return expected;
}

Precision expected_precision(const gpu::Device& device) {
    const bool cpu = device.info().type == VK_PHYSICAL_DEVICE_TYPE_CPU;
    return device.capabilities().matrix.any() && !cpu ? Precision::kFp16 : Precision::kFp32;
}

}  // namespace impasto::nn
