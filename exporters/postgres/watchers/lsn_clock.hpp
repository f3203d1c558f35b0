#pragma once

#include "core/base/deadline.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace erp::postgres {

/// Position in a WAL, in bytes since its start.
using Lsn = std::int64_t;

/// Remembers when a WAL ended where, and so tells since when something that has reached only an
/// earlier position is behind. No clock of the standby, no commit and no heartbeat is needed: an
/// idle primary leaves nobody behind, and who stands still falls behind from the moment at which
/// there was more. Bounded: points are kept each second for two minutes and ever fewer before, a
/// 120th of their age apart, for a week. One thread.
class LsnClock {
  public:
    static constexpr Duration kHorizon = std::chrono::hours(24 * 7);
    static constexpr std::size_t kMostPoints = 4096;

    /// The WAL ends at `end` at time `at`, which never goes back. An end before the last one (a
    /// failover to a standby that had received less, another server at the address) takes back
    /// what was beyond it.
    void add(Clock::time_point at, Lsn end);
    void clear() { points_.clear(); }

    /// How long `reached` has not been all there is; 0 if it is. Between two points the WAL is
    /// taken to have grown evenly. For a position before all that is remembered it is the age of
    /// the oldest point: at least so long. Nothing while nothing is known.
    [[nodiscard]] std::optional<Duration> behind(Lsn reached, Clock::time_point now) const;
    /// Where the WAL ended at that time; nothing before the oldest point.
    [[nodiscard]] std::optional<Lsn> end(Clock::time_point at) const;
    /// Where the WAL rested at that time: it ended there at the last two looks, or at the only one.
    [[nodiscard]] std::optional<Lsn> rest(Clock::time_point at) const;
    [[nodiscard]] std::size_t points() const { return points_.size(); }

  private:
    struct Point {
        Clock::time_point at;
        Lsn end;
    };
    void thin_out(Clock::time_point now);

    std::vector<Point> points_;  ///< ascending by both; of a rest its begin and its end
    std::size_t unthinned_ = 0;  ///< points added since
};

}  // namespace erp::postgres
