#pragma once

#include "exporters/postgres/client/session.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace erp::postgres {

/// Statements that are sent together, each with what is done with its reply. Begins with one that
/// sets the server-side limits of the others and reads what may have changed since the last round.
class Round {
  public:
    /// `begun` is when the reply before it had arrived: from then on the work is this statement's.
    using OnReply = std::function<void(Result<Rows> reply, Clock::time_point begun)>;

    void add(Statement statement, OnReply on_reply) {
        statements_.push_back(std::move(statement));
        on_reply_.push_back(std::move(on_reply));
    }
    /// One that waits for the statistics collector of a server before 15, which may hang: it comes
    /// after all others.
    void add_last(Statement statement, OnReply on_reply) {
        last_.push_back({std::move(statement), std::move(on_reply)});
    }
    [[nodiscard]] bool empty() const { return statements_.empty() && last_.empty(); }

    struct Limits {
        Duration run;    ///< the longest that one statement may run
        Duration locks;  ///< what all of them together may wait for locks; at least 1 ms each
        Duration first_of_last = run;  ///< `run` of the first one added last, which waits for all
        Duration rest_of_last = run;   ///< of the others, which find what that one waited for
    };
    /// `on_limits` gets the row (two settings, has pg_read_all_stats, is a standby, may read the
    /// control file, may list folders, version). An error is one of the connection. Behind a pooler
    /// the statements go one by one: what is still owed to us when we leave in the middle, older
    /// ones pass on to the next client (PgBouncer before 1.21).
    Result<void> run(Session& session, Deadline deadline, Limits limits, OnReply on_limits);
    /// Whether a statement ended by its limits, those added last apart.
    [[nodiscard]] bool met_limits() const { return met_limits_; }
    /// Whether the first of those added last did; no value: there was none.
    [[nodiscard]] std::optional<bool> last_hang() const { return last_hang_; }

  private:
    Result<void> run_at_once(Session& session, Deadline deadline);
    Result<void> run_one_by_one(Session& session, Deadline deadline, Limits limits);
    void reply(std::size_t statement, Result<Rows> reply);
    void append_last(const Limits& limits, bool pooled);

    struct Last {
        Statement statement;
        OnReply on_reply;
    };

    std::vector<Statement> statements_;
    std::vector<OnReply> on_reply_;
    Clock::time_point mark_{};  ///< when the latest reply came
    bool met_limits_ = false;
    std::vector<Last> last_;
    std::size_t last_at_ = SIZE_MAX;  ///< where the first of them stands among statements_
    std::optional<bool> last_hang_;
};

}  // namespace erp::postgres
