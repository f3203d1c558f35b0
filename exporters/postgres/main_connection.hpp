#pragma once

#include "core/scrape/target.hpp"
#include "exporters/postgres/client/login.hpp"
#include "exporters/postgres/known_server.hpp"
#include "exporters/postgres/round.hpp"
#include "exporters/postgres/watchers/watcher.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace erp::postgres {

/// The one kept connection to a server and all that is done over it: collections, and what watchers
/// ask between them. Every member function but the constructor and those marked so runs on the
/// target's worker, one after the other.
class MainConnection {
  public:
    /// `settings` by position in `collectors`.
    MainConnection(SessionOptions options,
                   PageOptions page,
                   std::span<const Collector* const> collectors,
                   const std::vector<CollectorSetting>& settings);

    void collect(Collection& collection);
    /// Lets the watchers whose turn it is ask, for a fifth of a second at most. Connects at most
    /// every 5 s; a server that is down is no error here.
    void watch();
    void close() {
        session_.reset();
        open_ = false;
    }

    /// Watcher::report() of a collector's watcher. Any thread.
    [[nodiscard]] std::optional<std::string> report(const Collector& collector,
                                                    ReportFormat format) const;

    [[nodiscard]] bool is_open() const { return open_; }                             ///< any thread
    [[nodiscard]] std::size_t visits() const { return visitor_->connections(); }     ///< any thread
    [[nodiscard]] const ConnectCounts& connects() const { return login_.counts(); }  ///< any thread
    /// How often watch() is to be called; 0: nobody watches. Any thread.
    [[nodiscard]] Duration tick() const { return tick_; }

  private:
    struct Watch {
        std::size_t collector = 0;
        std::unique_ptr<Watcher> watcher;
    };

    Result<void> ensure_session(Deadline deadline, Duration connect_time, Duration overdue);
    Result<void> converse(Collection& collection);
    /// Whether our role may not see what it shows.
    [[nodiscard]] bool hidden(const Collector& row) const;
    /// Whether it waits for another process of the server.
    [[nodiscard]] bool may_hang(const Collector& row) const;
    /// Why the collector cannot be asked for now, whatever its statement.
    [[nodiscard]] Unavailable unavailable(std::size_t collector) const;
    void plan(Collection& collection, std::size_t collector, Round& round);
    void take(Collection& collection, std::size_t collector, Result<Rows> reply, Duration work);
    /// A pooler may hand us what belongs to another statement, and then goes on doing so.
    void judge(const Error& error);
    void plan_watches(Collection& collection, Round& round);
    void report_watches(Collection& collection);
    static void report(Collection& collection, const Watch& watch);

    const std::span<const Collector* const> collectors_;
    const std::shared_ptr<Visitor> visitor_;
    std::vector<Watch> watches_;
    Duration tick_ = Duration::zero();

    KnownServer server_;
    Login login_;
    std::unique_ptr<Session> session_;
    std::atomic<bool> open_ = false;
    bool distrusted_ = false;  ///< replies of this session are not what was asked for
};

}  // namespace erp::postgres
