#include "core/config/config.hpp"

namespace erp {
namespace {

/// A key's first part is its section of the file and of the reference.
constexpr Option kOptions[] = {
    {.key = "listen",
     .syntax = "list of host:port, [v6]:port, :port or unix:/path",
     .fallback = "[\"127.0.0.1:9069\"]",
     .help =
         "Addresses that the daemon serves; without a host it is every address of this machine."},

    {.key = "advertise",
     .syntax = "host:port",
     .help = "Address that /sd gives to Prometheus; without it the first TCP address of listen, "
             "with this host's name where that is every address."},
    {.key = "scrape_interval",
     .syntax = "duration, 1s to 1h",
     .help = "How often /sd asks Prometheus to scrape the daemon, and the default of targets; "
             "without it Prometheus' job decides."},

    {.key = "limits.scrape_timeout",
     .syntax = "duration, 100ms to 5m",
     .fallback = "10s",
     .help = "Longest time a page waits for targets; a scraper's own timeout shortens it, to 100ms "
             "at least."},
    {.key = "limits.series_per_target",
     .syntax = "number",
     .fallback = "50000",
     .help = "Lines that one target may put on a page; the rest is dropped and counted."},
    {.key = "limits.series_per_page",
     .syntax = "number",
     .fallback = "1000000",
     .help = "Lines of a whole page; the rest is dropped and counted."},
    {.key = "limits.connections",
     .syntax = "number, 1 to 65535",
     .fallback = "256",
     .help = "HTTP connections at once, less if there are too few file descriptors. For one more, "
             "the one that waits longest for a request is closed; if all are being answered, it "
             "gets 503."},
    {.key = "limits.connections_per_address",
     .syntax = "number, 1 to 65535",
     .fallback = "64",
     .help = "The same among the connections of one IPv4 address or IPv6 network of 64 bits."},
    {.key = "limits.debug",
     .syntax = "on or off",
     .fallback = "off",
     .help =
         "Whether /debug/… answers: reports that show query texts, addresses and process ids to "
         "everybody who can reach the page."},
    {.key = "limits.response_bytes",
     .syntax = "size",
     .fallback = "256MiB",
     .help = "Memory of pages, the status page among them, that clients have not taken yet; beyond "
             "it a request gets 503."},

    {.key = "native_histograms",
     .syntax = "on or off",
     .fallback = "off",
     .help =
         "Whether histograms have native buckets beside the classic ones, for scrapers that ask "
         "for protobuf: such a Prometheus may then keep no classic buckets. Of the daemon's "
         "own, and the default of targets."},

    {.key = "tenants.list[].name",
     .syntax = "text of a-z, 0-9, - and _, at most 63",
     .help = "Value of the label tenant; unique.",
     .required = true},
    {.key = "tenants.list[].customer",
     .syntax = "text, at most 256 bytes",
     .help = "Who pays; shown by erp_tenant_info."},
    {.key = "tenants.list[].environment",
     .syntax = "text, at most 256 bytes",
     .help = "For example production or staging; shown by erp_tenant_info."},
    {.key = "tenants.list[].tier",
     .syntax = "text, at most 256 bytes",
     .help = "For example shared or dedicated; shown by erp_tenant_info."},
    {.key = "tenants.list[].objectives",
     .syntax = "map, as tenants.objectives",
     .help = "What this tenant was promised; each key replaces that of tenants.objectives."},
    {.key = "tenants.list[].maintenance",
     .syntax = "list, as tenants.maintenance",
     .help = "Windows of this tenant, beside those of tenants.maintenance."},
    {.key = "tenants.directory",
     .syntax = "folder",
     .help = "Each *.yml in it is a tenant, or a list of them, written as in tenants.list; hidden "
             "files are left alone. A name that is given twice is an error."},
    {.key = "tenants.auto",
     .syntax = "databases",
     .help = "With it a name that is not on the list is a tenant, too, while a database of this "
             "name exists on a target and a rule makes that name of a database's: at most 5000, "
             "the first ones by name. Templates and a server's own database need an exact rule. "
             "Without a rule "
             "from database there is one that matches each and takes its name, `^(.+)$` to `$1`."},
    {.key = "tenants.objectives.latency",
     .syntax = "map of class to duration",
     .help = "Longest time of a request by class, for example `interactive: 1s`; shown, as all "
             "objectives, as erp_objective_* for every tenant."},
    {.key = "tenants.objectives.availability",
     .syntax = "percentage or ratio",
     .help = "Part of the requests that should succeed: `99.9%` or `0.999`."},
    {.key = "tenants.objectives.workflow",
     .syntax = "map of workflow to duration",
     .help = "Longest time of a business workflow."},
    {.key = "tenants.objectives.queue_age",
     .syntax = "map of channel to duration",
     .help = "Longest time that a job of a queue channel should wait."},
    {.key = "tenants.objectives.rpo",
     .syntax = "map of kind to duration",
     .help = "Most work that may be lost, by kind of data, for example `database: 1h`."},
    {.key = "tenants.objectives.rto",
     .syntax = "duration, 1ms to 365d",
     .help = "Longest time to be back after a disaster."},
    {.key = "tenants.maintenance[].days",
     .syntax = "list of mon, tue, wed, thu, fri, sat and sun",
     .fallback = "every day",
     .help = "Days on which the window begins; erp_maintenance is 1 while one is open."},
    {.key = "tenants.maintenance[].from",
     .syntax = "\"HH:MM\", or a moment such as 2026-12-01T22:00:00Z",
     .help = "When the window opens.",
     .required = true},
    {.key = "tenants.maintenance[].to",
     .syntax = "as from, or \"24:00\"",
     .help = "When it closes; a time of day that is not after from is of the next day.",
     .required = true},
    {.key = "tenants.maintenance[].timezone",
     .syntax = "UTC, an offset such as +02:00, or a zone such as Europe/Berlin",
     .fallback = "UTC",
     .help = "Of times of day; zones are those of this host's tz database (Debian: tzdata)."},
    {.key = "tenants.rules[].from",
     .syntax = "database, host, router, service, header or key_prefix",
     .help = "What the rule looks at; per kind the first rule that matches decides.",
     .required = true},
    {.key = "tenants.rules[].match",
     .syntax = "text, or an RE2 pattern",
     .help =
         "The exact value, or a pattern when it has one of ^ $ | ? * + ( ) [ ] { } \\; anchor it "
         "yourself.",
     .required = true},
    {.key = "tenants.rules[].tenant",
     .syntax = "tenant, or text with $1 to $9",
     .help = "The tenant, or what the pattern's groups make; a name that is not on the list gives "
             "the series no tenant, but see tenants.auto.",
     .required = true},

    {.key = "targets", .syntax = "list", .help = "What to read; may be empty.", .required = true},
    {.key = "targets[].name",
     .syntax = "letters, digits, _, . and -, at most 64",
     .help = "Value of the label target; unique.",
     .required = true},
    {.key = "targets[].exporter",
     .syntax = "an exporter",
     .help = "Kind of system; it decides which further keys there are.",
     .required = true},
    {.key = "targets[].timeout",
     .syntax = "duration, 100ms to 5m",
     .fallback = "10s",
     .help = "Longest time one collection of this target may run."},
    {.key = "targets[].scrape_interval",
     .syntax = "duration, 1s to 1h",
     .help = "How often /sd asks Prometheus to scrape this target."},
    {.key = "targets[].tenant",
     .syntax = "tenant",
     .help = "Tenant of the series that no rule attributes."},
    {.key = "targets[].expected_replicas",
     .syntax = "number, 0 to 1000",
     .help = "Standbys or replicas that it should have; shown by erp_target_expected_replicas."},
    {.key = "targets[].role",
     .syntax = "letters, digits, _, . and -, at most 64",
     .help = "What it is for, for example sessions; shown by erp_target_role_info."},
    {.key = "targets[].native_histograms",
     .syntax = "on or off",
     .help = "The same for the histograms of this target; without it the file's setting counts."},
    {.key = "targets[].labels",
     .syntax = "map of label to text",
     .help = "Labels of all series of this target on /metrics; none that a metric has already."},
    {.key = "targets[].collectors.<collector>",
     .syntax = "on or off, or a map of the next three",
     .help = "Switches a collector; the exporter's table has the defaults."},
    {.key = "targets[].collectors.<collector>.enabled",
     .syntax = "on or off",
     .help = "Whether the collector runs."},
    {.key = "targets[].collectors.<collector>.interval",
     .syntax = "duration, 1s to 24h",
     .help = "Period of the watcher behind the collector; only for collectors that have one. A "
             "default below 1s may be said, too."},
    {.key = "targets[].collectors.<collector>.minimum_age",
     .syntax = "duration, 0 to 1h",
     .fallback = "0s",
     .help = "A younger result is served again instead of asking the server, which lets several "
             "scrapers share it."},
};

}  // namespace

std::span<const Option> config_options() {
    return kOptions;
}

}  // namespace erp
