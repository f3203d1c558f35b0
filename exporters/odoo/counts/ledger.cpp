#include "exporters/odoo/counts/ledger.hpp"

#include "exporters/odoo/counts/later.hpp"
#include "exporters/odoo/counts/ledger_context.hpp"
#include "exporters/odoo/counts/usual_exceptions.hpp"

#include <algorithm>
#include <optional>

namespace erp::odoo {

using counting::Names;
using counting::observe;

void Ledger::count(const Record& record,
                   const Event& event,
                   Databases& databases,
                   Workers& workers,
                   std::int64_t now) {
    const auto datname = [this](std::string_view known) { return number(Label::datname, known); };
    const Number own = databases.number_of(record.database, datname);
    const Context context{
        .record = record,
        .event = event,
        .workers = workers,
        .time = record.time.value_or(now),
        .pid = record.pid.value_or(0),
        .datname = event.database.empty() ? own : databases.number_of(event.database, datname)};
    if (own >= heard_.size()) heard_.resize(std::max<std::size_t>(own, Names::kNone) + 1U);
    // Not the latest: a clock may have been ahead for a while. Of none is the last of all.
    heard_[own] = context.time;
    heard_[Names::kNone] = context.time;
    add<Records>({own, number(Label::level, levels_, record.level),
                  number(Label::area, areas_, area_of(record.logger))});
    switch (group_of(event.kind)) {
        case Group::none:
            break;
        case Group::request:
            count_request(context);
            break;
        case Group::login:
            add<Logins>({context.datname, number(Label::result, login_result(event.kind))});
            break;
        case Group::error:
            count_errors(context);
            break;
        case Group::cron:
            count_cron(context);
            break;
        case Group::worker:
            count_worker(context);
            break;
        case Group::life:
            count_life(context);
            break;
        case Group::job:
            count_job(context);
            break;
    }
    if (!event.exception.empty())
        add<Exceptions>({context.datname, number(Label::exception, event.exception)});
    if (event.pool_full) count_event(context, "pool_full");
    if (event.missing_file) count_event(context, "filestore_missing");
}

void Ledger::count_suspicious(std::string_view reason) {
    add<Suspicious>({number(Label::reason, reason)});
}

void Ledger::count_event(const Context& context, std::string_view event) {
    add<Events>({context.datname, number(Label::event, event)});
}

void Ledger::count_change(const Context& context, std::string_view kind, Number datname) {
    set_later(tables_.of<Changes>().at({number(Label::kind, kind), datname}), context.time);
}

void Ledger::count_request(const Context& context) {
    const Event& event = context.event;
    const Number status = number(Label::status_class, statuses_, status_class(event.status));
    switch (event.kind) {
        case EventKind::gevent_request:
            return add<GeventRequests>({status});
        case EventKind::bad_request:
            // Its database is that of the request before.
            return add<Events>({Names::kNone, number(Label::event, "bad_request")});
        case EventKind::request:
            break;
        default:
            return;
    }
    const Number route = number(Label::route, routes_, route_of(event.path));
    const Number datname = context.datname;
    add<Requests>({datname, route, status});
    if (context.pid != 0) {
        Worker& worker = context.workers.at(context.pid);
        // Its beginning is not in this log; only such a one has an access line.
        if (worker.type == WorkerType::unknown) worker.type = WorkerType::http;
        end_errors(worker, datname, route);
    }
    if (!event.duration) return;
    WorkCell& work = tables_.of<Work>().at({datname, route});
    work.queries +=
        static_cast<std::uint64_t>(std::max<std::int64_t>(event.queries.value_or(0), 0));
    observe<bounds::kRequest>(work.duration, *event.duration);
    observe<bounds::kPart>(work.sql, event.sql.value_or(0));
    observe<bounds::kPart>(work.python, event.python.value_or(0));
}

void Ledger::count_errors(const Context& context) {
    const Event& event = context.event;
    switch (event.kind) {
        case EventKind::rpc_error:
            return count_rpc_error(context);
        case EventKind::bad_query:
            return add<BadQueries>(
                {context.datname, number(Label::reason, to_string(event.reason))});
        case EventKind::retry:
        case EventKind::retries_exhausted:
            return add<Retries>(
                {context.datname, number(Label::code, to_string(event.conflict)),
                 number(Label::result, event.kind == EventKind::retry ? "retried" : "exhausted")});
        default:
            return count_event(context, to_string(event.kind));
    }
}

/// The errors before a request's line are its own, if they are of its database or of none; of
/// threads, those of its database are. The line of their request may have been refused.
void Ledger::end_errors(Worker& worker, Number datname, Number route) {
    RequestErrors& errors = worker.errors;
    const bool own =
        errors.datname == datname || (!worker.listens && errors.datname == Names::kNone);
    const bool failed = errors.open && own;
    if (failed) add<FailedRequests>({datname, route});
    errors.open = errors.open && worker.listens && !failed;
    errors.last_datname = datname;
    errors.last_route = route;
    errors.last_failed = failed;
}

/// One request may write several: 14's JSON-RPC does, at two places. A process that does several
/// things at once mixes those of all, so that there each of them counts.
void Ledger::count_rpc_error(const Context& context) {
    const Event& event = context.event;
    const auto add_error = [&] {
        add<RpcErrors>({context.datname, number(Label::kind, to_string(event.error))});
    };
    if (event.error != RpcError::error || context.pid == 0) return add_error();
    Worker& worker = context.workers.at(context.pid);
    const bool one_at_a_time = worker.type == WorkerType::http && !worker.listens;
    RequestErrors& errors = worker.errors;
    if (!event.behind) {
        if (!errors.open || !one_at_a_time) add_error();
        errors.open = true;
        errors.datname = context.datname;
        return;
    }
    if (!errors.last_failed || !one_at_a_time) add_error();
    if (errors.last_failed || errors.last_route == Names::kNone) return;
    add<FailedRequests>({errors.last_datname, errors.last_route});
    errors.last_failed = true;
}

/// Why a worker ends, of several lines the first that says so. What it was doing ends with it.
void Ledger::count_end(const Context& context, std::string_view reason) {
    const std::int32_t pid = context.event.child.value_or(context.pid);
    Worker& worker = context.workers.at(pid);
    const bool told = worker.ended != 0 && context.time - worker.ended < Workers::kSameEnd;
    worker.ended = context.time;
    if (context.event.worker != WorkerType::unknown) worker.type = context.event.worker;
    if (told) return;
    // One for jobs that has none open, as when PostgreSQL restarts; what one runs whose beginning
    // was not read is not known, nor in syslog, which names no process.
    const bool for_nothing = context.event.kind == EventKind::worker_timeout ||
                             context.event.kind == EventKind::worker_exception;
    if (for_nothing && worker.type == WorkerType::cron && context.pid != 0 && worker.announced &&
        worker.runs.all().empty())
        reason = "idle";
    add<WorkerExits>(
        {number(Label::worker_type, to_string(worker.type)), number(Label::reason, reason)});
    if (!ends_its_work(context.event.kind)) return;
    if (worker.type == WorkerType::http) add<Killed>({number(Label::reason, reason)});
    lose_runs(worker, context.time);
}

void Ledger::lose_runs(Worker& worker, std::int64_t at) {
    for (const OpenRun& run : worker.runs.all())
        end_run(run, "killed", std::max(at, run.start));
    worker.runs.clear();
}

/// Of one that ended without a word nobody knows when: it has lived until it was heard last.
void Ledger::lose_unended_runs(Worker& worker) {
    lose_runs(worker, worker.heard);
}

void Ledger::count_worker(const Context& context) {
    const Event& event = context.event;
    if (event.kind == EventKind::worker_alive) {
        lose_unended_runs(context.workers.at(event.child.value_or(context.pid)));
        context.workers.begin(event.child.value_or(context.pid), event.worker);
        return add<WorkerStarts>({number(Label::worker_type, to_string(event.worker))});
    }
    count_end(context, exit_reason(event.kind));
}

void Ledger::count_life(const Context& context) {
    const Event& event = context.event;
    switch (event.kind) {
        case EventKind::boot: {
            // A threaded server that reloads itself keeps its pid, and nothing else.
            if (context.pid != 0) lose_unended_runs(context.workers.at(context.pid));
            set_later(tables_.of<Versions>().at({number(Label::version, event.name)}),
                      context.time);
            break;
        }
        case EventKind::http_service:
            context.workers.listens(context.pid);
            // The port was free: those of the master before are gone, of a host that broke down
            // without a word.
            if (context.pid != 0) {
                context.workers.for_each_but(context.pid,
                                             [this](Worker& worker) { lose_unended_runs(worker); });
            }
            count_change(context, "restart", Names::kNone);
            break;
        case EventKind::module_operation:
            count_change(context, "module", context.datname);
            break;
        case EventKind::registry_signal:
            count_change(context, "registry", context.datname);
            break;
        default:
            break;
    }
    count_event(context, to_string(event.kind));
}

void Ledger::count_job(const Context& context) {
    add<QueueJobs>({context.datname, number(Label::event, to_string(context.event.kind))});
}

bool Ledger::restore(const LogCounts& counts) {
    if (!tables_.restore(counts)) return false;
    heard_.clear();
    for (const auto& [key, time] : counts.of<Heard>()) {
        if (key[0] >= heard_.size()) heard_.resize(key[0] + 1U);
        heard_[key[0]] = time;
    }
    keep_usual_names();
    return true;
}

void Ledger::keep_usual_names() {
    for (const std::string_view name : kUsualExceptions)
        (void)number(Label::exception, name);
}

LogCounts Ledger::counts() {
    for (std::size_t number = 0; number < heard_.size(); ++number) {
        if (heard_[number] != 0)
            tables_.of<Heard>().at({static_cast<Number>(number)}) = heard_[number];
    }
    LogCounts now;
    tables_.copy_to(now);
    return now;
}

}  // namespace erp::odoo
