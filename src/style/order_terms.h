// The terms of the objective for long-range order: the autocovariances of a layer's channels at the
// shifts by which the style looks like itself (style/order.h), compared with the style's.
//
//     term = sum (R - R_s)^2 / sum R_s^2,     R of nn/autocovariance.h
//
// A term for each picture of a stack. They are style terms: style_weight times ObjectiveOptions::
// structure weighs them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "encoder/plan.h"
#include "gpu/stream.h"
#include "nn/objective.h"
#include "style/options.h"

namespace impasto::style {

// As the host keeps them (target_shelf.h).
struct KeptOrder {
    std::uint32_t count = 0;
    std::vector<float> shifts;
    std::vector<std::vector<float>> means;
    std::vector<std::vector<float>> targets;
    std::vector<double> squares;
    std::size_t bytes() const;
};

// What a style has of it, for a picture whose layer is of `most` pixels.
class OrderTargets {
  public:
    // Of one of the styles, resampled to `shape` of (3 maps, H, W) in `image`, which is `picture`.
    static Result<std::unique_ptr<OrderTargets>> create(
        gpu::Stream& stream, const encoder::Network& network, const Image& picture,
        const gpu::Buffer& image, const nn::Shape& shape, const nn::Shape& most,
        const ObjectiveOptions& options);
    // The same from what was downloaded of such.
    static Result<std::unique_ptr<OrderTargets>> create(gpu::Stream& stream,
                                                        const encoder::Network& network,
                                                        const KeptOrder& kept,
                                                        const ObjectiveOptions& options);
    Result<KeptOrder> download(gpu::Stream& stream) const;
    // Device memory in bytes: what create() holds at once, and what stays.
    static Result<std::uint64_t> bytes_to_create(const encoder::Network& network,
                                                 const nn::Shape& shape,
                                                 const ObjectiveOptions& options);
    static std::uint64_t bytes_kept(const encoder::Network& network,
                                    const ObjectiveOptions& options);

    std::uint32_t count() const { return count_; }
    const gpu::Buffer& shifts() const { return *shifts_; }
    // Of a picture of the stack: means (C), autocovariances (C, count), and the sum of their
    // squares.
    const gpu::Buffer& means(std::size_t picture) const { return *means_[picture]; }
    const gpu::Buffer& target(std::size_t picture) const { return *targets_[picture]; }
    double squares(std::size_t picture) const { return squares_[picture]; }

  private:
    OrderTargets(const encoder::Network& network, const ObjectiveOptions& options);

    gpu::Arena arena_;
    std::uint32_t count_ = 0;
    const gpu::Buffer* shifts_ = nullptr;
    std::vector<const gpu::Buffer*> means_;
    std::vector<const gpu::Buffer*> targets_;
    std::vector<double> squares_;
};

class OrderTerms {
  public:
    OrderTerms(const ObjectiveOptions& options, const std::vector<encoder::Plan>& plans)
        : options_(options), plans_(plans) {}

    void reserve(gpu::Arena& arena);
    void factors(const OrderTargets& targets, const nn::ObjectiveLayout& layout,
                 std::uint32_t first, double gradient_scale, std::span<float> factors) const;
    // A picture's map of kOrderLayer was made.
    void record_map(gpu::Program& program, std::size_t picture, const gpu::Buffer& map,
                    const OrderTargets& targets, const nn::ObjectiveLayout& layout,
                    std::uint32_t first, const gpu::Buffer& partials) const;
    // Adds to that layer's gradient; whether it did.
    bool add_gradient(gpu::Program& program, std::size_t picture, const gpu::Buffer& map,
                      const gpu::Buffer& gradient, bool accumulate, const OrderTargets& targets,
                      const nn::ObjectiveLayout& layout, std::uint32_t first,
                      const gpu::Buffer& factors) const;

  private:
    const ObjectiveOptions& options_;
    const std::vector<encoder::Plan>& plans_;
    std::vector<const gpu::Buffer*> found_;        // R of each picture
    std::vector<const gpu::Buffer*> differences_;  // R - R_s
};

}  // namespace impasto::style
