// A hosted session of the library (impasto_vulkan.h), and the texture on the device that it paints.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "settings/settings.h"
#include "viewer/handles.h"
#include "viewer/texture.h"

namespace impasto::viewer {

using SharedImage = std::shared_ptr<const ImpastoImage>;

// A picture that was read.
struct Source {
    std::string path;
    SharedImage image;
    SharedPixels pixels;  // to look at
};

struct PaintingPlan {
    Source content;
    std::vector<Source> styles;
    std::shared_ptr<const ImpastoWeights> weights;
    settings::Settings settings;
    // What it begins from; null: what the settings say, of which a file is in `init`.
    SharedImage start;
    SharedImage init;
    bool paused = false;
};

class Painting {
  public:
    // Returns at once; what fails later comes out of record(). kOutOfMemory, kInvalidArgument,
    // kWeights.
    static Result<std::unique_ptr<Painting>> create(ImpastoContext* context,
                                                    const TextureLayout& layout, Queue& queue,
                                                    PaintingPlan plan);
    // The device must have finished all slices, or be lost; otherwise end().
    ~Painting() = default;
    // Hands the session, and the texture where nobody else has it, to the queue's past.
    static void end(std::unique_ptr<Painting> painting, Queue& queue);

    // Writes a slice of at most `budget_ms`; whether there was anything to write.
    Result<bool> record(const Submission& submission, std::uint64_t completed, double budget_ms);

    ImpastoState state() const { return state_; }
    const ImpastoProgress& progress() const { return progress_; }
    const std::vector<ImpastoScale>& scales() const { return scales_; }
    // Of all scales that are still to come and were.
    std::uint32_t iterations_in_all() const;
    // Of each iteration that was finished, over all scales.
    const std::vector<ImpastoLosses>& losses() const { return losses_; }
    // Of the last one, by layer.
    std::vector<ImpastoLayerLoss> layer_losses() const;
    // Device time of the slices so far, in ms, as far as they were measured.
    double measured_ms() const { return measured_ms_; }
    ImpastoSession* session() const { return session_.get(); }
    const PaintingPlan& plan() const { return plan_; }

    // The picture, and whether there is one yet.
    const std::shared_ptr<Texture>& texture() const { return texture_; }
    bool has_picture() const { return pictures_ > 0; }
    std::uint64_t pictures() const { return pictures_; }  // painted so far

    Status run();
    // Iterations in flight are finished first, so that picture and progress belong together; then
    // the state is PAUSED.
    Status pause();
    // Runs until so many iterations of this session are finished, and pauses there.
    Status run_until(std::uint32_t iterations);
    // From the next iteration on. Only weights may differ (same_plan).
    Status set_weights(const settings::Settings& settings);
    // The first call asks; nothing until slices have read it back; then the answer, once, and
    // progress() says at which iteration it is.
    Result<std::optional<SharedImage>> image();
    Result<std::optional<std::vector<std::byte>>> snapshot();
    // The first call asks; false until slices have put it back; then true, once.
    Result<bool> restore(const std::vector<std::byte>& snapshot);

  private:
    Painting() = default;
    Status open(ImpastoContext* context, const TextureLayout& layout, Queue& queue);
    Status status(int result) const;
    Status take_progress();
    void take_losses();

    PaintingPlan plan_;
    std::shared_ptr<Texture> texture_;
    Impasto::HostedSession session_;
    std::vector<ImpastoScale> scales_;
    std::vector<ImpastoLosses> losses_;
    ImpastoProgress progress_{};
    ImpastoState state_ = IMPASTO_STATE_PREPARING;
    std::uint64_t pictures_ = 0;
    std::uint64_t measured_frame_ = 0;
    double measured_ms_ = 0;
};

// Without what counts only at the start of a run.
settings::Settings but_for_start(settings::Settings settings);

// Whether a session of `from` can take up `to` by weights alone.
bool same_plan(const settings::Settings& from, const settings::Settings& to);

}  // namespace impasto::viewer
