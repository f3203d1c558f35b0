#pragma once

#include "exporters/odoo/log/record.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace erp::odoo {

/// What a record means. In brackets: the fields of Event that are set, beside `database` where the
/// text names one.
enum class EventKind : std::uint8_t {
    plain,  ///< nothing else: counted by level and area

    request,          ///< a request's end [method path status cursor, and numbers if dispatched]
    bad_request,      ///< what came was not HTTP; its database is that of the request before
    garbage_request,  ///< the access line behind a bad_request: counted already [status]
    gevent_request,   ///< of the gevent port, WebSockets included [method path status bytes
                      ///< duration: for as long as the connection lasted]

    login_succeeded,  ///< [database, before 19]
    login_failed,     ///< [database, before 19]
    login_cooldown,   ///< refused unseen, after ten failures in one worker [database]
    rpc_error,  ///< before the request's own line, whose status is often 200; in 14 and 15 also
                ///< behind it, with a status of 500 [error exception]

    bad_query,          ///< a statement failed [reason]; a retry may have mended it
    retry,              ///< a transaction begins anew [conflict]
    retries_exhausted,  ///< and not again [conflict]
    pool_closed,        ///< [pool database count: closed connections]
    connection_failed,  ///< PostgreSQL is away, or a client named a database that is not there
    database_unusable,  ///< 17+: a request whose database, which exists, is served without it

    cron_started,      ///< [name job]; 18: once a batch
    cron_finished,     ///< [name job result duration]; 14: after a failure too, no duration;
                       ///< 18: once a batch, and `cron_completed` follows
    cron_failed,       ///< [name job exception]; the name is empty where the text has none
    cron_timed_out,    ///< 18+: given up, workers were killed on it twice [name job]
    cron_completed,    ///< 18: the end of all batches, also after a failure [name job]
    cron_processed,    ///< 18: before `cron_completed` [name job result: partial, more is to do]
    cron_deactivated,  ///< 18+: failed for too long [name job]
    cron_manual,       ///< 15+: by a user, in an HTTP worker; `cron_finished` follows [name job]
    cron_skipped,      ///< no job of a database runs [database skip]

    worker_alive,         ///< a worker began [worker child]
    worker_timeout,       ///< the master kills it, written up to three times a kill [worker child
                          ///< duration: the limit]
    worker_cpu_limit,     ///< [child duration: the limit]; ends the request that it runs
    worker_memory_limit,  ///< after a request [child, bytes: its size]; gevent: no child
    worker_max_requests,  ///< [child count]
    worker_max_age,       ///< 18+, cron [worker child duration]
    worker_exception,     ///< ends by an exception [child exception]; a CPU limit's comes here too
    worker_exiting,       ///< an orderly end [child count: requests served]
    worker_parent_changed,  ///< its master is gone [child]
    worker_critical,        ///< ends by an error of its loop [child exception]
    server_limit,           ///< threaded mode: memory or time is over, a reload follows

    stopping,         ///< by SIGTERM, SIGINT or SIGHUP, which keeps the master's pid
    forced_shutdown,  ///< by a second SIGINT
    reloading,        ///< 19: a new master starts beside the old one
    boot,          ///< a master, and its gevent process once more [name: the version, if it is one]
    http_service,  ///< the master listens
    gevent_service,  ///< the gevent process listens

    modules_loaded,     ///< one load of a registry; 15+: `registry_loaded` follows
    registry_loaded,    ///< 15+ [duration]
    registry_reload,    ///< another process changed modules
    registry_signal,    ///< this process changed modules and tells the others
    cache_signal,       ///< this process changed what others keep
    cache_invalidated,  ///< another process did
    module_operation,   ///< something is installed, upgraded or removed [name: module, if named]

    mail_failed,        ///< the relay refused; one that is away writes nothing
    filestore_missing,  ///< 14: the file of an attachment is not there; 15+ see `missing_file`

    job_asked,         ///< queue_job's runner sends a job to a worker [database]
    job_failed,        ///< [exception]
    job_reset,         ///< the runner got no answer and will send it again
    job_stale,         ///< a copy, the job was taken already
    job_get_failed,    ///< the runner's request failed [database exception]
    job_runner_ready,  ///< [database]
    job_runner_retry,  ///< the runner lost PostgreSQL [exception]
};
inline constexpr std::size_t kEventKinds = 57;
[[nodiscard]] std::string_view to_string(EventKind kind);

