#pragma once

#include "exporters/postgres/collector.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace erp::postgres {

inline constexpr MetricPattern kSettingPattern{
    .prefix = "pg_settings_",
    .type = Type::gauge,
    .help =
        "A numeric or boolean setting of the server under its own name, with the base unit as a "
        "suffix; -1 stays -1. Absent are lock_timeout and what our role or its database has of its "
        "own: our session sees those values instead of the server's.",
    .source = "pg_settings.reset_val",
    .most_families = 1000,
    .naming = Naming::compatible};
inline constexpr const MetricPattern* kSettingPatterns[] = {&kSettingPattern};
inline constexpr Metric kPendingRestart{
    .name = "pg_settings_pending_restart",
    .help = "Settings that were changed in the files and wait for a restart.",
    .source = "pg_settings.reset_val"};
inline constexpr Metric kSettingsInfo{
    .name = "pg_settings_info",
    .type = Type::info,
    .help =
        "A setting that is a word, of those that decide about durability, replication and load; "
        "always 1.",
    .labels = {"name", "value"},
    .source = "pg_settings.reset_val"};
inline constexpr const Metric* kSettingsMetrics[] = {&kPendingRestart, &kSettingsInfo};
static_assert(broken_rule(kSettingsMetrics) == Rule::none);

/// Family name and value of one setting, as the peers derive them; nothing if it is no number. Of a
/// choice or a list, whether it is anything but off.
struct Setting {
    std::string name;
    double value = 0;
};
[[nodiscard]] std::optional<Setting> to_setting(std::string_view name,
                                                std::string_view value,
                                                std::string_view unit,
                                                std::string_view vartype);

/// Rows: name, reset_val, unit, vartype, pending_restart; of vartype enum and string only those
/// that pg_settings_info shows.
[[nodiscard]] Result<Samples> settings_samples(const Rows& rows, const ServerState& state);
extern const Collector kSettings;

}  // namespace erp::postgres
