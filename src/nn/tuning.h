// What is known of the convolution's variants on one device, and what follows from it: data and
// pure functions. tuner.h finds it out.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "nn/conv_variants.h"

namespace impasto::nn {

using VariantSeconds = std::map<ConvVariant, double>;

struct Tuning {
    // Of each variant that was checked against the reference: "" when it was right, or what was
    // wrong, on one line.
    std::map<ConvVariant, std::string> checks;
    // Of each layer that was timed: what its variants take, forward.
    std::map<ConvLayer, VariantSeconds> seconds;

    bool operator==(const Tuning&) const = default;
};

// The fastest; but `expected` where that is among them and no other is faster by more than timings
// differ from run to run. kDirect where there are none.
ConvVariant fastest(const VariantSeconds& seconds, ConvVariant expected);

// Adds what `other` knows and this does not.
void merge(Tuning& tuning, const Tuning& other);

// As text, a line each:
//
//     kernels 5f3a...                               what it holds for: kernels_hash()
//     check winograd ok                             or what was wrong
//     time 64 128 direct 0.0041 winograd 0.0017     in and out channels, seconds
std::string tuning_text(const Tuning& tuning, std::string_view kernels);
// From that text; nothing where it is for other kernels, and without the lines that make no sense.
Tuning parse_tuning(std::string_view text, std::string_view kernels);

// What of the device chooses between forms of one kernel, as a number: a device of our own and one
// that a host lends may differ in it.
std::uint32_t kernel_form(const gpu::Device& device);
// The SHA-256 of the variants' kernels in the device's form: all that timings and checks depend on
// besides the device and its driver.
std::string kernels_hash(const gpu::Device& device);

}  // namespace impasto::nn
