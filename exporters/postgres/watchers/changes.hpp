#pragma once

#include "exporters/postgres/watchers/watcher.hpp"

#include <map>
#include <optional>
#include <string>

namespace erp::postgres {

inline constexpr Metric kSettingsChanges{.name = "pg_settings_changes_total",
                                         .type = Type::counter,
                                         .help =
                                             "Times that settings of the server, of databases or "
                                             "of all roles were found changed, seen by "
                                             "this exporter since it started; not of the server's "
                                             "lock_timeout and what else our own session has "
                                             "another value of.",
                                         .source = "pg_settings.reset_val"};
inline constexpr Metric kSettingsLastChange{
    .name = "pg_settings_last_change_timestamp_seconds",
    .help = "When settings were last found changed, in Unix time; absent until then.",
    .unit = Unit::seconds,
    .source = "pg_settings.reset_val"};
inline constexpr Metric kRolesChanges{
    .name = "pg_roles_changes_total",
    .type = Type::counter,
    .help =
        "Times that roles, their memberships or their rights on databases and parameters were "
        "found "
        "changed, seen by this exporter since it started; a new password is none, only superusers "
        "see that.",
    .source = "pg_roles, pg_auth_members, pg_database.datdba, datacl, pg_parameter_acl"};
inline constexpr Metric kSuperusers{.name = "pg_roles_superusers",
                                    .help = "Roles that may do everything.",
                                    .source = "pg_roles.rolsuper"};
inline constexpr const Metric* kChangesMetrics[] = {&kSettingsChanges, &kSettingsLastChange,
                                                    &kRolesChanges, &kSuperusers};
static_assert(broken_rule(kChangesMetrics) == Rule::none);

/// What one look shows, as hashes. One thread.
class Changes {
  public:
    struct Database {
        std::string rights;    ///< who owns it and who may do what in it
        std::string settings;  ///< its own, and those that roles have in it
    };
    struct Look {
        std::string settings;
        std::string roles;
        std::optional<double> superusers;
        std::map<std::string, Database> databases;  ///< by oid
        std::string own;  ///< settings of our role, which `settings` leaves out
        /// Whose settings, and with which right to see them: looks that differ in it do not
        /// compare.
        std::string viewer;
    };
    /// `at` in Unix time.
    void saw(Look look, double at);
    [[nodiscard]] Samples samples() const;

  private:
    std::optional<Look> last_;
    double settings_ = 0;
    double roles_ = 0;
    std::optional<double> settings_at_;
    const double since_ = unix_now();
};

/// Rows: hash of settings, hash of roles, superusers, "oid rights settings" of databases joined by
/// commas, names of our role's own settings, viewer.
[[nodiscard]] Result<Changes::Look> to_look(const Rows& rows);

extern const Collector kChanges;

}  // namespace erp::postgres
