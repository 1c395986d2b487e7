// Work that takes longer than a frame may: decoding and writing pictures, reading weights,
// downloads. It runs on a thread, and ends with a piece that runs on the window's.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace impasto::viewer {

class Jobs {
  public:
    // Runs on the window's thread when the work is done.
    using Finish = std::function<void()>;
    using Work = std::function<Finish()>;

    // `wake` is called, from the thread, when something can be collected.
    explicit Jobs(std::function<void()> wake);
    ~Jobs();  // what has not begun is dropped; see abandon()

    // One after the other, in this order. `name`: what the status line says of it.
    void start(std::string name, Work work);
    // Runs what is finished.
    void collect();
    // Of the one that runs, or ""; and how many wait behind it.
    std::string running() const;
    std::size_t waiting() const;
    bool idle() const;
    // Drops what waits and waits this long for what runs; false when it still does: then the
    // process has to end without destroying anything that the work uses.
    bool abandon(double seconds);

  private:
    struct State;
    std::shared_ptr<State> state_;  // shared with the thread, which may outlive this
};

}  // namespace impasto::viewer
