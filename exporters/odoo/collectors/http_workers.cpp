#include "exporters/odoo/collectors.hpp"

namespace erp::odoo {
namespace {

constexpr Metric kServer{
    .name = "odoo_http_server_info",
    .type = Type::info,
    .help =
        "How the server works (prefork, threaded) by its backlog and, where that does not tell, "
        "its processes, and what its sockets are "
        "read by (sock_diag, or proc, which shows neither backlogs nor ages); always 1.",
    .labels = {"mode", "sockets"},
    .source = "sockets: listener's backlog"};
constexpr Metric kConfigured{
    .name = "odoo_http_workers_configured",
    .help =
        "HTTP workers by the backlog of the listener (8 for each), as at the server's start; "
        "absent when it does not tell.",
    .source = "sockets: listener's backlog"};
constexpr Metric kBusy{
    .name = "odoo_http_workers_busy",
    .help =
        "Workers, or threads, with a request: accepted connections, or all workers while somebody "
        "waits at two looks; one whose client reset its connection is seen only then.",
    .source = "sockets: with an inode"};
constexpr Metric kBusySeconds{
    .name = "odoo_http_worker_busy_seconds_total",
    .type = Type::counter,
    .help =
        "Time that workers had a request, summed over workers; its rate is the average number "
        "that is busy, without those whose client reset its connection while nobody waits; counted "
        "by this exporter since it started.",
    .unit = Unit::seconds,
    .source = "sockets: with an inode"};
constexpr Metric kSaturatedSeconds{
    .name = "odoo_http_saturated_seconds_total",
    .type = Type::counter,
    .help =
        "Time in which connections waited and no worker was free, counted by this exporter "
        "since it started.",
    .unit = Unit::seconds,
    .source = "sockets: without an inode"};
constexpr Metric kWatchedSeconds{
    .name = "odoo_http_watched_seconds_total",
    .type = Type::counter,
    .help =
        "Time that odoo_http_worker_busy_seconds_total and odoo_http_saturated_seconds_total "
        "cover, counted by this exporter since it started.",
    .unit = Unit::seconds,
    .source = "sockets"};
constexpr Metric kLongestStep{
    .name = "odoo_http_sampling_step_recent_max_seconds",
    .help =
        "Longest time between two looks at the sockets in the last 60 s: beginnings, ends and "
        "waits are known to half of it. Looks that cost much come more rarely.",
    .unit = Unit::seconds,
    .source = "exporter"};
constexpr Metric kInFlight{
    .name = "odoo_http_inflight_oldest_seconds",
    .help = "Since the oldest connection that a worker has was accepted; 0 without any.",
    .unit = Unit::seconds,
    .source = "sockets: with an inode"};
constexpr Metric kSeen{
    .name = "odoo_http_accepted_connections_total",
    .type = Type::counter,
    .help =
        "Accepted connections that a look saw; those that begin and end between two looks are "
        "missing, counted by this exporter since it started.",
    .source = "sockets: with an inode"};
constexpr Metric kQueueLength{
    .name = "odoo_http_accept_queue_length",
    .help = "Connections that no worker has accepted, as the listener counts them.",
    .source = "sockets: listener's queue"};
constexpr Metric kQueueLongest{.name = "odoo_http_accept_queue_length_recent_max",
                               .help = "Most connections in the accept queue in the last 60 s.",
                               .source = "sockets: listener's queue"};
constexpr Metric kQueueLimit{
    .name = "odoo_http_accept_queue_limit",
    .help = "Backlog of the listener: the kernel drops connections beyond it.",
    .source = "sockets: listener's backlog"};
constexpr Metric kOverflows{
    .name = "odoo_http_listen_overflows_total",
    .type = Type::counter,
    .help =
        "Connections that the kernel dropped because the listener's accept queue was full; an "
        "attempt that the client's kernel repeats counts again; absent where sockets are read from "
        "/proc; counted by this exporter since it started.",
    .source = "sockets: what the listener discarded (SK_MEMINFO_DROPS), at most ListenOverflows"};
constexpr Metric kQueueWaiting{.name = "odoo_http_accept_queue_waiting",
                               .help = "Connections in the accept queue whose client waits.",
                               .source = "sockets: ESTABLISHED without an inode"};
constexpr Metric kQueueAbandoned{
    .name = "odoo_http_accept_queue_abandoned",
    .help =
        "Connections in the accept queue whose client has gone; workers will work on them all "
        "the same.",
    .source = "sockets: CLOSE_WAIT without an inode"};
constexpr Metric kQueueOldest{
    .name = "odoo_http_accept_queue_oldest_seconds",
    .help = "Since the request of the connection that waits longest came; 0 when none waits.",
    .unit = Unit::seconds,
    .source = "sockets: tcpi_last_data_recv, or when it was first seen"};
constexpr Metric kQueueWait{
    .name = "odoo_http_queue_wait_seconds",
    .type = Type::histogram,
    .help =
        "Waits in the accept queue that ended by a worker, to half a sampling step; only of "
        "connections that a look saw waiting, and whose client it did not see leave; counted by "
        "this exporter since it started.",
    .unit = Unit::seconds,
    .source = "sockets: without an inode, then with one"};
constexpr Metric kAbandoned{
    .name = "odoo_http_abandoned_queued_total",
    .type = Type::counter,
    .help =
        "Connections with a request that their client closed before a worker took them; of those "
        "that it reset only where no worker ended another at that moment, as the rest looks like "
        "served ones; counted by this exporter since it started.",
    .source = "sockets: CLOSE_WAIT without an inode"};
constexpr const Metric* kMetrics[] = {
    &kServer,         &kConfigured,  &kBusy,      &kBusySeconds,  &kSaturatedSeconds,
    &kWatchedSeconds, &kLongestStep, &kInFlight,  &kSeen,         &kQueueLength,
    &kQueueLongest,   &kQueueLimit,  &kOverflows, &kQueueWaiting, &kQueueAbandoned,
    &kQueueOldest,    &kQueueWait,   &kAbandoned};
static_assert(broken_rule(kMetrics) == Rule::none);

void add_state(const SocketCounts& counts, Samples& samples) {
    if (!counts.http || !counts.way) return;
    const QueueState& http = *counts.http;
    samples.add(kServer, 1, to_string(http.workers.mode), to_string(*counts.way));
    if (http.workers.workers) samples.add(kConfigured, *http.workers.workers);
    samples.add(kBusy, http.busy);
    samples.add(kLongestStep, seconds(http.longest_step));
    samples.add(kInFlight, seconds(http.oldest_running));
    samples.add(kQueueWaiting, http.waiting);
    samples.add(kQueueAbandoned, http.abandoned);
    samples.add(kQueueOldest, seconds(http.oldest_waiting));
    samples.add(kQueueLongest, http.longest_queue);
    if (!http.listening) return;
    samples.add(kQueueLength, http.queue_length);
    if (http.backlog > 0) samples.add(kQueueLimit, http.backlog);
}

void add(const View& view, Samples& samples) {
    const SocketCounts& counts = *view.sockets;
    samples.count_since(counts.since);
    add_state(counts, samples);
    const QueueTotals& totals = counts.totals;
    samples.add(kBusySeconds, seconds(totals.busy));
    samples.add(kSaturatedSeconds, seconds(totals.saturated));
    samples.add(kWatchedSeconds, seconds(totals.watched));
    samples.add(kSeen, static_cast<double>(totals.accepted));
    samples.add(kAbandoned, static_cast<double>(totals.abandoned));
    if (counts.overflows) samples.add(kOverflows, static_cast<double>(*counts.overflows));
    samples.add_distribution(kQueueWait, counting::to_distribution(totals.waits, kQueueWaitBounds),
                             {});
}

}  // namespace

const Collector kHttpWorkers{
    .row = {.name = "http_workers",
            .summary = "Busy workers, the accept queue and how long it keeps users waiting.",
            .interval = kSocketInterval,
            .metrics = kMetrics},
    .source = Source::sockets,
    .add = add};

}  // namespace erp::odoo
