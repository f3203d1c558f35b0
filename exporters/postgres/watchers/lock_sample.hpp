#pragma once

#include "core/base/result.hpp"
#include "exporters/postgres/client/rows.hpp"

#include <cstdint>
#include <map>
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
    bool traced = true;         ///< its blockers were asked for
    bool dated = true;          ///< the server says since when it waits; else `seconds` is 0
};

/// A session that waits for a lock, or that pg_blocking_pids() names. Without pg_read_all_stats,
/// what concerns other users' sessions is empty; so is all but its wait of one that hangs in its
/// start (before 18), and of one that has just gone.
struct LockSession {
    int pid = 0;
    /// Its database; if it has none (a standby's startup process, a walsender) that of the lock it
    /// waits for; 0 if there is none either.
    std::uint32_t datid = 0;
    std::string datname;  ///< empty: of none, or of one that is not known yet
    std::string usename;  ///< empty too while pg_authid is locked
    /// Without its trailing number; when empty what kind of process of the server's own it is, else
    /// `_none`.
    std::string application;
    std::string client;  ///< address; empty for a unix socket
    std::string state;   ///< pg_stat_activity.state; empty: hidden from us, or no client's session
    std::optional<double> transaction_seconds;
    std::string query;  ///< its first 200 characters
    std::optional<LockWait> wait;
};

/// Returns nothing when nobody waits, and looks at sessions only then. Of waiting sessions
/// pg_blocking_pids() is asked for the 64 that wait longest, since it takes the lock manager for a
/// moment.
[[nodiscard]] std::string lock_sample_statement(int server_version);
/// Each session once, blockers of at most 64: else it is an error. `databases`: their names by oid.
[[nodiscard]] Result<std::vector<LockSession>> to_lock_sessions(
    const Rows& rows, const std::map<std::uint32_t, std::string>& databases);

}  // namespace erp::postgres
