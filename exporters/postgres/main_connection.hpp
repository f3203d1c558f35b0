#pragma once

#include "core/scrape/published.hpp"
#include "core/scrape/target.hpp"
#include "exporters/postgres/database_size.hpp"
#include "exporters/postgres/lock_waits.hpp"
#include "exporters/postgres/session.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace erp::postgres {

/// The one kept connection to a server and all that is done over it: collections, the lock sampler,
/// the walk over database sizes. Every member function but the constructor and is_open() runs on
/// the target's worker, one after the other.
class MainConnection {
  public:
    struct Watch {
        Duration lock_interval;
        Duration size_interval;
    };

    MainConnection(SessionOptions options,
                   std::span<const Collector* const> collectors,
                   std::size_t lock_waits,
                   std::size_t database_size,
                   Watch watch);

    void collect(Collection& collection);
    /// One sample of waiting sessions. Connects at most every 5 s; a server that is down is no
    /// error here.
    void sample_locks();
    /// Sizes of the next databases whose turn it is, one statement each, for a fifth of a second.
    void walk_sizes();
    /// Whether walk_sizes() has something to do.
    [[nodiscard]] bool walk_due() const { return walk_.due(Clock::now()); }
    void close() {
        session_.reset();
        open_ = false;
    }

    [[nodiscard]] bool is_open() const { return open_; }  ///< any thread

  private:
    Result<void> ensure_session(Deadline deadline, Duration connect_time);
    Result<void> introduce(Deadline deadline);
    void learn(const Rows& rows);
    Result<void> converse(Collection& collection);
    Result<void> ask(Collection& collection, const std::vector<std::size_t>& plan);
    void report_locks(Collection& collection);
    void report_sizes(Collection& collection);
    Result<void> take_sample(Deadline deadline);
    Result<void> visit(const std::string& datname);

    const SessionOptions options_;
    const std::span<const Collector* const> collectors_;
    const std::size_t lock_waits_;
    const std::size_t database_size_;
    const Watch watch_;

    std::unique_ptr<Session> session_;
    ServerHabits habits_;
    std::atomic<bool> open_ = false;
    ServerState state_;
    std::optional<Clock::time_point> last_attempt_;
    /// Of the last attempt; the same secret is not sent again for 30 s.
    std::optional<Error> auth_error_;
    Secret refused_;

    LockSampler sampler_;
    std::optional<Clock::time_point> names_at_;
    Published<LockState> locks_;

    SizeWalk walk_;
    Published<DatabaseSizes> sizes_;
};

}  // namespace erp::postgres
