#include "style/live_session.h"

#include <algorithm>
#include <limits>
#include <new>

#include "image/texels.h"

namespace impasto::style {

Result<std::unique_ptr<LiveSession>> LiveSession::create(gpu::Device& device, LiveInput input) {
    auto self = std::unique_ptr<LiveSession>(new LiveSession(device, std::move(input)));
    self->thread_ = std::thread([live = self.get()] { live->run(); });
    return self;
}

LiveSession::LiveSession(gpu::Device& device, LiveInput input)
    : device_(device),
      input_(std::move(input)),
      stream_(std::make_shared<gpu::SliceStream>(device)),
      objective_(input_.options.objective) {
    scales_ = schedule(input_.content.image, input_.options, input_.options.size);
}

LiveSession::~LiveSession() {
    cancel();
    complete(std::numeric_limits<std::uint64_t>::max());
    if (thread_.joinable()) {
        thread_.join();
    }
}

// ---- The session's thread ----

void LiveSession::run() {
    Status status;
    try {
        status = work();
    } catch (const std::bad_alloc&) {
        status = Error{ErrorCode::kOutOfMemory, {}};  // short enough to need no memory
    } catch (...) {
        status = Error{ErrorCode::kInternal, {}};
    }
    const std::lock_guard lock(mutex_);
    if (!status && !error_) {  // a lost device has said so
        const ErrorCode code = status.error().code;
        state_ = code == ErrorCode::kCancelled ? LiveState::kCancelled : LiveState::kFailed;
        try {
            error_ = status.error();
        } catch (const std::bad_alloc&) {
            error_ = Error{code, {}};
        }
    }
    thread_ended_ = true;
}

Status LiveSession::work() {
    auto content = read(input_.content);
    if (!content) {
        return content.error();
    }
    std::vector<Image> styles;
    for (const Source& source : input_.styles) {
        auto style = read(source);
        if (!style) {
            return style.error();
        }
        styles.push_back(*std::move(style));
    }
    auto session = Session::create(stream_, *input_.weights, *std::move(content), std::move(styles),
                                   input_.options, input_.log);
    input_.weights.reset();
    if (!session) {
        return session.error();
    }
    return optimise(**session);
}

Status LiveSession::optimise(Session& session) {
    auto publisher = Publisher::create(session, input_.target);
    if (!publisher) {
        return publisher.error();
    }
    // However this ends, what is still queued is dropped and what was written is waited for, before
    // the publisher goes.
    struct Ending {
        gpu::SliceStream& stream;
        ~Ending() {
            stream.cancel();
            stream.drain();
        }
    } ending{*stream_};
    IMPASTO_TRY(publish(**publisher));
    take_plan(session);
    take_progress(session, false);
    std::uint32_t version = session.image_version();
    while (wait_for_work(session)) {
        Status restoring;
        const Result<Bytes> bytes = restore_if_asked(session, restoring);
        if (!bytes) {
            return bytes.error();
        }
        const bool restored = *bytes != nullptr;
        IMPASTO_TRY(answer_requests(session, restored));
        bool goes_on = !session.progress().done;
        bool at_last = false;
        {
            const std::lock_guard lock(mutex_);
            at_last = is_last(session);
            goes_on = goes_on && !paused_ && !stopped_ && !at_last;
        }
        // While it rests the progress comes to say all that was done, one by one: what is asked for
        // meanwhile is heard between.
        IMPASTO_TRY(goes_on ? session.advance(1) : session.collect_next());
        const Progress& now = session.progress();
        const bool at_rest = session.iterations_submitted() == now.total_iterations;
        const bool due = now.done || now.total_iterations % input_.every == 0;
        const bool other_scale = version != session.image_version();
        if (other_scale) {
            version = session.image_version();
            take_plan(session);
        }
        if ((goes_on && due) || restored || other_scale) {
            IMPASTO_TRY(publish(**publisher));
        }
        if (now.done || (at_last && at_rest) || restored) {
            stream_->drain();  // whoever is told sees the picture, also where nothing more follows
        }
        take_progress(session, restored);
        const std::lock_guard lock(mutex_);
        if (restored && restoring && restore_bytes_ == *bytes) {
            restored_.answer = true;
        }
        if (at_last && at_rest && is_last(session)) {  // the host may have said otherwise meanwhile
            paused_ = true;
            last_iteration_.reset();
        }
    }
    return Error{ErrorCode::kCancelled, "the session was cancelled"};
}

Status LiveSession::publish(Publisher& publisher) {
    const auto ticket = publisher.publish();
    if (!ticket) {
        return ticket.error();
    }
    const std::lock_guard lock(mutex_);
    publications_.push_back(*ticket);
    return {};
}

bool LiveSession::has_requests() const {
    return new_objective_.has_value() || image_.waits() || restored_.waits() ||
           std::any_of(snapshots_.begin(), snapshots_.end(),
                       [](const auto& request) { return request.waits(); });
}

// False when the session is to end.
bool LiveSession::wait_for_work(const Session& session) {
    const Progress& now = session.progress();
    const bool collected = session.iterations_submitted() == now.total_iterations;
    std::unique_lock lock(mutex_);
    wake_.wait(lock,
               [&] { return stopped_ || has_requests() || !collected || (!paused_ && !now.done); });
    return !stopped_;
}

bool LiveSession::is_last(const Session& session) const {
    return last_iteration_ && session.iterations_submitted() >= *last_iteration_;
}

// A failure of what was asked for is the answer; one of the device ends the session too, since it
// comes back with whatever is done next.
Result<LiveSession::Bytes> LiveSession::restore_if_asked(Session& session, Status& status) {
    Bytes bytes;
    {
        const std::lock_guard lock(mutex_);
        if (restored_.waits()) {
            bytes = restore_bytes_;
        }
    }
    if (bytes == nullptr) {
        return bytes;
    }
    IMPASTO_TRY(take_objective(session, true));
    status = session.restore(*bytes);
    const std::lock_guard lock(mutex_);
    if (!status && restore_bytes_ == bytes) {
        restored_.answer = Result<bool>(status.error());
    }
    return bytes;
}

// In the order in which the host said them: should the snapshot be of no use, the weights that it
// would have replaced are there.
Status LiveSession::take_objective(Session& session, bool before_restoring) {
    std::optional<ObjectiveOptions> objective;
    {
        const std::lock_guard lock(mutex_);
        if (!before_restoring || !objective_after_restoring_) {
            objective.swap(new_objective_);
        }
    }
    return objective ? session.set_objective(*objective) : Status();
}

Status LiveSession::answer_requests(Session& session, bool restored) {
    IMPASTO_TRY(take_objective(session, false));
    bool image = false;
    std::array<bool, kSnapshotKinds> snapshots{};
    {
        const std::lock_guard lock(mutex_);
        image = image_.waits();
        for (std::size_t kind = 0; kind < kSnapshotKinds; ++kind) {
            snapshots[kind] = snapshots_[kind].waits();
        }
    }
    if (image || std::find(snapshots.begin(), snapshots.end(), true) != snapshots.end()) {
        // Losses are read late: the progress says what the answer shows.
        IMPASTO_TRY(session.collect_all());
        take_progress(session, restored);
    }
    if (image) {
        auto picture = session.image();
        const std::lock_guard lock(mutex_);
        image_.answer = std::move(picture);
    }
    for (std::size_t kind = 0; kind < kSnapshotKinds; ++kind) {
        if (snapshots[kind]) {
            auto bytes = session.snapshot(static_cast<SnapshotKind>(kind));
            const std::lock_guard lock(mutex_);
            snapshots_[kind].answer = std::move(bytes);
        }
    }
    return {};
}

void LiveSession::take_plan(const Session& session) {
    const auto plan = session.plan();
    auto step = session.step();
    const std::lock_guard lock(mutex_);
    step_.swap(step);  // the one before goes behind the lock
    bytes_planned_ = session.bytes_planned();
    plan_.reset();
    if (plan) {
        plan_ = **plan;
    }
}

void LiveSession::take_progress(const Session& session, bool restored) {
    const std::vector<Losses>& all = session.losses();
    const std::lock_guard lock(mutex_);
    progress_ = session.progress();
    if (restored) {
        losses_.clear();
    }
    losses_.insert(losses_.end(), all.begin() + static_cast<std::ptrdiff_t>(losses_.size()),
                   all.end());
    layer_losses_ = session.layer_losses();
    if (!stopped_) {
        state_ = progress_.done ? LiveState::kDone : LiveState::kRunning;
    }
}

Result<Image> LiveSession::read(const Source& source) {
    if (!source.on_device) {
        return source.image;
    }
    const int width = source.image.width;
    const int height = source.image.height;
    gpu::Arena arena(device_, gpu::MemoryKind::kHost);
    const std::size_t bytes = source.image.pixels() * texel_bytes(source.format);
    const gpu::Buffer& buffer = arena.reserve(bytes / sizeof(float));
    IMPASTO_TRY(arena.commit("a picture of the host"));
    gpu::Program program(device_);
    program.copy_from_image(source.part, buffer);
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream_->run(program));
    return image_of_texels(source.format, width, height,
                           {static_cast<const std::byte*>(buffer.mapped), bytes});
}

