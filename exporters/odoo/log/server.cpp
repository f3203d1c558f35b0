#include "exporters/odoo/log/meaning.hpp"
#include "exporters/odoo/log/scan.hpp"

namespace erp::odoo {
namespace {

WorkerType to_worker(std::string_view word) {
    if (word == "WorkerHTTP") return WorkerType::http;
    if (word == "WorkerCron") return WorkerType::cron;
    if (word == "WorkerJobRunner") return WorkerType::jobrunner;
    return word.empty() ? WorkerType::unknown : WorkerType::other;
}

/// `Worker (12)`, `Worker WorkerHTTP (12)` or `WorkerCron (12)` and the blank behind it, off the
/// front. False: it is none.
bool take_worker(std::string_view& text, Event& event) {
    std::string_view rest = text;
    eat(rest, "Worker ");
    const std::string_view word = before(rest, '(');
    rest.remove_prefix(word.size());
    if (!eat(rest, "(")) return false;
    const auto child = take_pid(rest);
    if (!child || !eat(rest, ")")) return false;
    eat(rest, " ");
    event.child = child;
    event.worker = to_worker(before(word, ' '));
    text = rest;
    return true;
}

/// The number behind `prefix` in a text that begins with it.
std::optional<std::int64_t> number_behind(std::string_view text, std::string_view prefix) {
    if (!eat(text, prefix)) return std::nullopt;
    return to_whole(take_digits(text));
}

std::optional<std::int64_t> seconds_behind(std::string_view text, std::string_view prefix) {
    const auto seconds = number_behind(text, prefix);
    if (!seconds || *seconds > 999'999'999) return std::nullopt;
    return *seconds * 1'000'000'000;
}

/// What is said of one worker.
void read_worker(std::string_view text, Event& event) {
    if (text == "alive") {
        event.kind = EventKind::worker_alive;
    } else if (text.starts_with("timeout after ")) {
        event.kind = EventKind::worker_timeout;
        event.duration = seconds_behind(text, "timeout after ");
    } else if (text.starts_with("CPU time limit (")) {
        event.kind = EventKind::worker_cpu_limit;
        event.duration = seconds_behind(text, "CPU time limit (");
    } else if (text.starts_with("virtual memory limit (")) {
        event.kind = EventKind::worker_memory_limit;
        event.bytes = number_behind(text, "virtual memory limit (");
    } else if (text.starts_with("max request (")) {
        event.kind = EventKind::worker_max_requests;
        event.count = number_behind(text, "max request (");
    } else if (text.starts_with("max age (")) {
        event.kind = EventKind::worker_max_age;
        event.duration = seconds_behind(text, "max age (");
    } else if (text.starts_with("exiting. request_count: ")) {
        event.kind = EventKind::worker_exiting;
        event.count = number_behind(text, "exiting. request_count: ");
    } else if (text.starts_with("Exception occur")) {
        event.kind = EventKind::worker_exception;  // "occured" before 16
    } else if (text.starts_with("Parent changed")) {
        event.kind = EventKind::worker_parent_changed;
    }
}

/// What is said of the server, or of a worker without its pid.
void read_whole(std::string_view text, Event& event) {
    if (text.starts_with("HTTP service (werkzeug) running on ")) {
        event.kind = EventKind::http_service;
    } else if (text.starts_with("Evented Service (longpolling) running on ")) {
        event.kind = EventKind::gevent_service;
    } else if (text == "Stopping gracefully" || text == "Stopping workers gracefully" ||
               text == "Stopping forcefully" || text == "Initiating shutdown") {
        event.kind = EventKind::stopping;  // the last one is threaded mode's
    } else if (text == "Forced shutdown.") {
        event.kind = EventKind::forced_shutdown;
    } else if (text.starts_with("Reloading server")) {
        event.kind = EventKind::reloading;
    } else if (text.starts_with("LongPolling virtual memory limit reached") ||
               text.starts_with("Gevent virtual memory limit reached")) {
        event.kind = EventKind::worker_memory_limit;
        event.worker = WorkerType::gevent;
        const std::size_t colon = text.rfind(": ");
        if (colon != text.npos) event.bytes = to_whole(text.substr(colon + 2));
    } else if (text.starts_with("Server memory limit (") ||
               (text.starts_with("Thread ") && contains(text, " virtual real time limit ("))) {
        event.kind = EventKind::server_limit;
    }
}

}  // namespace

void read_server(const Record& record, Event& event) {
    std::string_view text = record.message;
    if (record.level == Level::critical && contains(text, "worker error")) {
        event.kind = EventKind::worker_critical;
        const std::size_t open = text.rfind('(');
        if (open == text.npos) return;
        text.remove_prefix(open + 1);
        event.child = take_pid(text);
    } else if (text.starts_with("Worker") && take_worker(text, event)) {
        read_worker(text, event);
    } else {
        read_whole(text, event);
    }
}

}  // namespace erp::odoo
