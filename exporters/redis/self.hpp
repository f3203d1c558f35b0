#pragma once

#include "exporters/redis/collector.hpp"

/// What the peer says of itself and its scrape: on the page also when the server is down.
namespace erp::redis {

inline constexpr Metric kUp{.name = "redis_up",
                            .help = "Whether the server answered in the latest collection.",
                            .shown = Shown::always};
inline constexpr Metric kLastScrapeError{
    .name = "redis_exporter_last_scrape_error",
    .help = "Whether the latest collection failed; the label has the phase, never an error's text.",
    .labels = {"err"},
    .shown = Shown::always};
inline constexpr Metric kLastScrapeDuration{.name = "redis_exporter_last_scrape_duration_seconds",
                                            .help = "Duration of the latest collection.",
                                            .unit = Unit::seconds,
                                            .shown = Shown::always};
inline constexpr Metric kLastConnectTime{
    .name = "redis_exporter_last_scrape_connect_time_seconds",
    .help = "Duration of the latest connect; the connection is kept.",
    .unit = Unit::seconds,
    .shown = Shown::always};
inline constexpr Metric kScrapes{.name = "redis_exporter_scrapes_total",
                                 .type = Type::counter,
                                 .help = "Collections begun.",
                                 .shown = Shown::always};
inline constexpr Metric kScrapeDuration{.name = "redis_exporter_scrape_duration_seconds",
                                        .type = Type::summary,
                                        .help = "Durations of collections; sum and count only.",
                                        .unit = Unit::seconds,
                                        .shown = Shown::always};
inline constexpr Metric kRequestErrors{.name = "redis_target_scrape_request_errors_total",
                                       .type = Type::counter,
                                       .help = "Collections in which the server failed.",
                                       .shown = Shown::always};
inline constexpr const Metric* kSelfMetrics[] = {
    &kUp,      &kLastScrapeError, &kLastScrapeDuration, &kLastConnectTime,
    &kScrapes, &kScrapeDuration,  &kRequestErrors};
static_assert(broken_rule(kSelfMetrics) == Rule::none);

}  // namespace erp::redis
