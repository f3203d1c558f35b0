#pragma once

#include "core/metrics/samples.hpp"
#include "exporters/postgres/watchers/blocking.hpp"
#include "exporters/postgres/watchers/lock_history.hpp"
#include "exporters/postgres/watchers/lock_sample.hpp"

#include <string>
#include <vector>

namespace erp::postgres {

/// One sample, with names: who waits now, for what and for whom. Immutable; what the page shows of
/// the moment, and the report of lock trees.
struct LockPicture {
    std::vector<LockSession> sessions;
    std::vector<std::string> relations;  ///< by session, see NamedWait::relation
    BlockingForest forest{{}};

    [[nodiscard]] std::vector<NamedWait> waits() const;
    /// Null: the root is a prepared transaction (pid 0), or the sample has no such session.
    [[nodiscard]] const LockSession* find(int pid) const;
};

/// `relations` by session.
[[nodiscard]] LockPicture to_picture(std::vector<LockSession> sessions,
                                     std::vector<std::string> relations);

/// pg_blocking_root_sessions{root_state} of what has this pid: 0 is a prepared transaction, which
/// has no session.
[[nodiscard]] std::string_view root_state(int pid, const LockSession* session);

/// Adds the gauges of the moment that are not kept by LockHistory.
void show(const LockPicture& picture, Samples& samples);

}  // namespace erp::postgres
