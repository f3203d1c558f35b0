#pragma once

#include "core/base/log.hpp"
#include "core/tenancy/tenancy.hpp"

#include <memory>
#include <vector>

namespace erp {

/// The databases of one target; a new object when they change.
using DatabaseList = std::shared_ptr<const std::vector<Database>>;

/// The configured tenancy with the databases that exist, over all targets, made again when one of
/// them changes. I/O thread; what it gives out is immutable.
class LiveTenancy {
  public:
    explicit LiveTenancy(Log& log) : log_(log) {}

    void configure(std::shared_ptr<const Tenancy> tenancy);
    /// What exists now, one list a target; null: not known, or none.
    void see(std::vector<DatabaseList> lists);
    [[nodiscard]] const std::shared_ptr<const Tenancy>& now() const { return now_; }

  private:
    Log& log_;
    std::shared_ptr<const Tenancy> configured_ = std::make_shared<const Tenancy>();
    std::shared_ptr<const Tenancy> now_ = configured_;
    std::vector<DatabaseList> lists_;
    bool said_ = false;  ///< that there are too many
};

}  // namespace erp
