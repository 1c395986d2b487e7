// The Gram matrices of the styles, which the objective compares with.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "encoder/network.h"
#include "gpu/arena.h"
#include "gpu/stream.h"
#include "image/image.h"
#include "style/options.h"
#include "style/order_terms.h"

namespace impasto::style {

// Uploads a picture and resamples it on the device to (3, height, width); `buffer` lies in `arena`.
Result<const gpu::Buffer*> upload_image(gpu::Stream& stream, gpu::Arena& arena, const Image& image,
                                        std::uint32_t width, std::uint32_t height,
                                        nn::Borders borders);

// Device memory that upload_image holds at once, in bytes. kOutOfMemory: gpu::Arena::check_buffers.
Result<std::uint64_t> upload_bytes(gpu::Device& device, const Image& image, std::uint32_t width,
                                   std::uint32_t height);

// The sum of the squares of a map's values.
Result<double> sum_of_squares(gpu::Stream& stream, nn::MapKind kind, const gpu::Buffer& map,
                              const nn::Shape& shape);

// How large styles are looked at: with their longest side of `longest` px, 0: as they are; and for
// a picture of which shape, which only what tiles needs to know.
struct StyleScale {
    StyleScale(std::uint32_t px, const nn::Shape& shape = {}) : longest(px), picture(shape) {}
    std::uint32_t longest = 0;
    nn::Shape picture;
};

// Targets as the host keeps them (target_shelf.h).
struct KeptTargets {
    std::vector<std::vector<float>> grams;
    std::vector<double> squares;
    std::optional<KeptOrder> order;
    std::size_t bytes() const;
};

class StyleTargets {
  public:
    // The styles' Gram matrices at the style layers, blended by weight or, where the picture has
    // regions, one style a region. Each style is resampled so
    // that its longest side is scale.longest px, keeping its aspect, and never enlarged. With
    // options.structure also the order of the leader, where the picture is known.
    static Result<std::unique_ptr<StyleTargets>> create(gpu::Stream& stream,
                                                        const encoder::Network& network,
                                                        std::span<const Image> styles,
                                                        const StyleScale& scale,
                                                        const ObjectiveOptions& options);

    // The same from what was downloaded of such, with the same network and options.
    static Result<std::unique_ptr<StyleTargets>> create(gpu::Stream& stream,
                                                        const encoder::Network& network,
                                                        const KeptTargets& kept,
                                                        const ObjectiveOptions& options);
    Result<KeptTargets> download(gpu::Stream& stream) const;

    // Makes them anew, in the same buffers, for other weights in options.style_blend.
    Status blend(gpu::Stream& stream, const encoder::Network& network,
                 std::span<const Image> styles, const StyleScale& scale,
                 const ObjectiveOptions& options);

    // kInvalidArgument when a style is too small for the style layers, at any scale.
    static Status check_sizes(std::span<const Image> styles, const ObjectiveOptions& options);
    // Device memory in bytes, without taking it: what create() would hold at once, and what stays
    // of that. kOutOfMemory: gpu::Arena::check_buffers.
    static Result<std::uint64_t> bytes_to_create(const encoder::Network& network,
                                                 std::span<const Image> styles,
                                                 const StyleScale& scale,
                                                 const ObjectiveOptions& options);
    static std::uint64_t bytes_kept(const encoder::Network& network,
                                    const ObjectiveOptions& options);

    // By position in options.style_layers, of a region: (C, C), and the sum of its squares. C is
    // that of all pictures of a stack together.
    const gpu::Buffer& gram(std::size_t k, std::size_t region = 0) const {
        return *grams_[k * regions_ + region];
    }
    double squares(std::size_t k, std::size_t region = 0) const {
        return squares_[k * regions_ + region];
    }
    // Null without options.structure.
    const OrderTargets* order() const { return order_.get(); }

  private:
    StyleTargets(const encoder::Network& network, const ObjectiveOptions& options);

    gpu::Arena arena_;
    std::size_t regions_ = 1;
    std::vector<std::uint32_t> channels_;    // of each style layer
    std::vector<const gpu::Buffer*> grams_;  // the regions of the first layer, of the next, ...
    std::vector<double> squares_;
    std::unique_ptr<OrderTargets> order_;
};

}  // namespace impasto::style
