#pragma once

#include "exporters/postgres/watchers/lsn_clock.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace erp::postgres {

/// Where the WAL of every primary ends that is a target of this daemon, for their standbys among
/// the targets: only the primary can tell what a standby whose link is cut does not know of. One
/// entry a watcher, which takes it back when it ends. Safe from any thread.
class Primaries {
  public:
    /// Which cluster's WAL it is. A copy that was promoted keeps the identifier of its origin and
    /// has a later timeline.
    struct Origin {
        std::string system;  ///< pg_control_system().system_identifier
        int timeline = 0;
        bool operator==(const Origin&) const = default;
    };
    struct Behind {
        double bytes = 0;
        Duration time{};
    };

    /// The primary that `watcher` looks at; it is believed for `fresh` after `at`.
    void saw(
        const void* watcher, const Origin& origin, Lsn end, Clock::time_point at, Duration fresh);
    void forget(const void* watcher);

    /// How far `reached`, seen at `at` on a standby, was behind its primary: the one of the same
    /// timeline or, if none is known (a failover that the standby did not follow), of the next
    /// one. Of several it is the one least ahead. Nothing unless it was seen lately.
    [[nodiscard]] std::optional<Behind> behind(const Origin& standby,
                                               Lsn reached,
                                               Clock::time_point at) const;

  private:
    struct Primary {
        Origin origin;
        LsnClock clock;
        Clock::time_point at;
        Duration fresh{};
    };
    mutable std::mutex mutex_;
    std::map<const void*, Primary> primaries_;
    std::multimap<std::string, const Primary*> by_system_;
};

/// Those of this daemon.
[[nodiscard]] Primaries& primaries();

}  // namespace erp::postgres
