#include "exporters/postgres/cluster/settings.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace erp::postgres {
namespace {

// `setting`, which shows modes in octal, but reset_val of what our session has set for itself by
// SET, and of tcp_*, which else are those of our own socket. Of the session's,
// default_transaction_read_only decides transaction_read_only, where a standby is always on.
// lock_timeout came with the startup packet, which changes reset_val too, so it is left out rather
// than shown wrong; so are settings that our role or its database has of its own. wal_compression
// and log_connections were on or off before they became a choice (15) and a list (18); the peer
// drops them then.
constexpr std::string_view kTold =
    "('wal_level', 'synchronous_commit', 'synchronous_standby_names', 'archive_mode', "
    "'archive_library', 'wal_compression', 'wal_sync_method', 'huge_pages', "
    "'huge_pages_status', 'io_method', 'shared_preload_libraries', 'password_encryption', "
    "'default_transaction_isolation', 'log_statement', 'compute_query_id', "
    "'recovery_prefetch', 'server_encoding', 'log_connections')";

// Of another text, which may be a path or a key, only that it waits for a restart is told.
std::string statement(const ServerState& /*state*/) {
    return std::string("SELECT name, CASE WHEN vartype = 'string' AND name NOT IN ")
        .append(kTold)
        .append(
            " THEN NULL WHEN name = 'transaction_read_only' AND NOT pg_is_in_recovery() "
            "THEN max(reset_val) FILTER (WHERE name = 'default_transaction_read_only') OVER () "
            "WHEN source = 'session' OR name LIKE 'tcp\\_%' THEN reset_val ELSE setting END, "
            "unit, vartype, pending_restart FROM pg_settings "
            "WHERE (vartype IN ('bool', 'integer', 'real') OR pending_restart OR name IN ")
        .append(kTold)
        .append(
            ") AND name <> 'lock_timeout' AND name <> 'sync_commit_cancel_wait' "
            "AND name <> ALL(ARRAY(SELECT split_part(unnest(setconfig), '=', 1) "
            "FROM pg_db_role_setting WHERE setrole IN (0, (SELECT oid FROM pg_roles "
            "WHERE rolname = current_user)) AND setdatabase IN (0, (SELECT oid FROM "
            "pg_database WHERE datname = current_database()))))");
}

struct Scale {
    std::string_view unit;
    double factor;
    std::string_view suffix;
};

constexpr std::array<Scale, 10> kScales{{{"ms", 0.001, "_seconds"},
                                         {"s", 1, "_seconds"},
                                         {"min", 60, "_seconds"},
                                         {"h", 3600, "_seconds"},
                                         {"d", 86400, "_seconds"},
                                         {"B", 1, "_bytes"},
                                         {"kB", 1024, "_bytes"},
                                         {"MB", 1048576, "_bytes"},
                                         {"GB", 1073741824, "_bytes"},
                                         {"TB", 1099511627776, "_bytes"}}};

/// A choice since 15 and a list since 18: the peer drops them then.
bool was_boolean(std::string_view name) {
    return name == "wal_compression" || name == "log_connections";
}

/// Of a choice or a list that was on or off once: whether it is off, in the words that the server
/// takes for it, in upper or lower case (check_log_connections).
bool is_off(std::string_view value) {
    constexpr std::string_view kWords[] = {"", "off", "false", "no", "0"};
    return std::ranges::any_of(kWords,
                               [value](std::string_view word) { return same_word(value, word); });
}

/// "8kB" is 8 and "kB"; a unit without a number counts once.
std::optional<std::pair<double, std::string_view>> scale_of(std::string_view unit) {
    const std::size_t letters = unit.find_first_not_of("0123456789");
    if (letters == std::string_view::npos) return std::nullopt;
    const double amount = letters == 0 ? 1 : to_double(unit.substr(0, letters)).value_or(1);
    for (const Scale& scale : kScales) {
        if (scale.unit == unit.substr(letters))
            return std::pair{amount * scale.factor, scale.suffix};
    }
    return std::nullopt;
}

}  // namespace

std::optional<Setting> to_setting(std::string_view name,
                                  std::string_view value,
                                  std::string_view unit,
                                  std::string_view vartype) {
    Setting setting;
    setting.name.reserve(kSettingPattern.prefix.size() + name.size() + 8);
    setting.name = kSettingPattern.prefix;
    setting.name += name;
    std::ranges::replace_if(
        setting.name, [](char c) { return c == '.' || c == '-'; }, '_');
    if (vartype == "bool") {
        setting.value = value == "on" ? 1 : 0;
        return setting;
    }
    if (vartype == "enum" || vartype == "string") {
        setting.value = is_off(value) ? 0 : 1;
        return setting;
    }
    const auto number = to_double(value);
    if (!number) return std::nullopt;
    setting.value = *number;
    if (unit.empty()) return setting;
    const auto scale = scale_of(unit);
    if (!scale) return std::nullopt;
    setting.name += scale->second;
    // -1 is a word ("off", "use the other setting"), not an amount.
    if (*number != -1) setting.value = *number * scale->first;
    return setting;
}

Result<Samples> settings_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != 5) return Error{Phase::parse, "expected five columns"};
    Samples samples;
    double pending = 0;
    std::string help;
    for (int i = 0; i < rows.size(); ++i) {
        if (rows.is_true(i, 4)) ++pending;
        if (const auto type = rows.label(i, 3); type == "enum" || type == "string") {
            if (const auto word = rows.text(i, 1))
                samples.add(kSettingsInfo, 1, rows.label(i, 0), *word);
            if (!was_boolean(rows.label(i, 0))) continue;
        }
        if (!rows.text(i, 1)) continue;
        const auto setting =
            to_setting(rows.label(i, 0), rows.label(i, 1), rows.label(i, 2), rows.label(i, 3));
        if (!setting) continue;
        help = "Setting ";
        help += rows.label(i, 0);
        help += " of the server, in base units.";
        samples.add_runtime(kSettingPattern, setting->name, help, setting->value);
    }
    samples.add(kPendingRestart, pending);
    return samples;
}

const Collector kSettings{.row = {.name = "settings",
                                  .summary = "Numeric and boolean settings.",
                                  .metrics = kSettingsMetrics,
                                  .patterns = kSettingPatterns},
                          .statement = statement,
                          .parse = settings_samples};

}  // namespace erp::postgres
