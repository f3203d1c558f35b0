#pragma once

#include "core/metrics/metric.hpp"
#include "core/scrape/collector.hpp"
#include "core/scrape/report.hpp"
#include "core/scrape/target.hpp"
#include "core/tenancy/tenancy.hpp"
#include "core/yaml/options.hpp"

#include <array>
#include <span>
#include <string_view>

namespace erp {

/// Where a server of this kind usually listens on its own host.
struct Place {
    /// As `address:` of a target.
    std::string_view address = {};
    /// Path of its unix socket; a `*` stands for a number, there and in the address. Empty: the
    /// address is a loopback host:port.
    std::string_view socket = {};
    /// The number whose target is called like the exporter; others are `<exporter>-<number>`.
    std::string_view usual = {};
};

/// The code for one kind of system, as data. Adding one is a folder under exporters/ and a line in
/// exporters/CMakeLists.txt, from which the list `all_exporters()` is generated.
struct Exporter {
    std::string_view name;                   ///< value of `exporter:` in the configuration
    std::string_view summary;                ///< one sentence for the reference pages
    std::span<const Metric* const> metrics;  ///< rows of describe(); collectors list their own
    std::span<const CollectorRow* const> collectors;
    std::span<const Option* const> options;  ///< keys of a target's entry, for the reference
    /// Reads the exporter's keys of one entry, adds every problem to the reader, and returns what
    /// makes the target. Called also by --config.check: nothing is connected or started here.
    /// Of `config` it may set data_labels and descriptors and add to identity; `tenancy` is the
    /// configured one.
    TargetFactory (*configure)(ConfigMap& entry, TargetConfig& config, const Tenancy& tenancy);
    /// Looked at in this order when there is no configuration.
    std::span<const Place> places = {};
    /// Target::report() knows them by position.
    std::span<const Report> reports = {};
};

/// The frame's part of an exporter's own table of collectors, for Exporter::collectors.
template <class Collector, std::size_t N>
std::array<const CollectorRow*, N> rows_of(const Collector* const (&table)[N]) {
    std::array<const CollectorRow*, N> rows{};
    for (std::size_t i = 0; i < N; ++i)
        rows[i] = &table[i]->row;
    return rows;
}

/// In the order of exporters/CMakeLists.txt.
[[nodiscard]] std::span<const Exporter* const> all_exporters();

}  // namespace erp
