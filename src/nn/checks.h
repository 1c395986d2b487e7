// Every operation of nn/ on a device against its reference in double precision (reference.h), for
// any shape: what the self-test does at a few shapes and the tests at many.
//
// Where the error is relative it is the L2 norm of the difference over that of the reference. The
// bounds come from the arithmetic: a sum of K rounded products of random sign is off by about
// sqrt(K) 2^-24 / 2.5 of its size, so kSlack sqrt(K) 2^-24 with kSlack = 2 leaves a factor of five
// for other orders of summation; one wrong tap, border or factor is off by 1e-2 and more.
#pragma once

#include <cstdint>
#include <string>

#include "gpu/stream.h"
#include "nn/border.h"
#include "nn/conv3x3.h"
#include "nn/map.h"
#include "nn/normalize.h"
#include "nn/pool.h"
#include "nn/shape.h"

namespace impasto::nn {

struct Check {
    double error = 0;
    double bound = 0;
    std::string message;  // what was wrong, in words; empty when it passed
    bool passed() const { return message.empty(); }
};

// The random data of a check follow from `seed`. All run twice and compare the bytes.
Result<Check> check_conv3x3(gpu::Stream& stream, const Shape& x, std::uint32_t out_channels,
                            Borders borders, ConvVariant variant, std::uint32_t seed = 1);
Result<Check> check_conv3x3_backward(gpu::Stream& stream, const Shape& dy,
                                     std::uint32_t in_channels, Borders borders, bool mask,
                                     ConvVariant variant, std::uint32_t seed = 1);
Result<Check> check_fold(gpu::Stream& stream, const Shape& shape, Borders borders, bool mask,
                         std::uint32_t seed = 1);
Result<Check> check_pool(gpu::Stream& stream, const Shape& x, Pooling pooling, Borders borders,
                         std::uint32_t seed = 1);
Result<Check> check_pool_backward(gpu::Stream& stream, const Shape& x, Pooling pooling,
                                  Borders borders, std::uint32_t seed = 1);
// Where pool_switches_size() is not 0: the pool and its gradient from the switches.
Result<Check> check_pool_switches(gpu::Stream& stream, const Shape& x, Pooling pooling,
                                  Borders borders, std::uint32_t seed = 1);
Result<Check> check_gram(gpu::Stream& stream, const Shape& features, bool pixel_weights,
                         std::uint32_t seed = 1);
Result<Check> check_gram_backward(gpu::Stream& stream, const Shape& features, bool pixel_weights,
                                  bool accumulate, std::uint32_t seed = 1);
// The same for maps of 16-bit floats: the data are rounded to them first.
Result<Check> check_half_conv3x3(gpu::Stream& stream, const Shape& x, std::uint32_t out_channels,
                                 Borders borders, ConvVariant variant, std::uint32_t seed = 1);
// What a convolution pools, with its map and without: where no windows overlap.
Result<Check> check_half_conv3x3_pooled(gpu::Stream& stream, const Shape& x,
                                        std::uint32_t out_channels, Pooling pooling,
                                        Borders borders, ConvVariant variant,
                                        std::uint32_t seed = 1);
// Masked, by a map and by its bits.
Result<Check> check_half_conv3x3_backward(gpu::Stream& stream, const Shape& dy,
                                          std::uint32_t in_channels, Borders borders, bool mask,
                                          ConvVariant variant, std::uint32_t seed = 1);
Result<Check> check_half_conv3x3_first(gpu::Stream& stream, const Shape& x,
                                       std::uint32_t out_channels, Borders borders,
                                       std::uint32_t seed = 1);
Result<Check> check_half_conv3x3_image(gpu::Stream& stream, const Shape& dy,
                                       std::uint32_t in_channels, Borders borders,
                                       std::uint32_t seed = 1);
Result<Check> check_half_pool(gpu::Stream& stream, const Shape& x, Pooling pooling, Borders borders,
                              std::uint32_t seed = 1);
Result<Check> check_half_pool_backward(gpu::Stream& stream, const Shape& x, Pooling pooling,
                                       Borders borders, std::uint32_t seed = 1);
Result<Check> check_autocovariance(gpu::Stream& stream, const Shape& features, MapKind kind,
                                   Borders borders, bool accumulate, std::uint32_t seed = 1);
Result<Check> check_half_gram(gpu::Stream& stream, const Shape& features, bool pixel_weights,
                              ConvVariant variant, std::uint32_t seed = 1);
Result<Check> check_half_gram_backward(gpu::Stream& stream, const Shape& features,
                                       bool pixel_weights, bool accumulate, ConvVariant variant,
                                       std::uint32_t seed = 1);
Result<Check> check_half_difference_gradient(gpu::Stream& stream, const Shape& shape,
                                             bool accumulate, std::uint32_t seed = 1);
Result<Check> check_dot(gpu::Stream& stream, std::size_t count, std::uint32_t seed = 1);
Result<Check> check_difference(gpu::Stream& stream, std::size_t count, std::uint32_t seed = 1);
Result<Check> check_difference_gradient(gpu::Stream& stream, std::size_t count, bool accumulate,
                                        std::uint32_t seed = 1);
Result<Check> check_total_variation(gpu::Stream& stream, const Shape& x, Borders borders,
                                    std::uint32_t seed = 1);
Result<Check> check_normalize(gpu::Stream& stream, std::size_t plane, const ChannelMap& map,
                              bool backward, std::uint32_t seed = 1);
Result<Check> check_resize(gpu::Stream& stream, const Shape& from, const Shape& to, Borders borders,
                           std::uint32_t seed = 1);
// 16-bit floats of every kind, `count` of them, against base/float16.h: the same bits.
Result<Check> check_widen(gpu::Stream& stream, std::size_t count);
Result<Check> check_blend(gpu::Stream& stream, std::size_t count, bool accumulate,
                          std::uint32_t seed = 1);
// Several losses in a row, with the best image kept; the third is NaN.
Result<Check> check_objective(gpu::Stream& stream, std::uint32_t content_terms,
                              std::uint32_t style_terms, std::size_t count, std::uint32_t seed = 1);
// `steps` steps on an ill-conditioned convex function; each step's direction against the two-loop
// recursion over the history that the device itself holds.
Result<Check> check_lbfgs(gpu::Stream& stream, std::size_t count, std::uint32_t history, int steps,
                          std::uint32_t seed = 1);
Result<Check> check_adam(gpu::Stream& stream, std::size_t count, int steps, std::uint32_t seed = 1);

}  // namespace impasto::nn
