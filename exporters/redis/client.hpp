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
    Client(asio::thread_pool* workers, RedisOptions options)
        : workers_(workers), options_(std::move(options)) {}

    /// Connects and logs in unless that has been done. A failed login is not tried again for 30 s,
    /// so that a wrong password fills no security log; the same error is given meanwhile.
    Awaitable<Result<void>> ensure(Deadline deadline);
    /// Sends all commands at once; each reply is handed over as it arrives, in order.
    using OnReply = std::function<void(std::size_t command, Reply reply)>;
    Awaitable<Result<void>> pipeline(std::vector<std::string> commands,
                                     Deadline deadline,
                                     OnReply on_reply);
    /// Ends the operation that runs, with an error; whoever runs it cleans up.
    void cancel();

    [[nodiscard]] bool is_open() const { return stream_ != nullptr; }
    /// Of the last connect, for the peers' self metric.
    [[nodiscard]] Duration connect_time() const { return connect_time_; }

  private:
    void close();
    Awaitable<Result<void>> log_in(Deadline deadline);

    asio::thread_pool* workers_;
    RedisOptions options_;
    std::unique_ptr<Stream> stream_;
    std::unique_ptr<ReplyReader> reader_;
    std::optional<Error> auth_error_;
    Clock::time_point auth_failed_at_{};
    Duration connect_time_ = Duration::zero();
};

}  // namespace erp::redis
