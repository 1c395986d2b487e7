// Downloading VGG19 beside the work.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"

namespace impasto::viewer {

class Fetch {
  public:
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

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace impasto::viewer
