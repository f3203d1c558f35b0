#include "core/net/stream.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
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

Awaitable<Result<std::unique_ptr<Stream>>> Stream::connect(asio::thread_pool* workers,
                                                           StreamAddress address,
                                                           Deadline deadline) {
    const Result<std::vector<Endpoint>> endpoints = co_await resolve(workers, address, deadline);
    if (!endpoints) co_return endpoints.error();
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto stream = std::make_unique<Stream>(executor);
    Error last{Phase::resolve, "no address"};
    for (const Endpoint& endpoint : *endpoints) {
        const Result<void> connected = co_await stream->connect_one(endpoint, deadline);
        if (connected) co_return std::move(stream);
        last = connected.error();
    }
    co_return last;
}

Awaitable<Result<void>> Stream::write(std::string bytes, Deadline deadline) {
    const Limit limit(*this, deadline);
    const asio::const_buffer buffer = asio::buffer(bytes);
    const auto [error, written] = co_await asio::async_write(socket_, buffer, kAsTuple);
    ::explicit_bzero(bytes.data(), bytes.size());  // a login is among what is written
    if (timed_out_) co_return Error{Phase::timeout, "the peer takes no more"};
    if (error) co_return Error{Phase::closed, error.message()};
    co_return Result<void>();
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
