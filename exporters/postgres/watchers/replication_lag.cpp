#include "exporters/postgres/watchers/replication_lag.hpp"

#include "exporters/postgres/cluster/walsender.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

namespace erp::postgres {
namespace {

constexpr std::string_view kStageNames[] = {"sent", "write", "flush", "replay"};
static_assert(std::size(kStageNames) == WalPositions::kStages);
constexpr int kColumns = 12;

// What standbys and slots are called is up to who sets them up: of each the hundred that are most
// behind. Numbers are all numeric, since float8 writes large positions with an exponent. No
// failover goes to a subscriber, and its slot tells how far it is behind.
// pg_walfile_name() begins with the timeline; a standby follows the one that it has to reach. Which
// its receiver follows, the control file says only from the next restartpoint on.
constexpr std::string_view kStandbyTimeline =
    "(SELECT greatest(c.timeline_id, m.min_recovery_end_timeline, "
    "(SELECT received_tli FROM pg_stat_wal_receiver)) "
    "FROM pg_control_checkpoint() c, pg_control_recovery() m)";
constexpr std::string_view kServerAndStandbys =
    " ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END::numeric, "
    "CASE WHEN r THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) "
    "ELSE pg_current_wal_lsn() END - '0/0'::pg_lsn, "
    "CASE WHEN r THEN pg_last_wal_replay_lsn() END - '0/0'::pg_lsn, "
    "CASE WHEN r THEN (pg_last_wal_receive_lsn() IS NOT NULL)::int END::numeric, NULL::numeric, "
    "NULL::numeric, NULL::numeric "
    "FROM (SELECT pg_is_in_recovery() AS r) s "
    "UNION ALL (SELECT 'standby', application_name, client_addr::text, NULL, "
    "min(sent_lsn) - '0/0'::pg_lsn, min(write_lsn) - '0/0'::pg_lsn, "
    "min(flush_lsn) - '0/0'::pg_lsn, min(replay_lsn) - '0/0'::pg_lsn, "
    "extract(epoch FROM max(write_lag))::numeric, extract(epoch FROM max(flush_lag))::numeric, "
    "extract(epoch FROM max(replay_lag))::numeric, (count(*) - count(state))::numeric "
    "FROM pg_stat_replication r WHERE NOT ";
constexpr std::string_view kStandbysAndSlots =
    " GROUP BY 2, 3 ORDER BY min(replay_lsn) NULLS LAST LIMIT 100) "
    "UNION ALL (SELECT 'slot', slot_name::text, slot_type, database::text, "
    "coalesce(confirmed_flush_lsn, restart_lsn) - '0/0'::pg_lsn, active::int::numeric, ";
constexpr std::string_view kSlots =
    ", NULL, NULL, NULL, NULL, NULL FROM pg_replication_slots "
    "ORDER BY coalesce(confirmed_flush_lsn, restart_lsn) NULLS LAST LIMIT 100)";

/// Nothing of the server's identity where the control file is closed to us: then the standby has no
/// upstream.
std::string positions(const ServerState& state, std::string_view inactive) {
    return std::string("SELECT 'server', ")
        .append(identity_sql(state))
        .append(", NULL, NULL, r::int::numeric, CASE WHEN r THEN ")
        .append(state.may_read_control ? kStandbyTimeline : "NULL")
        .append(kServerAndStandbys)
        .append(kDecodes)
        .append(kStandbysAndSlots)
        .append(inactive)
        .append(kSlots);
}

std::optional<Lsn> lsn(const Rows& rows, int row, int column) {
    return to_int(rows.label(row, column));
}

WalPositions::Standby to_standby(const Rows& rows, int row) {
    WalPositions::Standby standby{
        std::string(rows.label(row, 1)), std::string(rows.label(row, 2)), {}, {}};
    for (std::size_t stage = 0; stage < WalPositions::kStages; ++stage) {
        const int column = 4 + static_cast<int>(stage);
        standby.reached[stage] = lsn(rows, row, column);
        if (stage > 0) standby.reported[stage] = rows.number(row, column + 3);  // none for sent
    }
    return standby;
}

}  // namespace

std::string positions_statement(const ServerState& state) {
    return positions(state,
                     state.version < 170000
                         ? "NULL"
                         : "extract(epoch FROM clock_timestamp() - inactive_since)::numeric");
}

Result<WalPositions> to_positions(const Rows& rows) {
    if (rows.columns() != kColumns || rows.size() == 0 || rows.text(0, 0) != "server") {
        return Error{Phase::parse, "expected twelve columns and the server first"};
    }
    WalPositions seen;
    seen.origin.system = rows.label(0, 1);
    seen.standby = rows.text(0, 4) == "1";
    seen.origin.timeline = static_cast<int>(to_int(rows.label(0, 5)).value_or(0));
    seen.end = lsn(rows, 0, 6);
    seen.replayed = lsn(rows, 0, 7);
    seen.receives = rows.text(0, 8) == "1";
    for (int i = 1; i < rows.size(); ++i) {
        if (rows.text(i, 0) == "standby") {
            seen.standbys.push_back(to_standby(rows, i));
            seen.hidden = seen.hidden || rows.number(i, 11).value_or(0) > 0;
        } else {
            seen.slots.push_back({std::string(rows.label(i, 1)), std::string(rows.label(i, 2)),
                                  std::string(rows.label(i, 3)), lsn(rows, i, 4),
                                  rows.text(i, 5) == "1", rows.number(i, 6)});
        }
    }
    return seen;
}

void LagSampler::add(WalPositions seen, Clock::time_point at) {
    // Hidden from our role it says nothing of another server.
    const bool known = !seen.origin.system.empty() && !seen_.origin.system.empty();
    if (known && seen.origin.system != seen_.origin.system) {
        clock_.clear();
    } else if (seen.standby && seen_.standby) {
        // Without its receiver a standby knows less, but follows no older timeline than before.
        seen.origin.timeline = std::max(seen.origin.timeline, seen_.origin.timeline);
    }
    if (seen.end) clock_.add(at, *seen.end);
    if (seen.end && !seen.standby && !seen.origin.system.empty()) {
        primaries_.saw(this, seen.origin, *seen.end, at, fresh_);
    } else {
        primaries_.forget(this);
    }
    std::set<std::string_view> unused;
    for (const WalPositions::Slot& slot : seen.slots) {
        if (slot.active) continue;
        unused.insert(slot.name);
        unused_since_.try_emplace(slot.name, at);
    }
    std::erase_if(unused_since_, [&](const auto& slot) { return !unused.contains(slot.first); });
    seen_ = std::move(seen);
    at_ = at;
}

void LagSampler::add_standbys(Samples& samples) const {
    for (const WalPositions::Standby& standby : seen_.standbys) {
        for (std::size_t stage = 0; stage < WalPositions::kStages; ++stage) {
            const auto add = [&](MetricWith<3> metric, double value) {
                samples.add(metric, value, standby.application_name, standby.client_addr,
                            kStageNames[stage]);
            };
            if (const auto reported = standby.reported[stage]) add(kStandbyReportedLag, *reported);
            const auto reached = standby.reached[stage];
            if (!reached || !seen_.end) continue;
            add(kStandbyLagBytes, static_cast<double>(std::max<Lsn>(*seen_.end - *reached, 0)));
            if (const auto time = clock_.behind(*reached, at_)) {
                add(kStandbyLagSeconds, seconds(*time));
            }
        }
    }
}

void LagSampler::add_slots(Samples& samples) const {
    for (const WalPositions::Slot& slot : seen_.slots) {
        const auto time = slot.reached ? clock_.behind(*slot.reached, at_) : std::nullopt;
        if (time) samples.add(kSlotLag, seconds(*time), slot.name, slot.type, slot.datname);
        double inactive = 0;
        if (!slot.active) {
            const auto since = unused_since_.find(slot.name);
            const double seen = since == unused_since_.end() ? 0 : seconds(at_ - since->second);
            inactive = std::max(slot.inactive.value_or(seen), 0.0);
        }
        samples.add(kSlotInactive, inactive, slot.name, slot.type, slot.datname);
    }
}

Samples LagSampler::samples() const {
    Samples samples;
    add_standbys(samples);
    add_slots(samples);
    if (!seen_.standby || !seen_.replayed) return samples;
    if (const auto time = clock_.behind(*seen_.replayed, at_); time && seen_.receives) {
        samples.add(kReceiveReplaySeconds, seconds(*time));
    }
    if (const auto behind = primaries_.behind(seen_.origin, *seen_.replayed, at_)) {
        samples.add(kUpstreamBytes, behind->bytes);
        samples.add(kUpstreamSeconds, seconds(behind->time));
    }
    return samples;
}

namespace {

class LagWatcher final : public Watcher {
  public:
    explicit LagWatcher(Duration interval)
        : Watcher(interval), sampler_(primaries(), 3 * interval) {}

    [[nodiscard]] std::optional<Statement> next(const ServerState& state) override {
        return Statement{positions_statement(state), {}, true};
    }
    Result<void> take(const Result<Rows>& reply,
                      const ServerState& /*state*/,
                      Clock::time_point at) override {
        if (!reply) return reply.error();
        Result<WalPositions> seen = to_positions(*reply);
        if (!seen) return seen.error();
        sampler_.add(std::move(*seen), at);
        return {};
    }
    [[nodiscard]] Samples samples() const override { return sampler_.samples(); }
    [[nodiscard]] Unavailable missing() const override {
        return sampler_.hidden() ? Unavailable::privilege : Unavailable::no;
    }

  private:
    LagSampler sampler_;
};

std::unique_ptr<Watcher> watch(Duration interval) {
    return std::make_unique<LagWatcher>(interval);
}

}  // namespace

const Collector kReplicationLagWatcher{
    .row = {.name = "replication_lag",
            .summary = "How far standbys and slots are behind, in bytes and by the LSN clock.",
            .interval = std::chrono::seconds(1),
            .metrics = kReplicationLagMetrics},
    .watch = watch};

}  // namespace erp::postgres
