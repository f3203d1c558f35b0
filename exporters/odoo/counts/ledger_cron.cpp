#include "exporters/odoo/counts/later.hpp"
#include "exporters/odoo/counts/ledger_context.hpp"

#include <algorithm>

namespace erp::odoo {

using counting::Names;
using counting::observe;

namespace {

/// One that is told without a start, too.
bool is_failure(EventKind kind) {
    return kind == EventKind::cron_failed || kind == EventKind::cron_timed_out;
}

}  // namespace

/// 14 writes an end after a failure too, 17 none, 18 and 19 begin each batch anew and end all of
/// them once.
void Ledger::count_cron(const Context& context) {
    const Event& event = context.event;
    switch (event.kind) {
        case EventKind::cron_started:
            return start_run(context);
        case EventKind::cron_finished:
            if (!event.batch) finish_run(context, to_string(event.result));
            return;
        case EventKind::cron_processed:
            return note_progress(context);
        case EventKind::cron_completed:
            return finish_run(context, "ok");
        case EventKind::cron_failed:
            return finish_run(context, "failed");
        case EventKind::cron_timed_out:
            return finish_run(context, "timed_out");
        case EventKind::cron_skipped:
            return add<CronSkips>({context.datname, number(Label::reason, to_string(event.skip))});
        default:
            return count_event(context, to_string(event.kind));
    }
}

void Ledger::start_run(const Context& context) {
    const Event& event = context.event;
    Worker& worker = context.workers.at(context.pid);
    if (worker.type == WorkerType::unknown) worker.type = WorkerType::cron;
    const Number cron = number(Label::cron, event.name);
    if (OpenRun* const run = worker.runs.find(context.datname, cron)) {
        // 18 and later: its next batch. Before, the last run has got lost.
        if (!event.job) run->start = context.time;
        return;
    }
    if (worker.announced) worker.runs.clear();
    worker.runs.begin({.datname = context.datname, .cron = cron, .start = context.time});
    tables_.of<CronLast>().at({context.datname, cron}).start = context.time;
    note_start(tables_.of<Rhythms>().at({context.datname}), context.time);
}

void Ledger::note_progress(const Context& context) {
    OpenRuns& runs = context.workers.at(context.pid).runs;
    if (OpenRun* const run = runs.find(context.datname, number(Label::cron, context.event.name)))
        run->partial = context.event.result == CronResult::partial;
}

/// By the job that the text names, where it names one: others run besides in a threaded server, and
/// syslog mixes those of all processes.
void Ledger::finish_run(const Context& context, std::string_view result) {
    const std::string_view name = context.event.name;
    OpenRuns& runs = context.workers.at(context.pid).runs;
    const Number cron = name.empty() ? Names::kNone : number(Label::cron, name);
    const OpenRun* const run =
        name.empty() ? runs.only_of(context.datname) : runs.find(context.datname, cron);
    if (run != nullptr) {
        const bool more = run->partial && context.event.kind == EventKind::cron_completed;
        end_run(*run, more ? to_string(CronResult::partial) : result, context.time);
        runs.end(run);
    } else if (is_failure(context.event.kind) && !name.empty()) {
        // Its start is not in this log, or it is a user's.
        end_run({.datname = context.datname, .cron = cron, .start = 0}, result, context.time);
    }
}

void Ledger::end_run(const OpenRun& run, std::string_view result, std::int64_t at) {
    add<CronRuns>({run.datname, run.cron, number(Label::result, result)});
    if (run.start > 0) {
        observe<bounds::kCron>(tables_.of<CronDurations>().at({run.datname, run.cron}),
                               at - run.start);
    }
    if (result == to_string(CronResult::partial)) return;
    std::int64_t& last = result == "ok" ? tables_.of<CronLast>().at({run.datname, run.cron}).success
                                        : tables_.of<CronFailed>().at({run.datname, run.cron});
    set_later(last, at);
}

}  // namespace erp::odoo
