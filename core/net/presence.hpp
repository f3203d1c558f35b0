#pragma once

#include <functional>
#include <utility>

namespace erp {

/// Whether the client of a request is still there: its connection sees it go, and whoever waits on
/// its behalf stops. I/O thread only.
class Presence {
  public:
    [[nodiscard]] bool gone() const { return gone_; }
    /// What wakes the waiters, once, when the client goes.
    void on_gone(std::function<void()> wake) { wake_ = std::move(wake); }
    void leave() {
        gone_ = true;
        if (const auto wake = std::exchange(wake_, {})) wake();
    }

  private:
    bool gone_ = false;
    std::function<void()> wake_;
};

}  // namespace erp
