#pragma once

#include "core/base/log.hpp"
#include "core/tenancy/tenancy.hpp"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace erp {

/// The databases of one target; a new object when they change.
using DatabaseList = std::shared_ptr<const std::vector<Database>>;

/// The tenancy of this moment, for readers of logs, which attribute what they read when they read
/// it. Any thread; never null.
class CurrentTenancy {
  public:
    [[nodiscard]] std::shared_ptr<const Tenancy> get() const {
        const std::lock_guard lock(mutex_);
        return now_;
    }
    void set(std::shared_ptr<const Tenancy> tenancy) {
        const std::lock_guard lock(mutex_);
        now_ = std::move(tenancy);
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Tenancy> now_ = std::make_shared<const Tenancy>();
};

/// The configured tenancy with the databases that exist, over all targets, made again when one of
/// them changes. I/O thread; what it gives out is immutable.
class LiveTenancy {
  public:
    LiveTenancy(Log& log, std::shared_ptr<CurrentTenancy> current)
        : log_(log), current_(std::move(current)) {}

    void configure(std::shared_ptr<const Tenancy> tenancy);
    /// What exists now, one list a target; null: not known, or none.
    void see(std::vector<DatabaseList> lists);
    [[nodiscard]] const std::shared_ptr<const Tenancy>& now() const { return now_; }

  private:
    Log& log_;
    std::shared_ptr<CurrentTenancy> current_;
    std::shared_ptr<const Tenancy> configured_ = std::make_shared<const Tenancy>();
    std::shared_ptr<const Tenancy> now_ = configured_;
    std::vector<DatabaseList> lists_;
    bool said_ = false;  ///< that there are too many
};

}  // namespace erp
