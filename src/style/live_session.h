// A session whose device work is written into a host's command buffers, slice by slice, while a
// thread of its own does the host's side: pictures, pipelines, losses, decisions.
//
//     host's thread                          session's thread
//     record(slice) ---- complete(frame) -->  Session on a SliceStream, advance(1), publish, ...
//            <---- programs to write -------
//
// The host's functions never wait for the thread, but for a lock that it holds for moments; the
// destructor waits for what the thread is at.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "gpu/slice_stream.h"
#include "style/publisher.h"
#include "style/session.h"

namespace impasto::style {

// A picture in memory, or in an image of the host's that the first slices read.
struct Source {
    Image image;  // its size alone, when it comes from the device
    bool on_device = false;
    TexelFormat format = TexelFormat::kRgba8;
    gpu::ImagePart part;
};

struct LiveInput {
    std::shared_ptr<const EncoderWeights> weights;
    Source content;
    std::vector<Source> styles;
    SessionOptions options;
    Target target;
    std::uint32_t every = 1;  // iterations from picture to picture
    Session::Log log;         // called on the session's thread
};

enum class LiveState : std::uint8_t { kPreparing, kRunning, kPaused, kDone, kCancelled, kFailed };

struct LiveReport {
    LiveState state = LiveState::kPreparing;
    gpu::SliceReport slice;
    std::uint64_t pictures = 0;  // that the slices so far wrote into the target
};

// Every function may be called from any thread.
class LiveSession {
  public:
    // Starts the thread. The target's image outlives the session.
    static Result<std::unique_ptr<LiveSession>> create(gpu::Device& device, LiveInput input);
    // Nothing that was written may still be in flight.
    ~LiveSession();
    LiveSession(const LiveSession&) = delete;
    LiveSession& operator=(const LiveSession&) = delete;

    // Writes a slice. An error is the session's own, every time.
    Result<LiveReport> record(const gpu::Slice& slice, std::uint64_t completed_frame);
    void complete(std::uint64_t frame) { stream_->complete(frame); }
    void lose_device();
    void cancel();
    // True once the thread is at its end, so that the destructor does not wait.
    bool ended() const;

    void pause(bool paused);
    // Goes on until so many iterations are finished, and pauses there.
    void pause_after(std::uint32_t iterations);
    Status set_objective(const ObjectiveOptions& objective);
    LiveState state() const;
    Progress progress() const;
    // Up to `count` from the `first`-th iteration on.
    std::vector<Losses> losses(std::size_t first, std::size_t count) const;
    std::optional<Losses> last_losses() const;
    std::vector<LayerLoss> layer_losses() const;  // of the same iteration
    std::vector<Scale> scales() const { return scales_; }
    std::uint64_t bytes_planned() const;
    // The first call asks; nothing until it is there, which takes slices; then the answer, once.
    Result<std::optional<Image>> image();
    Result<std::optional<std::vector<std::byte>>> snapshot(SnapshotKind kind);
    // As the above: true when it is done. The bytes are copied; other ones than those that were
    // asked for last take their place. Weights that were set before are the snapshot's then.
    Result<bool> restore(std::span<const std::byte> bytes);
    // How the current scale is laid out, without its buffers; kInvalidArgument while there is none.
    Result<encoder::Plan> plan() const;
    // What the operations of an iteration of the current scale took last (gpu::Program::learned);
    // empty until one was measured.
    std::vector<gpu::Timing> operations() const;

  private:
    // What the host asks for and the thread answers.
    template <typename Answer>
    struct Request {
        bool asked = false;
        std::optional<Result<Answer>> answer;
        bool waits() const { return asked && !answer; }
    };

    LiveSession(gpu::Device& device, LiveInput input);
    void run();
    Status work();
    Status optimise(Session& session);
    using Bytes = std::shared_ptr<const std::vector<std::byte>>;
    // Null where it was not asked for, else what `status` is of. Success is answered once the
    // picture is shown, by the same bytes: others may have been asked for since.
    Result<Bytes> restore_if_asked(Session& session, Status& status);
    Status answer_requests(Session& session, bool restored);
    Status take_objective(Session& session, bool before_restoring);
    Status publish(Publisher& publisher);
    bool wait_for_work(const Session& session);
    void take_plan(const Session& session);  // and the step, of a scale that was entered
    void take_progress(const Session& session, bool restored);
    Result<Image> read(const Source& source);
    bool has_requests() const;                   // with the mutex
    bool is_last(const Session& session) const;  // likewise: whether pause_after() stops it here
    Error ended_error() const;                   // likewise
    template <typename Answer>
    Result<std::optional<Answer>> ask(Request<Answer>& request);

    gpu::Device& device_;
    LiveInput input_;
    std::vector<Scale> scales_;
    std::shared_ptr<gpu::SliceStream> stream_;  // the session's too
    ObjectiveOptions objective_;                // as the session was created with

    mutable std::mutex mutex_;
    std::condition_variable wake_;  // the thread
    bool paused_ = false;
    std::optional<std::uint32_t> last_iteration_;  // of pause_after()
    bool stopped_ = false;
    bool thread_ended_ = false;
    LiveState state_ = LiveState::kPreparing;
    std::optional<Error> error_;
    Progress progress_;
    std::vector<Losses> losses_;
    std::vector<LayerLoss> layer_losses_;
    std::uint64_t bytes_planned_ = 0;
    std::optional<encoder::Plan> plan_;
    std::shared_ptr<const gpu::Program> step_;  // it may outlive the session's use of it
    std::deque<std::uint64_t> publications_;    // tickets not yet written
    std::uint64_t pictures_ = 0;
    std::optional<ObjectiveOptions> new_objective_;
    bool objective_after_restoring_ = false;  // it was set after what restored_ asks for
    Request<Image> image_;
    std::array<Request<std::vector<std::byte>>, kSnapshotKinds> snapshots_;
    Request<bool> restored_;
    Bytes restore_bytes_;  // of restored_; null where nothing is asked

    std::thread thread_;  // last: it uses all the others
};

}  // namespace impasto::style
