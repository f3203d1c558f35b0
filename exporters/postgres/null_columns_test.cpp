#include "exporters/postgres/client/recorded_rows.hpp"
#include "exporters/postgres/module.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>

namespace erp::postgres {
namespace {

const ServerState kState{.version = 150020, .may_monitor = true, .address = "127.0.0.1:5432"};

/// Counts, whether a slot is active or a setting pending are never NULL; filled with zeros for
/// states and modes that nobody is in.
constexpr std::string_view kNeverNull[] = {
    "pg_stat_activity_count",        "pg_locks_count",
    "pg_process_idle_seconds_count", "pg_process_idle_seconds_bucket",
    "pg_process_idle_seconds_sum",   "pg_replication_standbys",
    "pg_replication_slots_active",   "pg_replication_slots_slot_is_active",
    "pg_settings_pending_restart"};
/// The peers write 0 where there is no transaction.
constexpr std::string_view kAsThePeers[] = {
    "pg_stat_activity_max_tx_duration", "pg_long_running_transactions_oldest_timestamp_seconds"};
constexpr int kUnit = 2;  // of settings: one without has another name

bool may_be_zero(const std::string& family, int column) {
    return std::ranges::find(kNeverNull, family) != std::end(kNeverNull) ||
           std::ranges::find(kAsThePeers, family) != std::end(kAsThePeers) ||
           (family.starts_with("pg_settings_") && column == kUnit);
}

/// How many series of each family are 0. Without what names rows apart, two may be one series: then
/// nothing.
std::map<std::string, int> zeros(const Collector& collector, const std::string& text) {
    std::map<std::string, int> found;
    auto samples = collector.parse(rows_of(text), kState);
    if (!samples) return found;  // an error is no zero
    std::string page;
    try {
        page = page_of(std::move(*samples));
    } catch (const std::runtime_error&) {
        return found;
    }
    for (const std::string_view line : split(page, '\n')) {
        if (!line.starts_with('#') && line.ends_with(" 0"))
            ++found[std::string(line.substr(0, line.find_first_of("{ ")))];
    }
    return found;
}

TEST_CASE("postgres: a column that is NULL makes no series 0", "[postgres]") {
    for (const std::string folder : {"13/", "15/", "15/standby/", "18/"}) {
        for (const Collector* c : collectors()) {
            const std::string file = "testdata/" + folder + std::string(c->row.name) + ".tsv";
            if (c->parse == nullptr || !std::filesystem::exists(file)) continue;
            const std::string text = file_text(file);
            auto before = zeros(*c, text);
            for (int column = 0; column < rows_of(text).columns(); ++column) {
                const auto after = zeros(*c, without(text, static_cast<std::size_t>(column)));
                for (const auto& [family, count] : after) {
                    if (may_be_zero(family, column)) continue;
                    CAPTURE(folder, family, column);
                    CHECK(count <= before[family]);
                }
            }
        }
    }
}

}  // namespace
}  // namespace erp::postgres
