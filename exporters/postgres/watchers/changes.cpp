#include "exporters/postgres/watchers/changes.hpp"

#include "core/base/text.hpp"

#include <memory>
#include <utility>

namespace erp::postgres {
namespace {

// reset_val is the server's, also of what our session has set; not so of what came with our startup
// packet, nor of what our role, its database or all roles have of their own, which a new session is
// the first to see. Those are left out; of databases and all roles they are counted where they are
// declared. Internal ones belong to the server's build and state. hashtextextended(), because md5()
// is refused on hosts in FIPS mode. What a role without pg_read_all_settings sees is less. A role's
// own settings are a column of pg_roles; here are those of all roles, of databases, and of roles in
// them.
constexpr std::string_view kSettings =
    "WITH own AS (SELECT setrole, split_part(unnest(setconfig), '=', 1) AS name "
    "FROM pg_db_role_setting WHERE setrole IN (0, (SELECT oid FROM pg_roles "
    "WHERE rolname = current_user)) AND setdatabase IN (0, (SELECT oid FROM pg_database "
    "WHERE datname = current_database()))) "
    "SELECT hashtextextended((SELECT string_agg(name || '=' || coalesce(reset_val, ''), E'\\n' "
    "ORDER BY name) FROM pg_settings WHERE context <> 'internal' AND name NOT IN "
    "('lock_timeout', 'application_name', 'client_encoding', 'session_authorization', 'role') "
    "AND name <> ALL(ARRAY(SELECT name FROM own))) || "
    "coalesce((SELECT setconfig::text FROM pg_db_role_setting "
    "WHERE setdatabase = 0 AND setrole = 0), ''), 0), ";
constexpr std::string_view kRoles =
    "hashtextextended((SELECT string_agg(r::text, E'\\n' ORDER BY r.oid) FROM pg_roles r) || "
    "coalesce((SELECT string_agg(m::text, E'\\n' ORDER BY m.roleid, m.member, m.grantor) "
    "FROM pg_auth_members m), '')";
constexpr std::string_view kParametersSince15 =
    " || coalesce((SELECT string_agg(p::text, E'\\n' ORDER BY p.oid) FROM pg_parameter_acl p), '')";
// One by one, since databases come and go without a change of anybody's rights.
constexpr std::string_view kRest =
    ", 0), (SELECT count(*) FROM pg_roles WHERE rolsuper), "
    "(SELECT string_agg(concat_ws(' ', d.oid, "
    "hashtextextended(concat_ws(' ', d.datdba, d.datacl), 0), "
    "hashtextextended(coalesce(s.config, ''), 0)), ',') FROM pg_database d LEFT JOIN ("
    "SELECT setdatabase, string_agg(concat_ws(' ', setrole, setconfig), E'\\n' ORDER BY setrole) "
    "AS config FROM pg_db_role_setting GROUP BY 1) s ON s.setdatabase = d.oid), "
    "(SELECT string_agg(name, ',' ORDER BY name) FROM own WHERE setrole <> 0), "
    "concat_ws('/', pg_has_role(current_user, 'pg_read_all_settings', 'USAGE'), ";

std::string statement(const ServerState& state) {
    return std::string(kSettings)
        .append(kRoles)
        .append(state.version < 150000 ? "" : kParametersSince15)
        .append(kRest)
        .append(identity_sql(state))
        .append(")");
}

class ChangesWatcher final : public Watcher {
  public:
    using Watcher::Watcher;

    [[nodiscard]] std::optional<Statement> next(const ServerState& state) override {
        return Statement{statement(state), {}, true};
    }
    Result<void> take(const Result<Rows>& reply,
                      const ServerState& /*state*/,
                      Clock::time_point at) override {
        if (!reply) return reply.error();
        auto look = to_look(*reply);
        if (!look) return look.error();
        changes_.saw(std::move(*look), to_unix(at));
        return {};
    }
    [[nodiscard]] Samples samples() const override { return changes_.samples(); }

  private:
    Changes changes_;
};

std::unique_ptr<Watcher> watch(Duration interval) {
    return std::make_unique<ChangesWatcher>(interval);
}

struct Differences {
    bool settings = false;
    bool roles = false;
};

Differences differences(const Changes::Look& before, const Changes::Look& now) {
    Differences found{before.own == now.own && before.settings != now.settings,
                      before.roles != now.roles};
    for (const auto& [oid, database] : now.databases) {
        const auto same = before.databases.find(oid);
        if (same == before.databases.end()) continue;
        found.roles = found.roles || same->second.rights != database.rights;
        found.settings = found.settings || same->second.settings != database.settings;
    }
    return found;
}

}  // namespace

Result<Changes::Look> to_look(const Rows& rows) {
    if (rows.size() != 1 || rows.columns() != 6) return Error{Phase::parse, "expected one row"};
    Changes::Look look{
        std::string(rows.label(0, 0)), std::string(rows.label(0, 1)), rows.number(0, 2), {},
        std::string(rows.label(0, 4)), std::string(rows.label(0, 5))};
    for (const std::string_view database : split(rows.label(0, 3), ',')) {
        const auto fields = split(database, ' ');
        if (fields.size() != 3) continue;
        Changes::Database found{std::string(fields[1]), std::string(fields[2])};
        look.databases.try_emplace(std::string(fields[0]), std::move(found));
    }
    return look;
}

void Changes::saw(Look look, double at) {
    if (last_ && last_->viewer == look.viewer) {
        const Differences found = differences(*last_, look);
        if (found.settings) {
            ++settings_;
            settings_at_ = at;
        }
        if (found.roles) ++roles_;
    }
    last_ = std::move(look);
}

Samples Changes::samples() const {
    Samples samples;
    samples.count_since(since_);
    samples.add(kSettingsChanges, settings_);
    samples.add(kSettingsLastChange, settings_at_);
    samples.add(kRolesChanges, roles_);
    if (last_) samples.add(kSuperusers, last_->superusers);
    return samples;
}

const Collector kChanges{.row = {.name = "changes",
                                 .summary = "Changes of settings, roles and their memberships.",
                                 .interval = std::chrono::minutes(1),
                                 .metrics = kChangesMetrics},
                         .watch = watch};

}  // namespace erp::postgres
