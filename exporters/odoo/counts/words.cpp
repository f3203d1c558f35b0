#include "exporters/odoo/counts/words.hpp"

namespace erp::odoo {

Group group_of(EventKind kind) {
    switch (kind) {
        case EventKind::plain:
        case EventKind::garbage_request:
        case EventKind::pool_closed:
            return Group::none;
        case EventKind::request:
        case EventKind::bad_request:
        case EventKind::gevent_request:
            return Group::request;
        case EventKind::login_succeeded:
        case EventKind::login_failed:
        case EventKind::login_cooldown:
            return Group::login;
        case EventKind::rpc_error:
        case EventKind::bad_query:
        case EventKind::retry:
        case EventKind::retries_exhausted:
        case EventKind::connection_failed:
        case EventKind::database_unusable:
        case EventKind::mail_failed:
        case EventKind::filestore_missing:
            return Group::error;
        case EventKind::cron_started:
        case EventKind::cron_finished:
        case EventKind::cron_failed:
        case EventKind::cron_timed_out:
        case EventKind::cron_completed:
        case EventKind::cron_processed:
        case EventKind::cron_deactivated:
        case EventKind::cron_manual:
        case EventKind::cron_skipped:
            return Group::cron;
        case EventKind::worker_alive:
        case EventKind::worker_timeout:
        case EventKind::worker_cpu_limit:
        case EventKind::worker_memory_limit:
        case EventKind::worker_max_requests:
        case EventKind::worker_max_age:
        case EventKind::worker_exception:
        case EventKind::worker_exiting:
        case EventKind::worker_parent_changed:
        case EventKind::worker_critical:
            return Group::worker;
        case EventKind::server_limit:
        case EventKind::stopping:
        case EventKind::forced_shutdown:
        case EventKind::reloading:
        case EventKind::boot:
        case EventKind::http_service:
        case EventKind::gevent_service:
        case EventKind::modules_loaded:
        case EventKind::registry_loaded:
        case EventKind::registry_reload:
        case EventKind::registry_signal:
        case EventKind::cache_signal:
        case EventKind::cache_invalidated:
        case EventKind::module_operation:
            return Group::life;
        case EventKind::job_asked:
        case EventKind::job_failed:
        case EventKind::job_reset:
        case EventKind::job_stale:
        case EventKind::job_get_failed:
        case EventKind::job_runner_ready:
        case EventKind::job_runner_retry:
            return Group::job;
    }
    return Group::none;
}

std::string_view to_string(StatusClass status) {
    static constexpr std::string_view kClasses[kStatusClasses] = {"",    "1xx", "2xx",
                                                                  "3xx", "4xx", "5xx"};
    return kClasses[static_cast<std::size_t>(status)];
}

StatusClass status_class(std::optional<int> status) {
    if (!status || *status < 100 || *status > 599) return StatusClass::none;
    return static_cast<StatusClass>(*status / 100);
}

std::string_view login_result(EventKind kind) {
    if (kind == EventKind::login_succeeded) return "success";
    return kind == EventKind::login_failed ? "failed" : "cooldown";
}

std::string_view to_string(CronResult result) {
    if (result == CronResult::ok) return "ok";
    return result == CronResult::partial ? "partial" : "failed";
}

std::string_view exit_reason(EventKind kind) {
    switch (kind) {
        case EventKind::worker_timeout:
            return "timeout";
        case EventKind::worker_cpu_limit:
            return "cpu";
        case EventKind::worker_memory_limit:
            return "memory";
        case EventKind::worker_max_requests:
            return "max_requests";
        case EventKind::worker_max_age:
            return "max_age";
        case EventKind::worker_parent_changed:
            return "parent";
        case EventKind::worker_exiting:
            return "normal";
        default:
            return "crash";
    }
}

bool ends_its_work(EventKind kind) {
    return kind == EventKind::worker_timeout || kind == EventKind::worker_cpu_limit ||
           kind == EventKind::worker_exception || kind == EventKind::worker_critical;
}

std::string_view to_string(WorkerType type) {
    switch (type) {
        case WorkerType::http:
            return "http";
        case WorkerType::cron:
            return "cron";
        case WorkerType::gevent:
            return "gevent";
        case WorkerType::jobrunner:
            return "jobrunner";
        case WorkerType::other:
            return "other";
        case WorkerType::unknown:
            break;
    }
    return "unknown";
}

}  // namespace erp::odoo
