#pragma once

#include "core/base/log.hpp"
#include "core/tenancy/tenancy.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace erp {

/// The databases of one target; a new object when they change.
using DatabaseList = std::shared_ptr<const std::vector<Database>>;

/// Of one target; null: not known, or none.
struct TargetDatabases {
    std::string target;
    DatabaseList list;
    bool operator==(const TargetDatabases&) const = default;
};

/// The tenancy of this moment and what exists, for readers of logs, which attribute what they read
/// when they read it. Any thread.
class CurrentTenancy {
  public:
    /// Never null.
    [[nodiscard]] std::shared_ptr<const Tenancy> get() const {
        const std::lock_guard lock(mutex_);
        return now_;
    }
    /// Those of the target of this name; null: not known, or there is no such target. They are
    /// kept while their server is down.
    [[nodiscard]] DatabaseList databases(std::string_view target) const;

    void set(std::shared_ptr<const Tenancy> tenancy) {
        const std::lock_guard lock(mutex_);
        now_ = std::move(tenancy);
    }
    void set(std::vector<TargetDatabases> databases) {
        const std::lock_guard lock(mutex_);
        databases_ = std::move(databases);
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Tenancy> now_ = std::make_shared<const Tenancy>();
    std::vector<TargetDatabases> databases_;
};

/// The configured tenancy with the databases that exist, over all targets, made again when one of
/// them changes. I/O thread; what it gives out is immutable.
class LiveTenancy {
  public:
    LiveTenancy(Log& log, std::shared_ptr<CurrentTenancy> current)
        : log_(log), current_(std::move(current)) {}

    void configure(std::shared_ptr<const Tenancy> tenancy);
    /// What exists now.
    void see(std::vector<TargetDatabases> databases);
    [[nodiscard]] const std::shared_ptr<const Tenancy>& now() const { return now_; }

  private:
    Log& log_;
    std::shared_ptr<CurrentTenancy> current_;
    std::shared_ptr<const Tenancy> configured_ = std::make_shared<const Tenancy>();
    std::shared_ptr<const Tenancy> now_ = configured_;
    std::vector<TargetDatabases> databases_;
    bool said_ = false;  ///< that there are too many
};

}  // namespace erp
