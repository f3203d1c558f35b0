#include "core/net/stream.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <sys/socket.h>

#include <string.h>

#include <utility>

namespace erp {
namespace {

Error connect_error(const boost::system::error_code& error) {
    const bool nobody = error == asio::error::connection_refused ||
                        error == boost::system::errc::no_such_file_or_directory;
    return Error{nobody ? Phase::refused : Phase::connect, error.message()};
}

}  // namespace

/// While it lives, the stream's timer ends the operation that runs at the deadline.
class Stream::Limit {
  public:
    Limit(Stream& stream, Deadline deadline) : stream_(stream) {
        stream.timed_out_ = false;
        stream.running_ = std::make_shared<int>();
        stream.timer_.expires_at(deadline.at());
        // The token: a handler that was queued when the operation ended must not touch the next
        // one.
        stream.timer_.async_wait(
            [&stream, token = std::weak_ptr<int>(stream.running_)](auto error) {
                if (error || token.expired()) return;
                stream.timed_out_ = true;
                boost::system::error_code ignored;
                stream.socket_.cancel(ignored);
            });
    }
    ~Limit() {
        stream_.running_.reset();
        stream_.timer_.cancel();
    }
    Limit(const Limit&) = delete;
    Limit& operator=(const Limit&) = delete;
    Limit(Limit&&) = delete;
    Limit& operator=(Limit&&) = delete;

  private:
    Stream& stream_;
};

Stream::Stream(const asio::any_io_executor& executor) : socket_(executor), timer_(executor) {}

Awaitable<Result<void>> Stream::connect_one(Endpoint endpoint, Deadline deadline) {
    const Limit limit(*this, deadline);
    boost::system::error_code ignored;
    socket_.close(ignored);
    const auto [error] = co_await socket_.async_connect(endpoint, kAsTuple);
    if (timed_out_) co_return Error{Phase::timeout, "no answer to the connection request"};
    if (error) co_return connect_error(error);
    if (endpoint.protocol().family() != AF_UNIX) {
        socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
        socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    }
    co_return Result<void>();
}

Awaitable<Result<std::unique_ptr<Stream>>> Stream::connect(Resolver* resolver,
                                                           StreamAddress address,
                                                           Deadline deadline) {
    const Endpoints endpoints = co_await resolver->resolve(address, deadline);
    if (!endpoints) co_return endpoints.error();
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto stream = std::make_unique<Stream>(executor);
    Error last{Phase::resolve, "no address"};
    auto left = static_cast<int>(endpoints->size());
    for (const Endpoint& endpoint : *endpoints) {
        const Deadline share = deadline.at_most(deadline.left() / left--);
        const Result<void> connected = co_await stream->connect_one(endpoint, share);
        if (connected) co_return std::move(stream);
        last = connected.error();
    }
    co_return last;
}

Awaitable<Result<void>> Stream::write(std::string bytes, Deadline deadline) {
    const Limit limit(*this, deadline);
    Result<void> done;
    std::size_t written = 0;
    // Not async_write(): a cancel() between two of its steps meets no operation, and the next step
    // would wait without a deadline.
    while (done && written < bytes.size()) {
        const asio::const_buffer rest = asio::buffer(bytes) + written;
        const auto [error, size] = co_await socket_.async_write_some(rest, kAsTuple);
        written += size;
        if (timed_out_) {
            done = Error{Phase::timeout, "the peer takes no more"};
        } else if (error) {
            done = Error{Phase::closed, error.message()};
        }
    }
    ::explicit_bzero(bytes.data(), bytes.size());  // a login is among what is written
    co_return done;
}

Awaitable<Result<std::string>> Stream::read_some(std::size_t most, Deadline deadline) {
    const Limit limit(*this, deadline);
    std::string bytes(most, '\0');
    const asio::mutable_buffer buffer = asio::buffer(bytes);
    const auto [error, size] = co_await socket_.async_read_some(buffer, kAsTuple);
    if (timed_out_) co_return Error{Phase::timeout, "no reply by the deadline"};
    if (error) co_return Error{Phase::closed, error.message()};
    bytes.resize(size);
    co_return std::move(bytes);
}

void Stream::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

}  // namespace erp
