#pragma once

#include "core/base/deadline.hpp"
#include "core/base/result.hpp"
#include "core/net/asio.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/thread_pool.hpp>

#include <memory>
#include <string>
#include <vector>

namespace erp {

using Endpoint = asio::generic::stream_protocol::endpoint;

/// `host:port`, `[v6]:port` or `unix:/path`.
struct StreamAddress {
    std::string host;  ///< empty for a unix socket
    std::string port;
    std::string path;
};
[[nodiscard]] Result<StreamAddress> parse_stream_address(const std::string& text);

/// Endpoints of an address. A name goes to the system's resolver on a worker, which is left alone
/// when the deadline passes first: nobody waits for a resolver that hangs. Phase resolve.
Awaitable<Result<std::vector<Endpoint>>> resolve(asio::thread_pool* workers,
                                                 StreamAddress address,
                                                 Deadline deadline);

/// One connected socket of the I/O thread; every operation ends by its deadline. After any error it
/// can only be closed.
class Stream {
  public:
    /// Phases resolve, refused, connect and timeout.
    static Awaitable<Result<std::unique_ptr<Stream>>> connect(asio::thread_pool* workers,
                                                              StreamAddress address,
                                                              Deadline deadline);
    explicit Stream(const asio::any_io_executor& executor);
    Awaitable<Result<void>> write(std::string bytes, Deadline deadline);
    /// At least one byte, at most `most`; phase closed when the peer has ended the connection.
    Awaitable<Result<std::string>> read_some(std::size_t most, Deadline deadline);
    /// Ends operations that run, with phase closed.
    void close();

  private:
    class Limit;
    Awaitable<Result<void>> connect_one(Endpoint endpoint, Deadline deadline);

    asio::generic::stream_protocol::socket socket_;
    asio::steady_timer timer_;
    std::shared_ptr<int> running_;  ///< token of the operation that the timer may end
    bool timed_out_ = false;
};

}  // namespace erp