// ---- The host's threads ----

Error LiveSession::ended_error() const {
    Error error = error_.value_or(Error{ErrorCode::kCancelled, "the session was cancelled"});
    if (error.message.empty()) {
        error.message =
            error.code == ErrorCode::kOutOfMemory  ? "out of host memory: try smaller pictures"
            : error.code == ErrorCode::kDeviceLost ? "the host's device is lost"
                                                   : "an unexpected failure, please report it";
    }
    return error;
}

Result<LiveReport> LiveSession::record(const gpu::Slice& slice, std::uint64_t completed_frame) {
    stream_->complete(completed_frame);
    LiveReport report;
    {
        const std::lock_guard lock(mutex_);
        if (state_ == LiveState::kFailed) {
            return ended_error();
        }
        report.state = paused_ && state_ == LiveState::kRunning ? LiveState::kPaused : state_;
        report.pictures = pictures_;
        if (state_ == LiveState::kCancelled ||
            (report.state == LiveState::kPaused && !has_requests())) {
            return report;
        }
    }
    report.slice = stream_->write(slice);
    const std::uint64_t written = stream_->written();
    const std::lock_guard lock(mutex_);
    while (!publications_.empty() && publications_.front() <= written) {
        publications_.pop_front();
        ++pictures_;
    }
    report.pictures = pictures_;
    return report;
}

