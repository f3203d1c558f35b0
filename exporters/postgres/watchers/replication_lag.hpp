#pragma once

#include "exporters/postgres/watchers/lsn_clock.hpp"
#include "exporters/postgres/watchers/primaries.hpp"
#include "exporters/postgres/watchers/watcher.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace erp::postgres {

namespace replication_lag {

constexpr Metric standby(std::string_view name,
                         std::string_view help,
                         Unit unit,
                         std::string_view source) {
    return {.name = name,
            .help = help,
            .labels = {"application_name", "client_addr", "stage"},
            .unit = unit,
            .source = source};
}

constexpr Metric slot(std::string_view name, std::string_view help, std::string_view source) {
    return per_database({.name = name,
                         .help = help,
                         .labels = {"slot_name", "slot_type", "datname"},
                         .unit = Unit::seconds,
                         .source = source});
}

constexpr Metric upstream(std::string_view name, std::string_view help, Unit unit) {
    return {.name = name,
            .help = help,
            .unit = unit,
            .source = "pg_current_wal_lsn() of the primary, pg_last_wal_replay_lsn()"};
}

}  // namespace replication_lag

inline constexpr Metric kStandbyLagBytes = replication_lag::standby(
    "pg_replication_standby_lag_bytes",
    "Bytes of WAL that were not sent to the standby, or that it has not written, flushed or "
    "replayed; the most of namesakes. A receiver that replays nothing has no stage replay; of "
    "subscribers the slots tell.",
    Unit::bytes,
    "pg_current_wal_lsn() - pg_stat_replication.{sent,write,flush,replay}_lsn");
inline constexpr Metric kStandbyLagSeconds = replication_lag::standby(
    "pg_replication_standby_lag_seconds",
    "Time since this server's WAL passed where the standby is, by the exporter's memory of it: 0 "
    "for a standby that has all, also when nothing is written, and at least the age of that memory "
    "for one further behind.",
    Unit::seconds,
    "watcher: pg_current_wal_lsn(), pg_stat_replication.{sent,write,flush,replay}_lsn");
inline constexpr Metric kStandbyReportedLag = replication_lag::standby(
    "pg_replication_standby_reported_lag_seconds",
    "Lag as the standby's acknowledgements measured it last, which says little of one that stands "
    "still; the longest of namesakes, absent where the server has none.",
    Unit::seconds,
    "pg_stat_replication.{write,flush,replay}_lag");
inline constexpr Metric kReceiveReplaySeconds{
    .name = "pg_replication_receive_replay_lag_seconds",
    .help =
        "Time since a standby received the oldest WAL that it has not replayed, by the "
        "exporter's memory; 0 if there is none, absent on a primary and where nothing was ever "
        "received.",
    .unit = Unit::seconds,
    .source = "watcher: pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()"};
inline constexpr Metric kUpstreamBytes = replication_lag::upstream(
    "pg_replication_upstream_lag_bytes",
    "Bytes of its primary's WAL that a standby has not replayed, received or not; absent unless "
    "the primary is a target of this exporter too and answers.",
    Unit::bytes);
inline constexpr Metric kUpstreamSeconds = replication_lag::upstream(
    "pg_replication_upstream_lag_seconds",
    "Time since the primary's WAL passed what a standby has replayed, true also when the link is "
    "cut; absent unless the primary is a target of this exporter too and answers.",
    Unit::seconds);
inline constexpr Metric kSlotLag = replication_lag::slot(
    "pg_replication_slot_lag_seconds",
    "Time since this server's WAL passed what the slot's user has confirmed, or of a physical slot "
    "what it still needs: also of a user that is gone. The lag of a subscriber.",
    "watcher: pg_current_wal_lsn(), pg_replication_slots.{confirmed_flush_lsn,restart_lsn}");
inline constexpr Metric kSlotInactive = replication_lag::slot(
    "pg_replication_slot_inactive_seconds",
    "How long nobody has used the slot, 0 while somebody does; before version 17 counted from when "
    "this exporter saw it unused first.",
    "pg_replication_slots.inactive_since, before 17 watcher: pg_replication_slots.active");
inline constexpr const Metric* kReplicationLagMetrics[] = {&kStandbyLagBytes,
                                                           &kStandbyLagSeconds,
                                                           &kStandbyReportedLag,
                                                           &kReceiveReplaySeconds,
                                                           &kUpstreamBytes,
                                                           &kUpstreamSeconds,
                                                           &kSlotLag,
                                                           &kSlotInactive};
static_assert(broken_rule(kReplicationLagMetrics) == Rule::none);

/// What one look at a server shows.
struct WalPositions {
    static constexpr std::size_t kStages = 4;  ///< sent, write, flush, replay
    struct Standby {
        std::string application_name;
        std::string client_addr;
        std::array<std::optional<Lsn>, kStages> reached;
        std::array<std::optional<double>, kStages> reported;  ///< seconds
    };
    struct Slot {
        std::string name;
        std::string type;
        std::string datname;  ///< of a logical slot
        std::optional<Lsn> reached;
        bool active = false;
        std::optional<double> inactive;  ///< seconds; 17 and later
    };
    Primaries::Origin origin;
    bool standby = false;
    std::optional<Lsn> end;  ///< of what this server has, written or received
    std::optional<Lsn> replayed;
    bool receives = false;  ///< a standby that has received, not only read from an archive
    std::vector<Standby> standbys;
    std::vector<Slot> slots;
    bool hidden = false;  ///< our role may not see where a standby is
};

[[nodiscard]] std::string positions_statement(const ServerState& state);
/// Rows: "server", system_identifier, NULL, NULL, standby as 0 or 1, timeline, end, replayed;
/// "standby", application_name, client_addr, NULL, four positions, three lags in seconds, senders
/// that are hidden; "slot", name, type, database, position, active as 0 or 1, seconds inactive.
[[nodiscard]] Result<WalPositions> to_positions(const Rows& rows);

/// Remembers what was seen, and tells lag from it. One thread; takes its entry in `primaries` back
/// when it goes.
class LagSampler {
  public:
    LagSampler(Primaries& primaries, Duration fresh) : primaries_(primaries), fresh_(fresh) {}
    ~LagSampler() { primaries_.forget(this); }
    LagSampler(const LagSampler&) = delete;
    LagSampler& operator=(const LagSampler&) = delete;
    LagSampler(LagSampler&&) = delete;
    LagSampler& operator=(LagSampler&&) = delete;

    void add(WalPositions seen, Clock::time_point at);
    [[nodiscard]] Samples samples() const;
    [[nodiscard]] bool hidden() const { return seen_.hidden; }

  private:
    void add_standbys(Samples& samples) const;
    void add_slots(Samples& samples) const;

    Primaries& primaries_;
    Duration fresh_;
    LsnClock clock_;
    WalPositions seen_;
    Clock::time_point at_;
    std::map<std::string, Clock::time_point> unused_since_;  ///< by slot
};

extern const Collector kReplicationLagWatcher;

}  // namespace erp::postgres
