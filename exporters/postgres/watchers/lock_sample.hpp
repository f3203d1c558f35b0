#pragma once

#include "core/base/result.hpp"
#include "exporters/postgres/client/rows.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp::postgres {

/// What a session waits for.
struct LockWait {
    double seconds = 0;         ///< since it began to wait; before version 14 an upper bound
    std::vector<int> blockers;  ///< see Waiter
    std::string locktype;       ///< pg_locks.locktype: transactionid, relation, tuple, …
    std::string mode;           ///< pg_locks.mode in lower case
    /// The table that is wanted, or whose row is; 0: not known. A session that waits for a
    /// transaction holds the tuple lock of the row it is about (the first in the queue), unless it
    /// checks a foreign key.
    std::uint32_t relation = 0;
    std::string relation_name;  ///< of the server's own tables, which are the same everywhere
};

/// A session that waits for a lock, or that pg_blocking_pids() names. Without pg_monitor, what
/// concerns other users' sessions is empty.
struct LockSession {
    int pid = 0;
    std::uint32_t datid = 0;
    std::string datname;
    std::string usename;
    std::string application;  ///< without its trailing number; `_none` when empty
    std::string client;       ///< address; empty for a unix socket
    std::string state;        ///< pg_stat_activity.state
    std::optional<double> transaction_seconds;
    std::string query;  ///< its first 200 characters
    std::optional<LockWait> wait;
};

/// Returns nothing when nobody waits, and looks at sessions only then. Of waiting sessions
/// pg_blocking_pids() is asked for the 64 that wait longest, since it takes the lock manager for a
/// moment.
[[nodiscard]] std::string lock_sample_statement(int server_version);
[[nodiscard]] Result<std::vector<LockSession>> to_lock_sessions(const Rows& rows);

}  // namespace erp::postgres