void LiveSession::lose_device() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        state_ = LiveState::kFailed;
        error_.emplace(Error{ErrorCode::kDeviceLost, {}});
    }
    stream_->lose_device();
    wake_.notify_all();
}

void LiveSession::cancel() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        if (state_ != LiveState::kFailed) {
            state_ = LiveState::kCancelled;
        }
    }
    stream_->cancel();
    wake_.notify_all();
}

bool LiveSession::ended() const {
    const std::lock_guard lock(mutex_);
    return thread_ended_;
}

void LiveSession::pause(bool paused) {
    {
        const std::lock_guard lock(mutex_);
        paused_ = paused;
        last_iteration_.reset();
    }
    wake_.notify_all();
}

void LiveSession::pause_after(std::uint32_t iterations) {
    {
        const std::lock_guard lock(mutex_);
        paused_ = false;
        last_iteration_ = iterations;
    }
    wake_.notify_all();
}

Status LiveSession::set_objective(const ObjectiveOptions& objective) {
    IMPASTO_TRY(check_only_weights_differ(objective_, objective));
    {
        const std::lock_guard lock(mutex_);
        if (error_) {
            return ended_error();
        }
        new_objective_ = objective;
        objective_after_restoring_ = restored_.waits();
    }
    wake_.notify_all();
    return {};
}

LiveState LiveSession::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

Progress LiveSession::progress() const {
    const std::lock_guard lock(mutex_);
    return progress_;
}

std::vector<Losses> LiveSession::losses(std::size_t first, std::size_t count) const {
    const std::lock_guard lock(mutex_);
    first = std::min(first, losses_.size());
    const auto begin = losses_.begin() + static_cast<std::ptrdiff_t>(first);
    return {begin, begin + static_cast<std::ptrdiff_t>(std::min(count, losses_.size() - first))};
}

std::optional<Losses> LiveSession::last_losses() const {
    const std::lock_guard lock(mutex_);
    return losses_.empty() ? std::nullopt : std::optional<Losses>(losses_.back());
}

std::vector<LayerLoss> LiveSession::layer_losses() const {
    const std::lock_guard lock(mutex_);
    return layer_losses_;
}

std::uint64_t LiveSession::bytes_planned() const {
    const std::lock_guard lock(mutex_);
    return bytes_planned_;
}

Result<encoder::Plan> LiveSession::plan() const {
    const std::lock_guard lock(mutex_);
    if (!plan_) {
        return Error{ErrorCode::kInvalidArgument, "the session is still being prepared"};
    }
    return *plan_;
}

std::vector<gpu::Timing> LiveSession::operations() const {
    std::shared_ptr<const gpu::Program> step;
    {
        const std::lock_guard lock(mutex_);
        step = step_;
    }
    return step != nullptr ? stream_->timings(*step) : std::vector<gpu::Timing>();
}

template <typename Answer>
Result<std::optional<Answer>> LiveSession::ask(Request<Answer>& request) {
    {
        const std::lock_guard lock(mutex_);
        if (request.answer) {
            Result<Answer> answer = *std::move(request.answer);
            request = {};
            if (!answer) {
                return answer.error();
            }
            return std::optional<Answer>(*std::move(answer));
        }
        if (error_ || state_ == LiveState::kCancelled) {
            return ended_error();
        }
        request.asked = true;
    }
    wake_.notify_all();
    return std::optional<Answer>();
}

Result<std::optional<Image>> LiveSession::image() { return ask(image_); }

Result<std::optional<std::vector<std::byte>>> LiveSession::snapshot(SnapshotKind kind) {
    return ask(snapshots_[static_cast<std::size_t>(kind)]);
}

// Megabytes are compared and copied where nobody waits for them.
Result<bool> LiveSession::restore(std::span<const std::byte> bytes) {
    Bytes asked;
    {
        const std::lock_guard lock(mutex_);
        asked = restore_bytes_;
    }
    if (asked == nullptr || !std::equal(asked->begin(), asked->end(), bytes.begin(), bytes.end())) {
        auto other = std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end());
        const std::lock_guard lock(mutex_);
        restore_bytes_.swap(other);
        restored_ = {};
        objective_after_restoring_ = false;
    }
    auto done = ask(restored_);
    if (done && !*done) {
        return false;
    }
    {
        const std::lock_guard lock(mutex_);
        if (!restored_.asked) {
            restore_bytes_.reset();
        }
    }
    if (!done) {
        return done.error();
    }
    return true;
}

}  // namespace impasto::style
