#include "exporters/redis/collectors.hpp"

#include <bitset>
#include <string>

namespace erp::redis {
namespace {

constexpr Metric per_db(std::string_view name, std::string_view help, std::string_view source) {
    return {.name = name,
            .help = help,
            .labels = {"db"},
            .source = source,
            .naming = Naming::compatible};
}
constexpr Metric kKeys = per_db("redis_db_keys", "Keys in the database.", "dbN:keys");
constexpr Metric kExpiring =
    per_db("redis_db_keys_expiring", "Keys with a time to live.", "dbN:expires");
constexpr Metric kAvgTtl = per_db("redis_db_avg_ttl_seconds",
                                  "Estimated mean time to live of keys that have one.",
                                  "dbN:avg_ttl / 1000");
constexpr Metric kExpiringItems =
    per_db("redis_db_keys_with_expiring_items", "Keys with fields that expire.", "dbN:subexpiry");
constexpr Field kFields[] = {
    gauge("cluster_enabled", "redis_cluster_enabled", "Whether cluster mode is on."),
};
constexpr const Metric* kMore[] = {&kKeys, &kExpiring, &kAvgTtl, &kExpiringItems};
constexpr auto kMetrics = metrics_of(kFields, kMore);
static_assert(broken_rule(kMetrics) == Rule::none);

constexpr std::size_t kMostDatabases = 256;
/// Redis' default number of databases: empty ones are shown as zero, as by the peer. In a cluster
/// there is only database 0.
constexpr std::size_t kPadded = 16;

Result<Samples> parse(const Info& info) {
    Samples samples;
    add_fields(samples, info, kFields);
    std::bitset<kPadded> seen;
    std::size_t count = 0;
    for (const auto& [field, list] : info.lines()) {
        if (!field.starts_with("db")) continue;
        const auto number = to_int(field.substr(2));
        if (!number || *number < 0 || ++count > kMostDatabases) continue;
        if (*number < static_cast<std::int64_t>(kPadded))
            seen.set(static_cast<std::size_t>(*number));
        samples.add(kKeys, number_item(list, "keys"), field);
        samples.add(kExpiring, number_item(list, "expires"), field);
        if (const auto ttl = number_item(list, "avg_ttl")) {
            samples.add(kAvgTtl, *ttl / 1e3, field);
        }
        // Redis 7.4 and Valkey 9 have different names for the same thing.
        auto items = number_item(list, "subexpiry");
        if (!items) items = number_item(list, "keys_with_volatile_items");
        samples.add(kExpiringItems, items, field);
    }
    // Without the section (a Sentinel has none) nothing is known of empty databases.
    if (!info.has_section("Keyspace")) return samples;
    const bool cluster = info.number("cluster_enabled").value_or(0) == 1;
    for (std::size_t i = 0; i < (cluster ? 1 : kPadded); ++i) {
        if (seen.test(i)) continue;
        const std::string name = "db" + std::to_string(i);
        samples.add(kKeys, 0, name);
        samples.add(kExpiring, 0, name);
    }
    return samples;
}

}  // namespace

constinit const Collector kKeyspace{
    .row = {.name = "keyspace", .summary = "Keys of each database.", .metrics = kMetrics},
    .parse = parse};

}  // namespace erp::redis
