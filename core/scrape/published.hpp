#pragma once

#include "core/base/deadline.hpp"

#include <memory>
#include <mutex>
#include <utility>

namespace erp {

/// Where a watcher puts its newest immutable state and a collector picks it up. Safe from any
/// thread.
template <class T>
class Published {
  public:
    struct Entry {
        std::shared_ptr<const T> value;  ///< null until the first publish()
        Clock::time_point at{};
    };

    /// `at` is when the watcher looked.
    void publish(T value, Clock::time_point at = Clock::now()) {
        Entry entry{std::make_shared<const T>(std::move(value)), at};
        const std::lock_guard lock(mutex_);
        entry_ = std::move(entry);
    }

    [[nodiscard]] Entry latest() const {
        const std::lock_guard lock(mutex_);
        return entry_;
    }

    /// The newest state if it is at most three of the watcher's intervals old, else null: old news
    /// must not look like news.
    [[nodiscard]] Entry fresh(Duration interval) const {
        const Entry entry = latest();
        return Clock::now() - entry.at > 3 * interval ? Entry() : entry;
    }

  private:
    mutable std::mutex mutex_;
    Entry entry_;
};

}  // namespace erp
