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

    void publish(T value) {
        Entry entry{std::make_shared<const T>(std::move(value)), Clock::now()};
        const std::lock_guard lock(mutex_);
        entry_ = std::move(entry);
    }

    [[nodiscard]] Entry latest() const {
        const std::lock_guard lock(mutex_);
        return entry_;
    }

    /// The newest state if it is at most three of the watcher's intervals old, else null: old news
    /// must not look like news.
    [[nodiscard]] std::shared_ptr<const T> fresh(Duration interval) const {
        const Entry entry = latest();
        if (!entry.value || Clock::now() - entry.at > 3 * interval) return nullptr;
        return entry.value;
    }

  private:
    mutable std::mutex mutex_;
    Entry entry_;
};

}  // namespace erp
