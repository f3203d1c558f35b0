#pragma once

#include "core/base/deadline.hpp"
#include "core/base/result.hpp"
#include "core/net/asio.hpp"
#include "core/net/resolve.hpp"

#include <boost/asio/generic/stream_protocol.hpp>

#include <memory>
#include <string>

namespace erp {

/// One connected socket of the I/O thread; every operation ends by its deadline. After any error it
/// can only be closed.
class Stream {
  public:
    /// Tries the endpoints in their order; one that does not answer leaves the others their share
    /// of the time. Phases resolve, refused, connect and timeout. The resolver must outlive it.
    static Awaitable<Result<std::unique_ptr<Stream>>> connect(Resolver* resolver,
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
