// What changes a session from outside: other weights, and its state taken out and put back.
#include <algorithm>
#include <array>
#include <limits>

#include "style/session.h"
#include "style/session_memory.h"
#include "style/snapshot.h"

namespace impasto::style {

namespace {

bool same_layers(const std::vector<LayerWeight>& a, const std::vector<LayerWeight>& b) {
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(),
        [](const LayerWeight& x, const LayerWeight& y) { return x.layer == y.layer; });
}

// The first item of a snapshot.
enum Number : std::uint8_t { kKind, kScale, kCollected, kExtra, kRestarts, kDone, kNumbers };

std::array<float, 4> words(const Losses& losses) {
    return {losses.total, losses.content, losses.style, losses.tv};
}

// All that set_objective() can change.
std::vector<float> weights_of(const ObjectiveOptions& objective) {
    std::vector<float> weights{objective.content_weight, objective.style_weight,
                               objective.tv_weight};
    for (const auto* terms : {&objective.content_layers, &objective.style_layers}) {
        for (const LayerWeight& term : *terms) {
            weights.push_back(term.weight);
        }
    }
    weights.insert(weights.end(), objective.style_blend.begin(), objective.style_blend.end());
    return weights;
}

// False when there are too few; the rest is the blend.
bool set_weights(ObjectiveOptions& objective, std::span<const float> weights) {
    const std::size_t layers = objective.content_layers.size() + objective.style_layers.size();
    if (weights.size() < 3 + layers) {
        return false;
    }
    objective.content_weight = weights[0];
    objective.style_weight = weights[1];
    objective.tv_weight = weights[2];
    std::size_t next = 3;
    for (auto* terms : {&objective.content_layers, &objective.style_layers}) {
        for (LayerWeight& term : *terms) {
            term.weight = weights[next++];
        }
    }
    objective.style_blend.assign(weights.begin() + static_cast<std::ptrdiff_t>(next),
                                 weights.end());
    return true;
}

Error damaged() { return {ErrorCode::kInvalidArgument, "the snapshot is damaged"}; }

Losses losses_of(const float* words) { return {words[0], words[1], words[2], words[3]}; }

}  // namespace

Status check_only_weights_differ(const ObjectiveOptions& from, const ObjectiveOptions& to) {
    if (!same_layers(from.content_layers, to.content_layers) ||
        !same_layers(from.style_layers, to.style_layers) || from.pooling != to.pooling ||
        from.first_padding != to.first_padding || from.padding != to.padding) {
        return Error{ErrorCode::kInvalidArgument,
                     "a session's layers, pooling and padding stay as they are: only weights can "
                     "change, make a new session for others"};
    }
    return {};
}

Status Session::set_objective(const ObjectiveOptions& to) {
    IMPASTO_TRY(check_only_weights_differ(options_.objective, to));
    IMPASTO_TRY(collect_all());
    if (step_ == nullptr) {
        return Error{ErrorCode::kInvalidArgument, "this session has failed before"};
    }
    // Until all is done there is no step to run: a session whose weights are half changed has
    // failed.
    auto step = std::move(step_);
    IMPASTO_TRY(begin_anew(to));
    step_ = std::move(step);
    return {};
}

// Takes up other weights and forgets all but the image; nothing is in flight.
Status Session::begin_anew(const ObjectiveOptions& to) {
    ObjectiveOptions& from = options_.objective;
    const bool blends = from.style_blend != to.style_blend;
    ObjectiveOptions taken = to;
    taken.keep_own(from);
    from = std::move(taken);
    if (blends && targets_ != nullptr) {
        IMPASTO_TRY(targets_->blend(*stream_, *network_, styles_,
                                    StyleScale(style_longest(scales_[scale_], options_), shape()),
                                    from));
    }
    IMPASTO_TRY(objective_->update_weights(*stream_, collected_ + extra_evaluations_));
    gpu::Program program(device_);
    optimizer_->record_reset(program);
    program.copy(*image_, *best_, image_shape_.size() * sizeof(float));
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream_->run(program));
    best_losses_ = {};
    best_losses_.total = std::numeric_limits<float>::infinity();
    image_losses_.reset();
    return {};
}

// By what a snapshot knows its session.
std::string Session::description() const {
    std::string text = encoder_ + ", ";
    text += options_.optimizer == Optimizer::kAdam
                ? "Adam"
                : "L-BFGS " + std::to_string(options_.lbfgs_history);
    text += ", layers";
    for (const auto* terms :
         {&options_.objective.content_layers, &options_.objective.style_layers}) {
        for (const LayerWeight& term : *terms) {
            text += " " + encoder::relu_name(term.layer);
        }
        text += ";";
    }
    text += " scales";
    for (const Scale& scale : scales_) {
        text += " " + std::to_string(scale.width) + "x" + std::to_string(scale.height) + "x" +
                std::to_string(scale.iterations);
    }
    text += std::string(options_.objective.wrap.x ? ", x wraps" : "") +
            (options_.objective.wrap.y ? ", y wraps" : "");
    return text;
}

