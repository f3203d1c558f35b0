#pragma once

#include "exporters/postgres/collector.hpp"
#include "exporters/postgres/round.hpp"
#include "exporters/postgres/watchers/databases.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace erp::postgres {

/// What is known of the server behind a session, and learnt anew with every round. One thread.
class KnownServer {
  public:
    /// The databases of the server, sorted by name, or why the reply names none.
    using OnDatabases = std::function<void(const Result<std::vector<DatabaseName>>& databases)>;

    /// `address` for ServerState.
    KnownServer(std::string address, PageOptions page);
    /// Without it nobody asks for them.
    void tell_databases(OnDatabases on_databases) { on_databases_ = std::move(on_databases); }

    [[nodiscard]] const ServerState& state() const { return state_; }

    /// Makes a new session ours. An error ends it.
    Result<void> meet(Session& session, Deadline deadline);
    /// Adds what is known only from long ago.
    void refresh(Round& round);
    /// Runs `round` within `locks` of waiting for locks, less if the last round had to wait. `run`
    /// is the longest that one statement may run. `on_answer` is called with the first reply, be it
    /// an error.
    Result<void> run(Round& round,
                     Session& session,
                     Deadline deadline,
                     Round::Limits limits,
                     const std::function<void()>& on_answer);

  private:
    void learn(const Rows& rows);
    void ask_extensions(Round& round);
    void ask_databases(Round& round);

    const std::string address_;
    OnDatabases on_databases_;
    ServerState state_;
    bool locked_ = false;           ///< statements of the last round met its limits
    bool statistics_hang_ = false;  ///< those that wait for the statistics collector
    std::optional<Clock::time_point> databases_at_;
    std::optional<Clock::time_point> extensions_at_;
};

}  // namespace erp::postgres
