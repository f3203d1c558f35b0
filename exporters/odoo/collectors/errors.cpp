#include "core/counting/series.hpp"
#include "exporters/odoo/collectors.hpp"
#include "exporters/odoo/collectors/from_zero.hpp"

namespace erp::odoo {
namespace {

using counting::add_sums;
constexpr Metric kRpc =
    by_database({.name = "odoo_rpc_errors_total",
                 .type = Type::counter,
                 .help = "Calls that failed, answered with 200 as a rule: error (a bug or a broken "
                         "server), user (a refusal by business rules), access, session (expired), "
                         "http (a 404 and its like).",
                 .labels = {"datname", "kind"},
                 .source = "log: odoo.http"});
constexpr Metric kExceptions = by_database({.name = "odoo_exceptions_total",
                                            .type = Type::counter,
                                            .help = "Tracebacks by the class of their last line.",
                                            .labels = {"datname", "exception"},
                                            .source = "log: tracebacks"});
constexpr Metric kRetries =
    by_database({.name = "odoo_sql_retries_total",
                 .type = Type::counter,
                 .help = "Transactions that a conflict ended: retried, or exhausted after the last "
                         "try, which the user sees.",
                 .labels = {"datname", "code", "result"},
                 .source = "log: odoo.service.model"});
constexpr Metric kBadQueries =
    by_database({.name = "odoo_sql_bad_queries_total",
                 .type = Type::counter,
                 .help = "Statements that failed, by why; concurrency is retried.",
                 .labels = {"datname", "reason"},
                 .source = "log: odoo.sql_db"});
constexpr Metric kEvents = by_database(
    {.name = "odoo_log_events_total",
     .type = Type::counter,
     .help = "Records that tell of something to look after, by what: pool_full, "
             "connection_failed, database_unusable, mail_failed, filestore_missing and others.",
     .labels = {"datname", "event"},
     .source = "log"});
constexpr const Metric* kMetrics[] = {&kRpc, &kExceptions, &kRetries, &kBadQueries, &kEvents};
static_assert(broken_rule(kMetrics) == Rule::none);

constexpr std::array<Texts<1>, 1> kUnexpected{{{"error"}}};
constexpr std::array<Texts<2>, 4> kExhausted{{{"serialization_failure", "exhausted"},
                                              {"deadlock_detected", "exhausted"},
                                              {"lock_not_available", "exhausted"},
                                              {"concurrency_error", "exhausted"}}};
constexpr std::array<Texts<1>, 3> kAlarming{
    {{"pool_full"}, {"filestore_missing"}, {"cron_deactivated"}}};

/// A pool may be full of those that name no database, too.
std::vector<Texts<2>> zero_events(const LogCounts& counts) {
    std::vector<Texts<2>> all = for_each_database(counts, kAlarming);
    all.push_back({"", "pool_full"});
    return all;
}

void add(const View& view, Samples& samples) {
    const LogCounts& counts = *view.log;
    const auto itself = [](std::uint64_t count) { return count; };
    add_sums_from_zero<RpcErrors, Label::datname, Label::kind>(
        samples, kRpc, counts, for_each_database(counts, kUnexpected));
    add_sums<Exceptions, Label::datname, Label::exception>(samples, kExceptions, counts, itself);
    add_sums_from_zero<Retries, Label::datname, Label::code, Label::result>(
        samples, kRetries, counts, for_each_database(counts, kExhausted));
    add_sums<BadQueries, Label::datname, Label::reason>(samples, kBadQueries, counts, itself);
    add_sums_from_zero<Events, Label::datname, Label::event>(samples, kEvents, counts,
                                                             zero_events(counts));
}

}  // namespace

const Collector kErrors{
    .row = {.name = "errors",
            .summary =
                "Errors of calls, exceptions, conflicts of transactions and refused connections.",
            .interval = kSnapshotInterval,
            .metrics = kMetrics},
    .source = Source::log,
    .add = add};

}  // namespace erp::odoo
