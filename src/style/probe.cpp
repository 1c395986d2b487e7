#include "style/probe.h"

#include "encoder/network.h"
#include "nn/half.h"
#include "style/objective.h"

namespace impasto::style {

namespace {

Result<ProbeTensor> download(gpu::Stream& stream, std::string name,
                             std::vector<std::uint64_t> shape, const gpu::Buffer& from) {
    std::size_t count = 1;
    for (const std::uint64_t side : shape) {
        count *= side;
    }
    ProbeTensor tensor{std::move(name), std::move(shape), std::vector<float>(count)};
    IMPASTO_TRY(stream.download(from, tensor.values));
    return tensor;
}

// A layer's map as the weights make it: planar, in 32 bits, not scaled.
Result<ProbeTensor> download_map(gpu::Stream& stream, const encoder::Plan& plan, int layer) {
    const nn::Shape& shape = plan.shape(layer);
    const std::string name = "features." + encoder::relu_name(layer);
    const std::vector<std::uint64_t> sides{shape.channels, shape.height, shape.width};
    if (plan.maps() == nn::MapKind::kFloat) {
        return download(stream, name, sides, plan.map(layer));
    }
    gpu::Arena arena(stream.device());
    const gpu::Buffer& planar = arena.reserve(shape.size());
    IMPASTO_TRY(arena.commit("a map"));
    gpu::Program program(stream.device());
    nn::record_half_unpack(program, plan.map(layer), shape, 1 / plan.scale(layer), planar);
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream.run(program));
    return download(stream, name, sides, planar);
}

Result<ProbeTensor> download_gram(gpu::Stream& stream, const encoder::Plan& plan, int layer,
                                  const gpu::Buffer& gram) {
    const std::uint64_t channels = plan.shape(layer).channels;
    auto tensor = download(stream, "gram." + encoder::relu_name(layer), {channels, channels}, gram);
    if (tensor) {
        const float square = plan.scale(layer) * plan.scale(layer);
        for (float& value : tensor->values) {
            value /= square;
        }
    }
    return tensor;
}

}  // namespace

Result<std::vector<ProbeTensor>> probe(gpu::Device& device, const EncoderWeights& weights,
                                       const Image& image, const Image& content,
                                       const std::vector<Image>& styles, ObjectiveOptions options) {
    if (image.width != content.width || image.height != content.height) {
        return Error{ErrorCode::kInvalidArgument,
                     "the image is " + std::to_string(image.width) + "x" +
                         std::to_string(image.height) + " and the content " +
                         std::to_string(content.width) + "x" + std::to_string(content.height) +
                         ": a probe resizes nothing, so both must be of one size"};
    }
    options.first_padding = {};
    auto stream = gpu::Stream::create(device);
    if (!stream) {
        return stream.error();
    }
    gpu::Stream& s = **stream;
    auto network = encoder::Network::upload(s, weights, options.depth(), options.tuner);
    if (!network) {
        return network.error();
    }
    const nn::Shape shape{3, static_cast<std::uint32_t>(image.height),
                          static_cast<std::uint32_t>(image.width)};
    std::unique_ptr<StyleTargets> targets;
    if (!options.style_layers.empty()) {
        auto made = StyleTargets::create(s, **network, styles, StyleScale(0, shape), options);
        if (!made) {
            return made.error();
        }
        targets = *std::move(made);
    }
    gpu::Arena content_arena(device);
    gpu::Arena image_arena(device);
    auto content_buffer = upload_image(s, content_arena, content, shape.width, shape.height, {});
    if (!content_buffer) {
        return content_buffer.error();
    }
    auto image_buffer = upload_image(s, image_arena, image, shape.width, shape.height, {});
    if (!image_buffer) {
        return image_buffer.error();
    }
    auto objective = Objective::create(s, **network, shape, **content_buffer, targets.get(),
                                       options, 1, encoder::Keep::kMaps);
    if (!objective) {
        return objective.error();
    }
    gpu::Program program(device);
    (*objective)->record(program, **image_buffer);
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(s.run(program));

    std::vector<ProbeTensor> tensors;
    const auto add = [&](Result<ProbeTensor> tensor) -> Status {
        if (!tensor) {
            return tensor.error();
        }
        tensors.push_back(*std::move(tensor));
        return {};
    };
    const encoder::LayerSet used = options.layers();
    for (int layer = 0; layer < encoder::kLayers; ++layer) {
        if (used.test(static_cast<std::size_t>(layer))) {
            IMPASTO_TRY(add(download_map(s, (*objective)->plan(), layer)));
        }
    }
    for (std::size_t k = 0; k < options.style_layers.size(); ++k) {
        IMPASTO_TRY(add(download_gram(s, (*objective)->plan(), options.style_layers[k].layer,
                                      (*objective)->gram(k))));
    }
    const Losses losses = (*objective)->losses(0);
    tensors.push_back({"loss", {4}, {losses.total, losses.content, losses.style, losses.tv}});
    IMPASTO_TRY(
        add(download(s, "gradient", {3, shape.height, shape.width}, (*objective)->gradient())));
    return tensors;
}

}  // namespace impasto::style