/// Of rpc_error: label `kind`.
enum class RpcError : std::uint8_t {
    error,    ///< an exception that nobody expected
    user,     ///< UserError, ValidationError, MissingError, AccessError: told to the user
    access,   ///< AccessDenied: a wrong password, or too many
    session,  ///< expired
    http,     ///< a 404 and its like, raised by a controller
};
inline constexpr std::size_t kRpcErrors = 5;
[[nodiscard]] std::string_view to_string(RpcError error);

/// Of bad_query, by PostgreSQL's English text: label `reason`.
enum class QueryFault : std::uint8_t {
    serialization_failure,
    deadlock_detected,
    lock_not_available,  ///< NOWAIT, or lock_timeout
    statement_timeout,
    canceled,         ///< by a user or pg_cancel_backend()
    connection_lost,  ///< terminated, closed, restarted
    unique_violation,
    foreign_key_violation,
    not_null_violation,
    check_violation,
    undefined_object,  ///< a table, column or function that is not there
    syntax_error,
    permission_denied,
    read_only,  ///< a write on a replica
    disk_full,
    other,
};
inline constexpr std::size_t kQueryFaults = 16;
[[nodiscard]] std::string_view to_string(QueryFault reason);

/// Of retry and retries_exhausted: label `code`.
enum class Conflict : std::uint8_t {
    serialization_failure,
    deadlock_detected,
    lock_not_available,
    concurrency_error,  ///< 19: raised by Odoo itself
    other,
};
inline constexpr std::size_t kConflicts = 5;
[[nodiscard]] std::string_view to_string(Conflict conflict);

/// Of request, where a read replica is configured (18+): what its cursor was.
enum class CursorMode : std::uint8_t {
    none,  ///< not said
    rw,
    ro,
    ro_rw,  ///< began as ro, and had to begin anew
};

enum class CronResult : std::uint8_t { ok, partial, failed };

/// Of cron_skipped: label `reason`.
enum class CronSkip : std::uint8_t { modules_pending, version_mismatch, recovery, other };
inline constexpr std::size_t kCronSkips = 4;
[[nodiscard]] std::string_view to_string(CronSkip skip);

enum class WorkerType : std::uint8_t { unknown, http, cron, jobrunner, gevent, other };

struct PoolNumbers {
    std::int64_t used = 0;
    std::int64_t count = 0;
    std::int64_t max = 0;  ///< db_maxconn
};

/// One record, read. A number that the record does not have has no value; a text is empty. Views
/// as in Record. Texts are Odoo's or clients', none is fit for a label before it is found among
/// known ones; `exception` at least is a short identifier.
struct Event {
    EventKind kind = EventKind::plain;

    RpcError error = RpcError::error;
    QueryFault reason = QueryFault::other;
    Conflict conflict = Conflict::other;
    CursorMode cursor = CursorMode::none;
    CronResult result = CronResult::ok;
    CronSkip skip = CronSkip::other;
    WorkerType worker = WorkerType::unknown;
    bool behind = false;  ///< of rpc_error: its request's line was before it
    bool batch = false;   ///< of cron_finished, 18: the end of one batch; cron_completed follows
    /// Of any record of warning and above: what its traceback tells besides.
    bool pool_full = false;     ///< "The Connection Pool Is Full"
    bool missing_file = false;  ///< a file of the filestore was not there (15+; the status is 500)

    std::optional<int> status;             ///< of the answer; absent: not a number
    std::optional<std::int64_t> queries;   ///< of one request; static files of 14 and 15 have none
    std::optional<std::int64_t> sql;       ///< ns; a query that raised is in `python` instead
    std::optional<std::int64_t> python;    ///< ns, all that was not SQL
    std::optional<std::int64_t> duration;  ///< ns; of a request sql + python, its wait not included
    std::optional<std::int64_t> bytes;
    std::optional<std::int64_t> count;
    std::optional<std::int32_t> child;  ///< pid of the worker that the text is about
    std::optional<std::int64_t> job;    ///< ir_cron.id, 18+
    PoolNumbers pool;

    std::string_view method = {};  ///< as the client wrote it
    std::string_view path = {};    ///< with its query; 19: "#model.method" behind it
    std::string_view name = {};    ///< cron_name as written by %r or in backticks; version; module
    /// That the text names; empty: Record::database says it, if anything does. At logins of 17 and
    /// later Record::database may be "None", so that this one counts.
    std::string_view database = {};
    /// Class of the last exception of the traceback, for example "psycopg2.errors.UndefinedColumn":
    /// letters, digits, `_` and `.`, at most 100.
    std::string_view exception = {};
};

}  // namespace erp::odoo
