#include "exporters/odoo/log/event.hpp"
#include "exporters/odoo/log/route.hpp"

#include <array>

namespace erp::odoo {

std::string_view to_string(Level level) {
    static constexpr std::array<std::string_view, kLevels> kWords = {"debug", "info", "warning",
                                                                     "error", "critical"};
    return kWords.at(static_cast<std::size_t>(level));
}

std::string_view to_string(Area area) {
    static constexpr std::array<std::string_view, kAreas> kWords = {
        "requests", "http", "sql",       "server", "modules", "cron",   "users", "base",
        "mail",     "bus",  "queue_job", "addons", "core",    "python", "other"};
    return kWords.at(static_cast<std::size_t>(area));
}

std::string_view to_string(EventKind kind) {
    static constexpr std::array<std::string_view, kEventKinds> kWords = {"plain",
                                                                         "request",
                                                                         "bad_request",
                                                                         "garbage_request",
                                                                         "gevent_request",
                                                                         "login_succeeded",
                                                                         "login_failed",
                                                                         "login_cooldown",
                                                                         "rpc_error",
                                                                         "bad_query",
                                                                         "retry",
                                                                         "retries_exhausted",
                                                                         "pool_closed",
                                                                         "connection_failed",
                                                                         "database_unusable",
                                                                         "cron_started",
                                                                         "cron_finished",
                                                                         "cron_failed",
                                                                         "cron_timed_out",
                                                                         "cron_completed",
                                                                         "cron_processed",
                                                                         "cron_deactivated",
                                                                         "cron_manual",
                                                                         "cron_skipped",
                                                                         "worker_alive",
                                                                         "worker_timeout",
                                                                         "worker_cpu_limit",
                                                                         "worker_memory_limit",
                                                                         "worker_max_requests",
                                                                         "worker_max_age",
                                                                         "worker_exception",
                                                                         "worker_exiting",
                                                                         "worker_parent_changed",
                                                                         "worker_critical",
                                                                         "server_limit",
                                                                         "stopping",
                                                                         "forced_shutdown",
                                                                         "reloading",
                                                                         "boot",
                                                                         "http_service",
                                                                         "gevent_service",
                                                                         "modules_loaded",
                                                                         "registry_loaded",
                                                                         "registry_reload",
                                                                         "registry_signal",
                                                                         "cache_signal",
                                                                         "cache_invalidated",
                                                                         "module_operation",
                                                                         "mail_failed",
                                                                         "filestore_missing",
                                                                         "job_asked",
                                                                         "job_failed",
                                                                         "job_reset",
                                                                         "job_stale",
                                                                         "job_get_failed",
                                                                         "job_runner_ready",
                                                                         "job_runner_retry"};
    return kWords.at(static_cast<std::size_t>(kind));
}

std::string_view to_string(RpcError error) {
    static constexpr std::array<std::string_view, kRpcErrors> kWords = {"error", "user", "access",
                                                                        "session", "http"};
    return kWords.at(static_cast<std::size_t>(error));
}

std::string_view to_string(QueryFault fault) {
    static constexpr std::array<std::string_view, kQueryFaults> kWords = {"serialization_failure",
                                                                          "deadlock_detected",
                                                                          "lock_not_available",
                                                                          "statement_timeout",
                                                                          "canceled",
                                                                          "connection_lost",
                                                                          "unique_violation",
                                                                          "foreign_key_violation",
                                                                          "not_null_violation",
                                                                          "check_violation",
                                                                          "undefined_object",
                                                                          "syntax_error",
                                                                          "permission_denied",
                                                                          "read_only",
                                                                          "disk_full",
                                                                          "other"};
    return kWords.at(static_cast<std::size_t>(fault));
}

std::string_view to_string(Conflict conflict) {
    static constexpr std::array<std::string_view, kConflicts> kWords = {
        "serialization_failure", "deadlock_detected", "lock_not_available", "concurrency_error",
        "other"};
    return kWords.at(static_cast<std::size_t>(conflict));
}

std::string_view to_string(CronSkip skip) {
    static constexpr std::array<std::string_view, kCronSkips> kWords = {
        "modules_pending", "version_mismatch", "recovery", "other"};
    return kWords.at(static_cast<std::size_t>(skip));
}

std::string_view to_string(Route route) {
    static constexpr std::array<std::string_view, kRoutes> kWords = {
        "rpc",          "action", "auth",      "assets",   "binary", "report",
        "external_api", "bus",    "queue_job", "mail",     "portal", "payment",
        "pos",          "health", "website",   "database", "other"};
    return kWords.at(static_cast<std::size_t>(route));
}

}  // namespace erp::odoo
