// One style transfer: the scales one after the other, each a program recorded once and replayed.
//
//     for each scale: content and styles -> targets, start image, [evaluate, keep best, step] x n
//
// The host only queues replays, as many ahead as the stream wants, and reads losses that are done.
// A loss that is not finite or many times the scale's best sends the optimiser back, empty-handed,
// to the best image so far: after the two iterations behind it, which are counted, and without what
// else was queued, which is not. So the picture is the same however many those were.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "encoder/network.h"
#include "gpu/stream.h"
#include "image/image.h"
#include "style/objective.h"
#include "style/optimizer.h"
#include "style/options.h"
#include "style/schedule.h"
#include "style/snapshot.h"

namespace impasto::style {

struct Progress {
    std::uint32_t scale = 0;      // of the iteration finished last
    std::uint32_t iteration = 0;  // of that scale, from 1
    std::uint32_t total_iterations = 0;
    std::uint32_t restarts = 0;
    bool done = false;
};

// kInvalidArgument when two objectives differ in more than weights.
Status check_only_weights_differ(const ObjectiveOptions& from, const ObjectiveOptions& to);

// One thread at a time.
class Session {
  public:
    using Log = std::function<void(const std::string&)>;

    // Checks the options, the sizes and the memory needed, which it logs before it allocates any,
    // and prepares the first scale.
    static Result<std::unique_ptr<Session>> create(gpu::Device& device,
                                                   const EncoderWeights& weights, Image content,
                                                   std::vector<Image> styles,
                                                   SessionOptions options, Log log);
    // On a stream that nobody else submits to.
    static Result<std::unique_ptr<Session>> create(std::shared_ptr<gpu::Stream> stream,
                                                   const EncoderWeights& weights, Image content,
                                                   std::vector<Image> styles,
                                                   SessionOptions options, Log log);
    ~Session();

    // Up to `iterations` more; the last iteration of a scale is waited for.
    Status advance(std::uint32_t iterations);
    // Iterations that were begun, those in flight included, in all scales.
    std::uint32_t iterations_submitted() const;
    // Waits for the oldest one in flight, if there is any, so that the progress says it; for all.
    Status collect_next();
    Status collect_all();
    // The picture as it is now: clamped, with the content's alpha and, if asked for, its colours.
    Result<Image> image();
    // Of that picture, before clamping and recolouring; evaluates it where no iteration has.
    Result<Losses> image_losses();

    // Changes the weights of the terms, their layers and the styles; the optimiser begins anew from
    // the image as it is. kInvalidArgument when anything else differs.
    Status set_objective(const ObjectiveOptions& objective);
    // What restore() needs: of the whole session to go on as if nothing had happened, of its
    // picture to go on as after set_objective().
    Result<std::vector<std::byte>> snapshot(SnapshotKind kind);
    // Of a session made from the same pictures, weights and options: kInvalidArgument else.
    Status restore(std::span<const std::byte> snapshot);

    // The image (3, H, W) as it is on the device once all that was submitted is done; until the
    // next scale is entered, which a copy in flight is waited for.
    const gpu::Buffer& device_image() const { return *image_; }
    const nn::Shape& image_shape() const { return image_shape_; }
    std::uint32_t image_version() const { return image_version_; }  // another buffer: another one
    gpu::Stream& stream() { return *stream_; }
    const Image& content() const { return content_; }
    const SessionOptions& options() const { return options_; }

    const Progress& progress() const { return progress_; }
    const std::vector<Scale>& scales() const { return scales_; }
    // Device memory in bytes that the session holds at most, the encoder included, as it was known
    // before anything was allocated.
    std::uint64_t bytes_planned() const { return bytes_planned_; }
    // Of all iterations finished, each of the image before its step.
    const std::vector<Losses>& losses() const { return losses_; }
    // The terms of the last of them; empty before the first iteration and after restore().
    const std::vector<LayerLoss>& layer_losses() const { return layer_losses_; }
    // With options.profile: the operations of an iteration of the current scale, in order.
    // `seconds` is the mean over the scale's iterations but the first; `begin` is that of the last.
    std::vector<gpu::Timing> operations() const;
    // How the current scale is laid out; an error when entering the scale failed.
    Result<const encoder::Plan*> plan() const;
    // An iteration of the current scale; null when entering it failed.
    std::shared_ptr<const gpu::Program> step() const { return step_; }

  private:
    Session(std::shared_ptr<gpu::Stream> stream, Image content, std::vector<Image> styles,
            SessionOptions options, Log log);
    Status check() const;
    Status enter_scale(std::uint32_t index);
    Status make_start_image(const Scale& scale, const gpu::Buffer& content);
    void record_evaluation(gpu::Program& program, const nn::Divergence& divergence = {}) const;
    Losses read_losses();
    void make_room();
    void take_iteration(const Losses& losses);
    Status collect(std::uint64_t ticket);
    Status add_timings();
    Status go_back_to_best();
    Status restart_from_best();
    Status evaluate_image();
    Status finish_scale();
    Result<std::vector<float>> download_image();
    // session_state.cpp
    std::string description() const;
    std::vector<const gpu::Buffer*> state_buffers() const;
    Status begin_anew(const ObjectiveOptions& objective);
    nn::Shape shape() const;
    // Whether *image_ is of the last scale.
    bool on_last_scale() const;

    std::shared_ptr<gpu::Stream> stream_;
    gpu::Device& device_;
    Image content_;
    std::vector<Image> styles_;
    SessionOptions options_;
    Log log_;
    std::shared_ptr<const encoder::Network> network_;
    std::vector<Scale> scales_;
    std::uint64_t bytes_planned_ = 0;
    std::string encoder_;  // the weights' name

    // The current scale. `image_` lives in `image_arena_`, so that the next scale can start from
    // it.
    std::uint32_t scale_ = 0;
    std::unique_ptr<gpu::Arena> image_arena_;
    const gpu::Buffer* image_ = nullptr;
    const gpu::Buffer* best_ = nullptr;
    std::uint32_t image_version_ = 0;
    nn::Shape image_shape_;  // of these two: the scale's before, while the next is being entered
    std::unique_ptr<StyleTargets> targets_;
    std::unique_ptr<Objective> objective_;
    std::unique_ptr<ImageOptimizer> optimizer_;
    std::shared_ptr<gpu::Program> step_;

    std::vector<std::uint64_t> in_flight_;  // tickets, oldest first
    std::uint32_t submitted_ = 0;           // iterations of this scale
    std::uint32_t collected_ = 0;
    std::uint32_t extra_evaluations_ = 0;  // of this scale, besides the iterations'
    std::vector<Losses> losses_;
    std::vector<LayerLoss> layer_losses_;
    Losses best_losses_;                  // of *best_; infinite before the first evaluation
    std::optional<Losses> image_losses_;  // of *image_, where they are known
    Progress progress_;
    std::vector<gpu::Timing> timings_;  // sums over the scale's iterations
    std::uint32_t timed_ = 0;
};

}  // namespace impasto::style
