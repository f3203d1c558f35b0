#pragma once

#include "exporters/postgres/client/connect_counts.hpp"
#include "exporters/postgres/client/session.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace erp::postgres {

/// Connects to one server again and again, and remembers what that needs: what the server does not
/// take, and a secret that it refused, which is not sent again for 30 s. One thread, but counts().
class Login {
  public:
    explicit Login(SessionOptions options) : options_(std::move(options)) {}

    [[nodiscard]] Result<std::unique_ptr<Session>> connect(Deadline deadline);
    /// Whether the last attempt was less than `pause` ago.
    [[nodiscard]] bool tried_within(Duration pause) const {
        return last_attempt_ && Clock::now() - *last_attempt_ < pause;
    }
    [[nodiscard]] const ConnectCounts& counts() const { return counts_; }  ///< any thread

  private:
    const SessionOptions options_;
    ServerHabits habits_;
    ConnectCounts counts_;
    std::optional<Clock::time_point> last_attempt_;
    std::optional<Error> auth_error_;  ///< of the last attempt
    Secret refused_;
};

/// Settings of our sessions, each failing alone: what a version does not know is left out.
[[nodiscard]] std::vector<Statement> introductions(int server_version);

}  // namespace erp::postgres
