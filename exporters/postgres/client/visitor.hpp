#pragma once

#include "core/net/worker.hpp"
#include "exporters/postgres/client/session.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace erp::postgres {

/// Asks one statement in a database that is not ours to stay in: connects, asks, leaves, within
/// 1.5 s, one visit at a time, on a thread of its own. A connection kept there would keep Odoo from
/// duplicating, renaming or dropping the database. The caller has made sure that connecting does
/// not hang (see preflight()); a connect that hangs all the same is waited for, so that there is
/// never more than one in the server. Member functions are called by one thread.
class Visitor {
  public:
    explicit Visitor(SessionOptions options) : options_(std::move(options)) {}

    /// Whether `datname` may be visited now: no visit is under way, and its last one did not fail
    /// lately (30 s, doubled with each failure up to 10 min).
    [[nodiscard]] bool may_visit(const std::string& datname);
    /// `done` runs on the visitor's thread.
    void visit(const std::string& datname,
               Statement statement,
               std::function<void(const Result<Rows>&)> done);
    /// Connections that are open now; any thread.
    [[nodiscard]] std::size_t connections() const { return shared_->busy ? 1 : 0; }

    /// To be asked over the main connection first, with the database's name as $1: a row if it
    /// takes connections, we may, nobody copies, renames or drops it or has locked its catalog or
    /// one that all databases share, and at least five connections are left to others.
    [[nodiscard]] static std::string_view preflight();

  private:
    struct Backoff {
        Clock::time_point until{};
        Duration pause = Duration::zero();
    };
    struct Shared {
        std::atomic<bool> busy = false;
        std::atomic<bool> failed = false;  ///< the latest visit
    };
    void settle();

    SessionOptions options_;
    std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
    std::map<std::string, Backoff> backoffs_;  ///< of databases whose last visit failed
    std::string latest_;
    std::unique_ptr<Worker> worker_;  ///< none until the first visit
};

}  // namespace erp::postgres
