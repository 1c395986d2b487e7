#include "style/order_terms.h"

#include <algorithm>
#include <cstring>

#include "base/float16.h"
#include "nn/half.h"
#include "nn/reduce.h"
#include "style/order.h"
#include "style/targets.h"

namespace impasto::style {

namespace {

struct OrderPlan {
    std::vector<encoder::Plan> plans;
    std::vector<const gpu::Buffer*> maps;  // of kOrderLayer, of each picture
    const gpu::Buffer* picture = nullptr;  // of a stack: one of its pictures
};

Result<OrderPlan> reserve_plan(gpu::Arena& arena, const encoder::Network& network,
                               const nn::Shape& shape, const ObjectiveOptions& options) {
    encoder::PlanOptions plan_options;
    plan_options.pooling = options.pooling;
    // With zeros beyond it the edge would be an order of its own: a line that looks like itself all
    // along.
    plan_options.first = {nn::Border::kReplicate, nn::Border::kReplicate};
    plan_options.others = plan_options.first;
    plan_options.backward = false;
    OrderPlan reserved;
    auto plans =
        encoder::Plan::create_each(network, arena, {3, shape.height, shape.width}, kOrderLayer,
                                   plan_options, static_cast<std::uint32_t>(options.maps));
    if (!plans) {
        return plans.error();
    }
    reserved.plans = *std::move(plans);
    for (const encoder::Plan& plan : reserved.plans) {
        reserved.maps.push_back(&arena.reserve(nn::map_size(plan.maps(), plan.shape(kOrderLayer))));
    }
    if (options.maps > 1) {
        reserved.picture = &arena.reserve(std::size_t{3} * shape.height * shape.width);
    }
    return reserved;
}

// Of each channel of a map as it lies on the device.
std::vector<float> channel_means(const std::vector<float>& words, nn::MapKind kind,
                                 const nn::Shape& shape) {
    std::vector<double> sums(shape.channels, 0.0);
    if (kind == nn::MapKind::kFloat) {
        for (std::size_t i = 0; i < shape.size(); ++i) {
            sums[i / shape.plane()] += static_cast<double>(words[i]);
        }
    } else {
        std::vector<std::uint16_t> halves(2 * words.size());
        std::memcpy(halves.data(), words.data(), words.size() * sizeof(float));
        const std::size_t row = nn::half_channels(shape.channels);
        for (std::size_t p = 0; p < shape.plane(); ++p) {
            for (std::size_t c = 0; c < shape.channels; ++c) {
                sums[c] += static_cast<double>(half_to_float(halves[p * row + c]));
            }
        }
    }
    std::vector<float> means;
    for (const double sum : sums) {
        means.push_back(static_cast<float>(sum / static_cast<double>(shape.plane())));
    }
    return means;
}

}  // namespace

OrderTargets::OrderTargets(const encoder::Network& network, const ObjectiveOptions& options)
    : arena_(network.device()) {
    const std::size_t channels = network.layer(kOrderLayer).out_channels;
    shifts_ = &arena_.reserve(2 * kMostShifts);
    for (int i = 0; i < options.maps; ++i) {
        means_.push_back(&arena_.reserve(channels));
        targets_.push_back(&arena_.reserve(channels * kMostShifts));
    }
}

std::uint64_t OrderTargets::bytes_kept(const encoder::Network& network,
                                       const ObjectiveOptions& options) {
    return OrderTargets(network, options).arena_.bytes_reserved();
}

Result<std::uint64_t> OrderTargets::bytes_to_create(const encoder::Network& network,
                                                    const nn::Shape& shape,
                                                    const ObjectiveOptions& options) {
    gpu::Arena arena(network.device());
    const auto plan = reserve_plan(arena, network, shape, options);
    if (!plan) {
        return plan.error();
    }
    IMPASTO_TRY(arena.check_buffers());
    return arena.bytes_reserved() + bytes_kept(network, options);
}

Result<std::unique_ptr<OrderTargets>> OrderTargets::create(
    gpu::Stream& stream, const encoder::Network& network, const Image& picture,
    const gpu::Buffer& image, const nn::Shape& shape, const nn::Shape& most,
    const ObjectiveOptions& options) {
    auto self = std::unique_ptr<OrderTargets>(new OrderTargets(network, options));
    IMPASTO_TRY(self->arena_.commit("the style's order"));
    gpu::Arena arena(stream.device());
    auto reserved = reserve_plan(arena, network, shape, options);
    if (!reserved) {
        return reserved.error();
    }
    IMPASTO_TRY(arena.commit("looking for order in a style"));
    const nn::Shape map = reserved->plans.front().shape(kOrderLayer);
    const nn::MapKind kind = network.maps();
    const std::vector<nn::Shift> shifts =
        find_shifts(picture, map.width, map.height, most.width, most.height);
    self->count_ = static_cast<std::uint32_t>(shifts.size());
    std::vector<float> words = nn::shift_words(shifts);
    words.resize(2 * kMostShifts);
    IMPASTO_TRY(stream.upload(words, *self->shifts_));
    gpu::Program forward(stream.device());
    for (std::size_t i = 0; i < reserved->plans.size(); ++i) {
        const gpu::Buffer* from = &image;
        if (reserved->picture != nullptr) {
            from = reserved->picture;
            forward.copy(image, *from, from->bytes, i * from->bytes);
        }
        reserved->plans[i].record_forward(forward, *from, [&](int layer, const gpu::Buffer& of) {
            if (layer == kOrderLayer) {
                const gpu::Buffer& kept = *reserved->maps[i];
                forward.copy(of, kept, kept.bytes);
            }
        });
    }
    IMPASTO_TRY(forward.finish());
    IMPASTO_TRY(stream.run(forward));
    gpu::Program program(stream.device());
    for (std::size_t i = 0; i < reserved->plans.size(); ++i) {
        program.fill(*self->targets_[i], 0.0f);
        std::vector<float> values(reserved->maps[i]->bytes / sizeof(float));
        IMPASTO_TRY(stream.download(*reserved->maps[i], values));
        IMPASTO_TRY(stream.upload(channel_means(values, kind, map), *self->means_[i]));
        if (self->count_ > 0) {
            nn::record_autocovariance(program, kind, *reserved->maps[i], map, *self->shifts_,
                                      self->count_, *self->means_[i], *self->targets_[i], {});
        }
    }
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream.run(program));
    for (const gpu::Buffer* target : self->targets_) {
        auto squares = sum_of_squares(stream, nn::MapKind::kFloat, *target,
                                      {1, map.channels, std::max(self->count_, 1u)});
        if (!squares) {
            return squares.error();
        }
        self->squares_.push_back(*squares);
    }
    return self;
}

