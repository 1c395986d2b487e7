// What the window tells its user: errors and news, shown for a while and kept in a list.
#pragma once

#include <chrono>
#include <deque>
#include <string>

#include "base/result.h"

namespace impasto::viewer {

struct Notice {
    std::string text;
    bool is_error = false;
    std::chrono::steady_clock::time_point since;
    bool dismissed = false;
};

class Messages {
  public:
    void say(std::string text) { add(std::move(text), false); }
    void complain(const Error& error) { add(error.message, true); }
    // True for success; an error is shown.
    bool accept(const Status& status) {
        if (!status) {
            complain(status.error());
        }
        return static_cast<bool>(status);
    }
    std::deque<Notice>& all() { return all_; }  // newest last
    const std::deque<Notice>& all() const { return all_; }

  private:
    void add(std::string text, bool is_error) {
        constexpr std::size_t kKept = 100;
        const auto now = std::chrono::steady_clock::now();
        // The same again, as an error of every frame would be, is shown once.
        if (!all_.empty() && all_.back().text == text) {
            all_.back().since = now;
            all_.back().dismissed = false;
            return;
        }
        all_.push_back({std::move(text), is_error, now});
        if (all_.size() > kKept) {
            all_.pop_front();
        }
    }
    std::deque<Notice> all_;
};

}  // namespace impasto::viewer
