#pragma once

#include "exporters/postgres/watchers/lock_picture.hpp"
#include "exporters/postgres/watchers/relation_names.hpp"
#include "exporters/postgres/watchers/watcher.hpp"

#include <memory>
#include <string>

namespace erp::postgres {

/// What a session waits for by name: "stock_quant"; `unresolved`; empty when it is no table's lock.
[[nodiscard]] std::string relation_of(const LockSession& session,
                                      RelationNames& names,
                                      Clock::time_point now);

extern const Collector kLockWaits;

}  // namespace erp::postgres
