#pragma once

#include "core/net/stream.hpp"
#include "exporters/redis/options.hpp"
#include "exporters/redis/reply.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace erp::redis {

/// One kept connection. I/O thread, one operation at a time. Any error of the connection closes it:
/// a pipeline that is out of step is of no use.
class Client {
  public:
    explicit Client(RedisOptions options, Resolver resolver = Resolver())
        : options_(std::move(options)), resolver_(std::move(resolver)) {}

    /// Connects and logs in unless that has been done. A failed login is not tried again for 30 s,
    /// so that a wrong password fills no security log; the same error is given meanwhile. Another
    /// password in the same place is tried at once.
    Awaitable<Result<void>> ensure(Deadline deadline);
    /// Sends all commands at once; each reply is handed over as it arrives, in order.
    using OnReply = std::function<void(std::size_t command, Reply reply)>;
    Awaitable<Result<void>> pipeline(std::vector<std::string> commands,
                                     Deadline deadline,
                                     OnReply on_reply);
    /// For good: ends the operation that runs, with phase closed, and refuses further ones.
    void stop();
    /// Drops the connection; the next ensure() makes another. Not while an operation runs.
    void close();

    [[nodiscard]] bool is_open() const { return stream_ != nullptr; }
    /// Of the last connect, for the peers' self metric.
    [[nodiscard]] Duration connect_time() const { return connect_time_; }

  private:
    [[nodiscard]] bool is_refused(const Secret& password) const;
    Awaitable<Result<void>> log_in(const Secret* password, Deadline deadline);

    RedisOptions options_;
    Resolver resolver_;
    std::unique_ptr<Stream> stream_;
    std::unique_ptr<ReplyReader> reader_;
    std::optional<Error> auth_error_;
    Secret refused_;  ///< the password that auth_error_ is about
    Clock::time_point auth_failed_at_{};
    Duration connect_time_ = Duration::zero();
    bool stopped_ = false;
};

}  // namespace erp::redis
