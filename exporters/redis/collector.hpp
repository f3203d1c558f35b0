#pragma once

#include "core/base/result.hpp"
#include "core/metrics/rules.hpp"
#include "core/metrics/samples.hpp"
#include "core/scrape/collector.hpp"
#include "exporters/redis/info.hpp"

#include <array>
#include <span>
#include <string_view>

namespace erp::redis {

/// A collector that reads the common INFO reply; `slowlog`, which asks for itself, has no parse
/// function.
struct Collector {
    CollectorRow row;
    Result<Samples> (*parse)(const Info& info) = nullptr;
};

/// How a field's text becomes a value.
enum class Scale { one, milli, micro, status };

/// A field of INFO and the metric that it becomes; a missing field gives no sample.
struct Field {
    std::string_view name;
    Metric metric;
    Scale scale = Scale::one;
};

/// Names of redis_exporter, kept as they are.
constexpr Field gauge(std::string_view field,
                      std::string_view name,
                      std::string_view help,
                      Scale scale = Scale::one) {
    return {
        field, {.name = name, .help = help, .source = field, .naming = Naming::compatible}, scale};
}
constexpr Field counter(std::string_view field,
                        std::string_view name,
                        std::string_view help,
                        Scale scale = Scale::one) {
    return {field,
            {.name = name,
             .type = Type::counter,
             .help = help,
             .source = field,
             .naming = Naming::compatible},
            scale};
}

/// Addresses of the metrics of a table, for the collector's row.
template <std::size_t N>
constexpr std::array<const Metric*, N> metrics_of(const Field (&fields)[N]) {
    std::array<const Metric*, N> metrics{};
    for (std::size_t i = 0; i < N; ++i)
        metrics[i] = &fields[i].metric;
    return metrics;
}

/// The same with further metrics behind them.
template <std::size_t N, std::size_t M>
constexpr std::array<const Metric*, N + M> metrics_of(const Field (&fields)[N],
                                                      const Metric* const (&more)[M]) {
    std::array<const Metric*, N + M> metrics{};
    for (std::size_t i = 0; i < N; ++i)
        metrics[i] = &fields[i].metric;
    for (std::size_t i = 0; i < M; ++i)
        metrics[N + i] = more[i];
    return metrics;
}

void add_fields(Samples& samples, const Info& info, std::span<const Field> fields);

/// All that the parse function of a collector has to do that is no more than a table of fields.
/// (Not a template over the table: g++ 14 makes one function of those of all files.)
[[nodiscard]] Result<Samples> samples_of(const Info& info, std::span<const Field> fields);

}  // namespace erp::redis
