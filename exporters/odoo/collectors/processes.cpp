#include "exporters/odoo/collectors/processes.hpp"

#include "exporters/odoo/collectors.hpp"

namespace erp::odoo {
namespace {

constexpr Metric kWorkers{
    .name = "odoo_workers",
    .help =
        "Processes of an Odoo by what they are for; an Odoo without workers is one threaded "
        "process. Without setproctitle the job runner of queue_job counts as http.",
    .labels = {"type"},
    .source = "/proc/<pid>/stat, cmdline"};
constexpr Metric kConfigured{
    .name = "odoo_workers_configured",
    .help = "Workers that the settings ask for; signals TTIN and TTOU change http at run time.",
    .labels = {"type"},
    .source = "odoo.conf, command line: workers, max_cron_threads"};
constexpr Metric kThreads{.name = "odoo_worker_threads",
                          .help = "Threads of all processes of a type.",
                          .labels = {"type"},
                          .source = "/proc/<pid>/stat: num_threads"};
constexpr Metric kVirtual{
    .name = "odoo_worker_virtual_memory_max_bytes",
    .help = "Virtual memory of the largest process of a type: what Odoo's memory limits compare.",
    .labels = {"type"},
    .unit = Unit::bytes,
    .source = "/proc/<pid>/stat: vsize"};
constexpr Metric kResident{
    .name = "odoo_worker_resident_memory_bytes",
    .help = "Resident memory of all processes of a type; shared pages count in each.",
    .labels = {"type"},
    .unit = Unit::bytes,
    .source = "/proc/<pid>/stat: rss"};
constexpr Metric kCpu{
    .name = "odoo_worker_cpu_seconds_total",
    .type = Type::counter,
    .help =
        "CPU time of all processes of a type and of what they started (wkhtmltopdf), those that "
        "ended among them, since this exporter looks.",
    .labels = {"type"},
    .unit = Unit::seconds,
    .source = "/proc/<pid>/stat: utime, stime, cutime, cstime"};
constexpr Metric kCpuLeft{
    .name = "odoo_worker_cpu_left_seconds",
    .help =
        "Least CPU time that a worker of a type has left before limit_time_cpu ends what it does.",
    .labels = {"type"},
    .unit = Unit::seconds,
    .source = "/proc/<pid>/limits: Max cpu time"};
constexpr Metric kOldest{.name = "odoo_worker_oldest_age_seconds",
                         .help = "Age of the oldest process of a type.",
                         .labels = {"type"},
                         .unit = Unit::seconds,
                         .source = "/proc/<pid>/stat: starttime"};
constexpr Metric kYoungest{.name = "odoo_worker_youngest_age_seconds",
                           .help = "Age of the youngest process of a type.",
                           .labels = {"type"},
                           .unit = Unit::seconds,
                           .source = "/proc/<pid>/stat: starttime"};
constexpr Metric kStarts{.name = "odoo_process_starts_total",
                         .type = Type::counter,
                         .help = "Processes of a type that appeared since this exporter looks.",
                         .labels = {"type"},
                         .source = "/proc"};
constexpr Metric kEnds{
    .name = "odoo_process_ends_total",
    .type = Type::counter,
    .help =
        "Processes of a type that went, for whatever reason, since this exporter looks; one that "
        "lived shorter than the time between two looks is not seen.",
    .labels = {"type"},
    .source = "/proc"};
constexpr Metric kStart{
    .name = "odoo_start_time_seconds",
    .help = "When Odoo's first process was started, in Unix time; a restart by SIGHUP keeps it.",
    .unit = Unit::seconds,
    .source = "/proc/<pid>/stat: starttime"};
constexpr Metric kLimitSeconds{
    .name = "odoo_limit_seconds",
    .help = "Time limits of Odoo's workers (limit_time_*), and where each comes from.",
    .labels = {"limit", "source"},
    .unit = Unit::seconds,
    .source = "odoo.conf, environment, command line"};
constexpr Metric kLimitBytes{
    .name = "odoo_limit_bytes",
    .help = "Memory limits of Odoo's workers (limit_memory_*), and where each comes from.",
    .labels = {"limit", "source"},
    .unit = Unit::bytes,
    .source = "odoo.conf, environment, command line, /proc/<pid>/limits"};
constexpr Metric kLimitRequests{
    .name = "odoo_limit_requests",
    .help = "Requests after which a worker is replaced (limit_request); absent by default.",
    .labels = {"source"},
    .source = "odoo.conf, environment, command line"};
constexpr Metric kPoolLimit{.name = "odoo_db_pool_limit",
                            .help = "Connections that one process may open (db_maxconn).",
                            .labels = {"source"},
                            .source = "odoo.conf, environment, command line"};
constexpr Metric kSettingsKnown{
    .name = "odoo_settings_known",
    .help = "Whether odoo.conf was read; without it only the command line is known.",
    .source = "odoo.conf"};

constexpr const Metric* kMetrics[] = {
    &kWorkers,      &kConfigured, &kThreads,       &kVirtual,   &kResident,     &kCpu,
    &kCpuLeft,      &kOldest,     &kYoungest,      &kStarts,    &kEnds,         &kStart,
    &kLimitSeconds, &kLimitBytes, &kLimitRequests, &kPoolLimit, &kSettingsKnown};
static_assert(broken_rule(kMetrics) == Rule::none);

/// A type that never was says nothing, but that an Odoo has no worker at all is news.
bool is_shown(const ProcessPicture& picture, Role role) {
    const bool prefork = !picture.problem && !picture.threaded;
    return picture.of(role).seen || (prefork && (role == Role::http || role == Role::cron));
}

void add_counters(const RoleCounts& counts, std::string_view type, Samples& samples) {
    samples.add(kCpu, counts.cpu_seconds, type);
    samples.add(kStarts, counts.starts, type);
    samples.add(kEnds, counts.exits, type);
}

void add_gauges(const RoleCounts& counts, Role role, Samples& samples) {
    const std::string_view type = to_string(role);
    if (role != Role::master) samples.add(kWorkers, static_cast<double>(counts.processes), type);
    if (counts.processes == 0) return;
    samples.add(kThreads, counts.threads, type);
    samples.add(kVirtual, counts.virtual_bytes_max, type);
    samples.add(kResident, counts.resident_bytes, type);
    samples.add(kCpuLeft, counts.cpu_left, type);
    samples.add(kOldest, counts.oldest_age, type);
    samples.add(kYoungest, counts.youngest_age, type);
}

void add_number(const MetricWith<1>& metric,
                const Settings& settings,
                std::string_view key,
                Samples& samples) {
    const auto number = settings.number(key);
    if (number && *number > 0) {
        samples.add(metric, static_cast<double>(*number), to_string(settings.find(key)->source));
    }
}

void add_settings(const ProcessPicture& picture, Samples& samples) {
    const Settings& settings = picture.settings;
    samples.add(kSettingsKnown, settings.complete() ? 1 : 0);
    if (const auto workers = settings.number("workers"))
        samples.add(kConfigured, static_cast<double>(*workers), "http");
    if (const auto workers = settings.number("max_cron_threads"))
        samples.add(kConfigured, static_cast<double>(*workers), "cron");
    for (const Limit& limit : time_limits(settings))
        samples.add(kLimitSeconds, limit.value, limit.name, to_string(limit.source));
    for (const Limit& limit : memory_limits(settings, picture.address_space_bytes))
        samples.add(kLimitBytes, limit.value, limit.name, to_string(limit.source));
    add_number(kLimitRequests, settings, "limit_request", samples);
    add_number(kPoolLimit, settings, "db_maxconn", samples);
}

}  // namespace

void add_processes(const ProcessPicture& picture, Samples& samples) {
    for (const Role role : kRoles) {
        if (!is_shown(picture, role)) continue;
        add_counters(picture.of(role), to_string(role), samples);
        if (!picture.problem) add_gauges(picture.of(role), role, samples);
    }
    if (picture.problem) return;
    samples.add(kStart, picture.master_started);
    add_settings(picture, samples);
}

namespace {

void add(const View& view, Samples& samples) {
    add_processes(*view.processes, samples);
}

}  // namespace

const Collector kProcesses{
    .row = {.name = "processes",
            .summary = "Odoo's processes by what they are for, their sizes, limits and CPU time.",
            .interval = kProcessInterval,
            .metrics = kMetrics},
    .source = Source::processes,
    .add = add};

}  // namespace erp::odoo
