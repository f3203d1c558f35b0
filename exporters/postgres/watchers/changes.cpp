#include "exporters/postgres/watchers/changes.hpp"

#include <memory>
#include <utility>

namespace erp::postgres {
namespace {

// reset_val is the server's, also of what our session has set; not so of what came with our startup
// packet. Internal ones belong to the server's build and state. hashtextextended(), because md5()
// is refused on hosts in FIPS mode. What a role without pg_read_all_settings sees is less.
constexpr std::string_view kLook =
    "SELECT (SELECT hashtextextended(string_agg(name || '=' || coalesce(reset_val, ''), E'\\n' "
    "ORDER BY name), 0) FROM pg_settings WHERE context <> 'internal' AND name NOT IN "
    "('lock_timeout', 'application_name', 'client_encoding', 'session_authorization', 'role')), "
    "hashtextextended((SELECT string_agg(r::text, E'\\n' ORDER BY r.oid) FROM pg_roles r) || "
    "coalesce((SELECT string_agg(m::text, E'\\n' ORDER BY m.roleid, m.member, m.grantor) "
    "FROM pg_auth_members m), ''), 0), "
    "(SELECT count(*) FROM pg_roles WHERE rolsuper), "
    "concat_ws('/', pg_has_role(current_user, 'pg_read_all_settings', 'USAGE'), ";

class ChangesWatcher final : public Watcher {
  public:
    using Watcher::Watcher;

    [[nodiscard]] std::optional<Statement> next(const ServerState& state) override {
        return Statement{std::string(kLook).append(identity_sql(state)).append(")"), {}, true};
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

}  // namespace

Result<Changes::Look> to_look(const Rows& rows) {
    if (rows.size() != 1 || rows.columns() != 4) return Error{Phase::parse, "expected one row"};
    return Changes::Look{std::string(rows.label(0, 0)), std::string(rows.label(0, 1)),
                         rows.number(0, 2), std::string(rows.label(0, 3))};
}

void Changes::saw(Look look, double at) {
    if (last_ && last_->viewer == look.viewer) {
        if (last_->settings != look.settings) {
            ++settings_;
            settings_at_ = at;
        }
        if (last_->roles != look.roles) ++roles_;
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