// On the device besides the image, in the order of a snapshot of the whole.
std::vector<const gpu::Buffer*> Session::state_buffers() const {
    std::vector<const gpu::Buffer*> buffers{best_, &objective_->state()};
    const auto steps = optimizer_->state();
    buffers.insert(buffers.end(), steps.begin(), steps.end());
    return buffers;
}

Result<std::vector<std::byte>> Session::snapshot(SnapshotKind kind) {
    IMPASTO_TRY(collect_all());
    if (step_ == nullptr) {
        return Error{ErrorCode::kInvalidArgument, "this session has failed before"};
    }
    SnapshotWriter writer(description());
    std::array<std::uint32_t, kNumbers> numbers{};
    numbers[kKind] = static_cast<std::uint32_t>(kind);
    numbers[kScale] = scale_;
    numbers[kCollected] = collected_;
    numbers[kExtra] = extra_evaluations_;
    numbers[kRestarts] = progress_.restarts;
    numbers[kDone] = progress_.done ? 1 : 0;
    writer.add(std::span<const std::uint32_t>(numbers));
    std::vector<float> all;
    for (const Losses& losses : losses_) {
        const auto four = words(losses);
        all.insert(all.end(), four.begin(), four.end());
    }
    writer.add(std::span<const float>(all));
    writer.add(std::span<const float>(words(best_losses_)));
    writer.add(std::span<const float>(weights_of(options_.objective)));
    if (kind == SnapshotKind::kPicture) {
        const auto image = download_image();
        if (!image) {
            return image.error();
        }
        writer.add(std::span<const float>(*image));
        return writer.take();
    }
    const auto add = [&](const gpu::Buffer& buffer) -> Status {
        std::vector<float> values(buffer.bytes / sizeof(float));
        IMPASTO_TRY(stream_->download(buffer, values));
        writer.add(std::span<const float>(values));
        return {};
    };
    IMPASTO_TRY(add(*image_));
    for (const gpu::Buffer* buffer : state_buffers()) {
        IMPASTO_TRY(add(*buffer));
    }
    return writer.take();
}

Status Session::restore(std::span<const std::byte> bytes) {
    auto reader = SnapshotReader::open(bytes, description());
    if (!reader) {
        return reader.error();
    }
    std::array<std::uint32_t, kNumbers> numbers{};
    IMPASTO_TRY(reader->next(std::span<std::uint32_t>(numbers)));
    auto all = reader->next();
    if (!all) {
        return all.error();
    }
    std::array<float, 4> best{};
    IMPASTO_TRY(reader->next(std::span<float>(best)));
    auto weights = reader->next();
    if (!weights) {
        return weights.error();
    }
    ObjectiveOptions objective = options_.objective;
    if (!set_weights(objective,
                     {reinterpret_cast<const float*>(weights->data()), weights->size()}) ||
        (!objective.style_blend.empty() && objective.style_blend.size() != styles_.size())) {
        return damaged();
    }
    if (numbers[kKind] >= kSnapshotKinds || numbers[kScale] >= scales_.size() ||
        numbers[kCollected] > scales_[numbers[kScale]].iterations || all->size() % 4 != 0) {
        return damaged();
    }
    IMPASTO_TRY(collect_all());
    if (numbers[kScale] != scale_ || step_ == nullptr) {
        IMPASTO_TRY(enter_scale(numbers[kScale]));
    }
    auto step = std::move(step_);  // as in set_objective()
    submitted_ = numbers[kCollected];
    collected_ = numbers[kCollected];
    extra_evaluations_ = numbers[kExtra];
    const auto take = [&](const gpu::Buffer& buffer) -> Status {
        std::vector<float> values(buffer.bytes / sizeof(float));
        IMPASTO_TRY(reader->next(std::span<float>(values)));
        return stream_->upload(values, buffer);
    };
    IMPASTO_TRY(take(*image_));
    IMPASTO_TRY(begin_anew(objective));
    if (numbers[kKind] == static_cast<std::uint32_t>(SnapshotKind::kWhole)) {
        for (const gpu::Buffer* buffer : state_buffers()) {
            IMPASTO_TRY(take(*buffer));
        }
        best_losses_ = losses_of(best.data());
    }
    losses_.clear();
    layer_losses_.clear();
    const auto* values = reinterpret_cast<const float*>(all->data());
    for (std::size_t i = 0; i < all->size(); i += 4) {
        losses_.push_back(losses_of(values + i));
    }
    progress_ = {scale_, collected_, static_cast<std::uint32_t>(losses_.size()), numbers[kRestarts],
                 numbers[kDone] != 0};
    step_ = std::move(step);
    return {};
}

}  // namespace impasto::style
