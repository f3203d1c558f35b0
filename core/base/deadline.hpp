#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace erp {

using Clock = std::chrono::steady_clock;
using Duration = Clock::duration;

/// A point in monotonic time, made once at the door and passed by value to every wait.
class Deadline {
  public:
    explicit Deadline(Clock::time_point at) : at_(at) {}
    [[nodiscard]] static Deadline after(Duration wait) { return Deadline(Clock::now() + wait); }

    [[nodiscard]] Clock::time_point at() const { return at_; }
    /// Time left, never negative.
    [[nodiscard]] Duration left() const { return std::max(at_ - Clock::now(), Duration::zero()); }
    [[nodiscard]] bool passed() const { return Clock::now() >= at_; }
    /// The earlier of this one and `wait` from now.
    [[nodiscard]] Deadline at_most(Duration wait) const {
        return Deadline(std::min(at_, Clock::now() + wait));
    }

  private:
    Clock::time_point at_;
};

/// The only way a duration becomes a sample.
[[nodiscard]] inline double seconds(Duration d) {
    return std::chrono::duration<double>(d).count();
}

/// Seconds of Unix time, as samples show it.
[[nodiscard]] inline double unix_now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// Unix time in ns, until 2262.
[[nodiscard]] inline std::int64_t unix_nanoseconds() {
    using namespace std::chrono;
    return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

/// A moment of the steady clock on the system's: Unix time in seconds.
[[nodiscard]] inline double to_unix(Clock::time_point at) {
    return unix_now() - seconds(Clock::now() - at);
}

}  // namespace erp
