#pragma once

#include "exporters/postgres/client/connect.hpp"
#include "exporters/postgres/client/connect_counts.hpp"
#include "exporters/postgres/client/session.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace erp::postgres {

/// Connects to one server again and again, and remembers what that needs: what the server does not
/// take, and a secret that it refused, which is not sent again for 30 s. A connect that the server
/// does not answer is not repeated but waited for, since each may keep a process of the server
/// until a lock on its catalog goes; one that never is answered gives way to another after a
/// minute, and after twice that each time. One thread, but counts().
class Login {
  public:
    explicit Login(SessionOptions options) : options_(std::move(options)) {}

    /// Where an answer is owed from before, waits no longer than `overdue` for it.
    [[nodiscard]] Result<std::unique_ptr<Session>> connect(Deadline deadline, Duration overdue);
    /// The last attempt has not been answered yet.
    [[nodiscard]] bool waits() const { return connecting_ && connecting_->waits(); }
    /// Whether the last attempt was begun less than `pause` ago.
    [[nodiscard]] bool tried_within(Duration pause) const {
        return begun_ && Clock::now() - *begun_ < pause;
    }
    [[nodiscard]] const ConnectCounts& counts() const { return counts_; }  ///< any thread

  private:
    Result<void> begin(Secret secret);

    const SessionOptions options_;
    ServerHabits habits_;
    ConnectCounts counts_;
    std::optional<Connecting> connecting_;  ///< the last attempt, until it is answered
    std::optional<Clock::time_point> begun_;
    bool counted_ = false;  ///< the last attempt is among counts_
    Duration patience_ = Duration::zero();
    Secret secret_;                 ///< of the last attempt
    std::optional<Error> refusal_;  ///< of the last attempt
};

/// Settings of our sessions, each failing alone: what a version does not know is left out.
[[nodiscard]] std::vector<Statement> introductions(int server_version);

}  // namespace erp::postgres
