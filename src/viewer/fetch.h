// Downloading VGG19 beside the work.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"

namespace impasto::viewer {

class Fetch {
  public:
    // Made here, so that it may be destroyed where State isn't known.
    Fetch();
    ~Fetch();  // see abandon()
    Fetch(const Fetch&) = delete;
    Fetch& operator=(const Fetch&) = delete;

    // False where the program was built without downloads.
    static bool is_possible();

    void start(const std::string& name);
    void cancel();
    bool runs() const;
    // Bytes of the file so far and in all; 0: not known yet.
    std::uint64_t done() const;
    std::uint64_t total() const;
    // Once, after it ended; then nothing until the next one has.
    bool take_end(Status& status);
    // Cancels, and waits this long for the end; false when it still runs, as where a server's name
    // is looked up: then the process has to end without destroying anything.
    bool abandon(double seconds);

  private:
    struct State;
    std::shared_ptr<State> state_;  // shared with the thread, which may outlive this
    std::thread thread_;
};

}  // namespace impasto::viewer
