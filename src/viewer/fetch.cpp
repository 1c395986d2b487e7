#include "viewer/fetch.h"

#include <chrono>
#include <condition_variable>

#include "viewer/handles.h"

#ifdef IMPASTO_HAVE_DOWNLOAD
#include "impasto/download.h"
#endif

namespace impasto::viewer {

struct Fetch::State {
    std::atomic<std::uint64_t> done{0};
    std::atomic<std::uint64_t> total{0};
    std::atomic<bool> cancelled{false};
    std::atomic<bool> ended{false};
    std::mutex mutex;
    std::condition_variable changed;
    Status status;
    bool taken = false;
};

Fetch::Fetch() = default;
Fetch::~Fetch() { static_cast<void>(abandon(0)); }

bool Fetch::is_possible() {
#ifdef IMPASTO_HAVE_DOWNLOAD
    return true;
#else
    return false;
#endif
}

void Fetch::start(const std::string& name) {
    if (runs()) {
        return;
    }
    state_ = std::make_shared<State>();
#ifdef IMPASTO_HAVE_DOWNLOAD
    if (thread_.joinable()) {
        thread_.join();  // the one before has ended
    }
    thread_ = std::thread([state = state_, name] {
        ImpastoFetchOptions options{};
        options.struct_size = sizeof options;
        options.user = state.get();
        options.progress = [](void* user, std::uint64_t done, std::uint64_t total) {
            auto& its = *static_cast<State*>(user);
            its.done = done;
            its.total = total;
            return its.cancelled ? 1 : 0;
        };
        ImpastoFetchReport report{};
        report.struct_size = sizeof report;
        Message message;
        const std::int32_t result =
            impasto_fetch_weights(name.c_str(), &options, &report, message.data(), message.size());
        const std::lock_guard lock(state->mutex);
        state->status = message.status(result);
        state->ended = true;
        state->changed.notify_all();
    });
#else
    state_->status = Error{ErrorCode::kNetwork, "this program was built without downloads: put " +
                                                    name + "'s file on the disk and open it"};
    state_->ended = true;
#endif
}

void Fetch::cancel() {
    if (state_) {
        state_->cancelled = true;
    }
}

bool Fetch::abandon(double seconds) {
    cancel();
    if (!thread_.joinable()) {
        return true;
    }
    std::unique_lock lock(state_->mutex);
    const bool ended = state_->changed.wait_for(lock, std::chrono::duration<double>(seconds),
                                                [this] { return state_->ended.load(); });
    lock.unlock();
    if (ended) {
        thread_.join();
    } else {
        thread_.detach();
    }
    return ended;
}

bool Fetch::runs() const { return state_ && !state_->ended; }
std::uint64_t Fetch::done() const { return state_ ? state_->done.load() : 0; }
std::uint64_t Fetch::total() const { return state_ ? state_->total.load() : 0; }

bool Fetch::take_end(Status& status) {
    if (!state_ || !state_->ended || state_->taken) {
        return false;
    }
    const std::lock_guard lock(state_->mutex);
    status = state_->status;
    state_->taken = true;
    return true;
}

}  // namespace impasto::viewer
