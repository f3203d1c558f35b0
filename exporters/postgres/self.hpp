#pragma once

#include "exporters/postgres/collector.hpp"

/// What the peers say of themselves and their scrape: on the page also when the server is down.
namespace erp::postgres {

namespace self {

constexpr Metric row(std::string_view name,
                     std::string_view help,
                     Unit unit = Unit::none,
                     LabelKeys labels = {}) {
    return {.name = name, .help = help, .labels = labels, .unit = unit, .shown = Shown::always};
}

}  // namespace self

inline constexpr Metric kUp =
    self::row("pg_up", "Whether the server answered in the latest collection.");
inline constexpr Metric kLastScrapeDuration = self::row("pg_exporter_last_scrape_duration_seconds",
                                                        "Duration of the latest collection.",
                                                        Unit::seconds);
inline constexpr Metric kLastScrapeError =
    self::row("pg_exporter_last_scrape_error",
              "Whether the server or one of the collectors failed in the latest collection.");
inline constexpr Metric kScrapes{.name = "pg_exporter_scrapes_total",
                                 .type = Type::counter,
                                 .help = "Collections begun.",
                                 .shown = Shown::always};
inline constexpr Metric kCollectorDuration =
    self::row("pg_scrape_collector_duration_seconds",
              "Work of the collector, as in erp_exporter_collector_duration_seconds.",
              Unit::seconds,
              {"collector"});
inline constexpr Metric kCollectorSuccess = self::row(
    "pg_scrape_collector_success", "Whether the collector succeeded.", Unit::none, {"collector"});
inline constexpr Metric kConnects{.name = "pg_exporter_connects_total",
                                  .type = Type::counter,
                                  .help = "Attempts to connect to the server.",
                                  .shown = Shown::always};
inline constexpr Metric kConnectErrors{
    .name = "pg_exporter_connect_errors_total",
    .type = Type::counter,
    .help =
        "Attempts to connect that failed, by the class of the SQLSTATE that the server sent; "
        "none if it sent none.",
    .labels = {"sqlstate_class"},
    .shown = Shown::always};
inline constexpr const Metric* kSelfMetrics[] = {
    &kUp,       &kLastScrapeDuration, &kLastScrapeError,
    &kScrapes,  &kCollectorDuration,  &kCollectorSuccess,
    &kConnects, &kConnectErrors};
static_assert(broken_rule(kSelfMetrics) == Rule::none);

}  // namespace erp::postgres
