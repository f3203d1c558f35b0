#pragma once

#include "core/base/deadline.hpp"

#include <deque>

namespace erp {

/// Maximum of a gauge over a sliding window, so that an episode between two scrapes is seen, and by
/// every scraper alike. One thread at a time.
class RecentMax {
  public:
    static constexpr Duration kWindow = std::chrono::seconds(60);

    void add(double value, Clock::time_point at) {
        // Only values that a later one has not overtaken can still become the maximum.
        while (!values_.empty() && values_.back().value <= value)
            values_.pop_back();
        values_.push_back({value, at});
        drop_before(at - kWindow);
    }

    /// The largest value in the window that ends at `now`; 0 when there is none.
    [[nodiscard]] double at(Clock::time_point now) {
        drop_before(now - kWindow);
        return values_.empty() ? 0 : values_.front().value;
    }

  private:
    struct Entry {
        double value;
        Clock::time_point at;
    };
    void drop_before(Clock::time_point from) {
        while (!values_.empty() && values_.front().at < from)
            values_.pop_front();
    }
    std::deque<Entry> values_;
};

}  // namespace erp
