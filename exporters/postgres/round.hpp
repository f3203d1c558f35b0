#pragma once

#include "exporters/postgres/client/session.hpp"

#include <functional>
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
    [[nodiscard]] bool empty() const { return statements_.empty(); }

    /// `limit` is the longest that one statement may run; what all of them together may wait for
    /// locks is less. `on_limits` gets the row (two settings, has pg_monitor, is a standby). An
    /// error is one of the connection.
    Result<void> run(Session& session, Deadline deadline, Duration limit, OnReply on_limits);

  private:
    std::vector<Statement> statements_;
    std::vector<OnReply> on_reply_;
};

}  // namespace erp::postgres
