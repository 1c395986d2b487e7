#include "viewer/jobs.h"

#include <chrono>
#include <exception>
#include <thread>

namespace impasto::viewer {

struct Jobs::State {
    struct Job {
        std::string name;
        Work work;
    };
    std::function<void()> wake;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Job> waiting;
    std::deque<Finish> finished;
    std::string running;
    bool works = false;
    bool stopped = false;

    void run();
};

void Jobs::State::run() {
    std::unique_lock lock(mutex);
    while (true) {
        changed.wait(lock, [this] { return stopped || !waiting.empty(); });
        if (stopped) {
            return;
        }
        Job job = std::move(waiting.front());
        waiting.pop_front();
        running = job.name;
        works = true;
        lock.unlock();
        Finish finish = job.work();
        job = {};
        lock.lock();
        works = false;
        running.clear();
        if (finish && !stopped) {
            finished.push_back(std::move(finish));
            lock.unlock();
            wake();
            lock.lock();
        }
        changed.notify_all();
    }
}

Jobs::Jobs(std::function<void()> wake) : state_(std::make_shared<State>()) {
    state_->wake = std::move(wake);
    std::thread([state = state_] { state->run(); }).detach();
}

Jobs::~Jobs() { static_cast<void>(abandon(0)); }

void Jobs::start(std::string name, Work work) {
    const std::lock_guard lock(state_->mutex);
    if (!state_->stopped) {
        state_->waiting.push_back({std::move(name), std::move(work)});
    }
    state_->changed.notify_all();
}

void Jobs::collect() {
    while (true) {
        Finish finish;
        {
            const std::lock_guard lock(state_->mutex);
            if (state_->finished.empty()) {
                return;
            }
            finish = std::move(state_->finished.front());
            state_->finished.pop_front();
        }
        finish();
    }
}

std::string Jobs::running() const {
    const std::lock_guard lock(state_->mutex);
    return state_->running;
}

std::size_t Jobs::waiting() const {
    const std::lock_guard lock(state_->mutex);
    return state_->waiting.size();
}

bool Jobs::idle() const {
    const std::lock_guard lock(state_->mutex);
    return state_->waiting.empty() && !state_->works && state_->finished.empty();
}

bool Jobs::abandon(double seconds) {
    std::unique_lock lock(state_->mutex);
    state_->stopped = true;
    state_->waiting.clear();
    state_->finished.clear();
    state_->changed.notify_all();
    return state_->changed.wait_for(lock, std::chrono::duration<double>(seconds),
                                    [this] { return !state_->works; });
}

}  // namespace impasto::viewer