std::size_t KeptOrder::bytes() const {
    std::size_t words = shifts.size();
    for (const auto* all : {&means, &targets}) {
        for (const std::vector<float>& one : *all) {
            words += one.size();
        }
    }
    return words * sizeof(float);
}

Result<std::unique_ptr<OrderTargets>> OrderTargets::create(gpu::Stream& stream,
                                                           const encoder::Network& network,
                                                           const KeptOrder& kept,
                                                           const ObjectiveOptions& options) {
    auto self = std::unique_ptr<OrderTargets>(new OrderTargets(network, options));
    IMPASTO_TRY(self->arena_.commit("the style's order"));
    self->count_ = kept.count;
    self->squares_ = kept.squares;
    IMPASTO_TRY(stream.upload(kept.shifts, *self->shifts_));
    for (std::size_t i = 0; i < self->means_.size(); ++i) {
        IMPASTO_TRY(stream.upload(kept.means[i], *self->means_[i]));
        IMPASTO_TRY(stream.upload(kept.targets[i], *self->targets_[i]));
    }
    return self;
}

Result<KeptOrder> OrderTargets::download(gpu::Stream& stream) const {
    KeptOrder kept;
    kept.count = count_;
    kept.squares = squares_;
    const auto take = [&](const gpu::Buffer& buffer, std::vector<float>& values) {
        values.resize(buffer.bytes / sizeof(float));
        return stream.download(buffer, values);
    };
    IMPASTO_TRY(take(*shifts_, kept.shifts));
    for (std::size_t i = 0; i < means_.size(); ++i) {
        IMPASTO_TRY(take(*means_[i], kept.means.emplace_back()));
        IMPASTO_TRY(take(*targets_[i], kept.targets.emplace_back()));
    }
    return kept;
}

void OrderTerms::reserve(gpu::Arena& arena) {
    for (const encoder::Plan& plan : plans_) {
        const std::size_t size = std::size_t{plan.shape(kOrderLayer).channels} * kMostShifts;
        found_.push_back(&arena.reserve(size));
        differences_.push_back(&arena.reserve(size));
    }
}

void OrderTerms::factors(const OrderTargets& targets, const nn::ObjectiveLayout& layout,
                         std::uint32_t first, double gradient_scale,
                         std::span<float> factors) const {
    for (std::uint32_t i = 0; i < plans_.size(); ++i) {
        const double factor = relative_factor(
            options_.structure, static_cast<double>(plans_.size()), targets.squares(i));
        factors[layout.loss_factor(first + i)] = static_cast<float>(factor);
        factors[layout.gradient_factor(first + i)] = static_cast<float>(
            2.0 * gradient_scale * factor * static_cast<double>(options_.style_weight));
    }
}

void OrderTerms::record_map(gpu::Program& program, std::size_t picture, const gpu::Buffer& map,
                            const OrderTargets& targets, const nn::ObjectiveLayout& layout,
                            std::uint32_t first, const gpu::Buffer& partials) const {
    const nn::Shape& shape = plans_[picture].shape(kOrderLayer);
    const std::uint32_t partial = layout.term_partial(first + static_cast<std::uint32_t>(picture));
    // A style without order counts nothing: its target beside itself.
    const gpu::Buffer& found = targets.count() > 0 ? *found_[picture] : targets.target(picture);
    if (targets.count() > 0) {
        nn::record_autocovariance(program, plans_[picture].maps(), map, shape, targets.shifts(),
                                  targets.count(), targets.means(picture), found,
                                  options_.borders());
    }
    nn::record_difference(program, found, targets.target(picture),
                          std::size_t{shape.channels} * std::max(targets.count(), 1u),
                          *differences_[picture], partials, partial);
}

bool OrderTerms::add_gradient(gpu::Program& program, std::size_t picture, const gpu::Buffer& map,
                              const gpu::Buffer& gradient, bool accumulate,
                              const OrderTargets& targets, const nn::ObjectiveLayout& layout,
                              std::uint32_t first, const gpu::Buffer& factors) const {
    if (targets.count() == 0) {
        return false;
    }
    nn::record_autocovariance_backward(
        program, plans_[picture].maps(), map, plans_[picture].shape(kOrderLayer), targets.shifts(),
        targets.count(), targets.means(picture), *differences_[picture], factors,
        layout.gradient_factor(first + static_cast<std::uint32_t>(picture)), gradient, accumulate,
        options_.borders());
    return true;
}

}  // namespace impasto::style
