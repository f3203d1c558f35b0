#include "core/http/session.hpp"

#include "core/http/listener.hpp"
#include "core/http/wire.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <poll.h>

#include <array>
#include <exception>
#include <utility>

namespace erp {
namespace {

constexpr Duration kCancelAgain = std::chrono::milliseconds(10);
constexpr Duration kLastWords = std::chrono::seconds(1);
constexpr Duration kLongestWrite = std::chrono::seconds(60);
constexpr std::size_t kMostDrained = 262144;

void log_failure(const SessionContext& context, const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        context.log.error("a request handler failed", {{"error", error.what()}});
    } catch (...) {
        context.log.error("a request handler failed");
    }
}

Duration to_duration(double in_seconds) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(in_seconds));
}

/// Calls inside a coroutine, so that a handler that throws before its first wait fails like any
/// other.
Awaitable<Response> handle(std::shared_ptr<SessionContext> context, Request request) {
    co_return co_await context->handler(std::move(request));
}

}  // namespace

struct Session::Waiting {
    explicit Waiting(asio::io_context& io) : ready(io) {}
    asio::steady_timer ready;
    std::optional<Response> response;
    std::shared_ptr<Presence> client = std::make_shared<Presence>();
    bool abandoned = false;
};

Session::Session(std::shared_ptr<SessionContext> context, Socket socket)
    : context_(std::move(context)), socket_(std::move(socket)), watchdog_(context_->io) {
    error_code ignored;
    const auto remote = socket_.remote_endpoint(ignored);
    peer_ = to_text(remote);
    origin_ = origin_of(remote);
    socket_.set_option(asio::socket_base::send_buffer_size(context_->limits.send_buffer), ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);  // no meaning for unix sockets
}

void Session::leave() {
    error_code ignored;
    if (!begun_) socket_.cancel(ignored);
}

void Session::cut() {
    error_code ignored;
    // Without lingering: what the client did not take must not stay in the kernel.
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
    if (waiting_) waiting_->ready.cancel();
}

void Session::close() {
    error_code ignored;
    socket_.close(ignored);
}

void Session::arm(Deadline deadline, OnExpiry on_expiry) {
    on_expiry_ = on_expiry;
    watchdog_.expires_at(deadline.at());
    watch();
}

void Session::disarm() {
    watchdog_.expires_at(Clock::time_point::max());
}

void Session::watch() {
    watchdog_.async_wait([self = shared_from_this()](error_code error) {
        if (error || Clock::now() < self->watchdog_.expiry()) return;  // armed anew or disarmed
        if (self->on_expiry_ == OnExpiry::cut) return self->cut();
        self->socket_.cancel(error);
        // cancel() reaches only what waits now. Of a read in several steps, the next may just
        // begin.
        self->watchdog_.expires_after(kCancelAgain);
        self->watch();
    });
}

void Session::enter(Stage stage) {
    stage_ = stage;
    since_ = Clock::now();
}

Awaitable<> Session::run(std::shared_ptr<Session> self) {
    const auto serving = co_await self->serve();
    self->disarm();
    if (serving == Ended::politely) co_await self->say_goodbye();
    self->disarm();
    error_code ignored;
    self->socket_.close(ignored);
}

Awaitable<Session::Ended> Session::serve() {
    const SessionContext& server = *context_;
    boost::beast::flat_buffer buffer(server.limits.header_bytes);
    for (bool first = true; !server.stopping; first = false) {
        Deadline header_end = Deadline::after(server.limits.header_time);
        if (buffer.size() == 0) {
            begun_ = false;
            enter(first ? Stage::header : Stage::idle);
            arm(first ? header_end : Deadline::after(server.limits.idle_time), OnExpiry::cancel);
            const auto [error] = co_await socket_.async_wait(Socket::wait_read, kAsTuple);
            begun_ = true;
            if (error) co_return Ended::silently;
            if (!first) header_end = Deadline::after(server.limits.header_time);
        }
        if (!first) enter(Stage::header);
        arm(header_end, OnExpiry::cancel);
        Parser parser;
        parser.header_limit(static_cast<std::uint32_t>(server.limits.header_bytes));
        parser.body_limit(0);
        const auto [error, size] =
            co_await http::async_read_header(socket_, buffer, parser, kAsTuple);
        disarm();
        enter(Stage::answer);
        Method method = Method::get;
        bool keep_alive = false;
        std::optional<Response> response;
        Deadline end = Deadline::after(server.limits.scrape_timeout + server.limits.grace);
        Duration patience{};
        if (error) {
            response = refusal(error, parser.got_some());
            if (!response) co_return Ended::silently;
        } else if (auto request = to_request(parser, peer_); !request) {
            response = request.error();
        } else {
            method = request->method;
            keep_alive = parser.keep_alive();
            if (request->scrape_timeout_seconds) {
                // in seconds as double until it is known to be small: a client may send 1e300
                const double asked = *request->scrape_timeout_seconds;
                const Duration longest = server.limits.scrape_timeout;
                end = Deadline::after(to_duration(std::min(asked, seconds(longest))) +
                                      server.limits.grace);
                patience = to_duration(std::min(asked, seconds(kLongestWrite)));
            }
            response = co_await answer(std::move(*request), end);
            if (!response) {
                response = text_response(503, "no answer in time");
                keep_alive = false;
            }
        }
        if (!socket_.is_open()) co_return Ended::silently;
        if (server.on_request) server.on_request(response->route, response->status);
        keep_alive = keep_alive && !server.stopping;
        Wire wire = to_wire(*response, method, parser.get().version(), keep_alive);
        enter(Stage::write);
        arm(Deadline::after(std::max(server.limits.write_time, patience)), OnExpiry::cut);
        const auto [failed, written] = co_await http::async_write(socket_, wire, kAsTuple);
        disarm();
        if (failed) co_return Ended::silently;
        if (!keep_alive) co_return Ended::politely;
    }
    co_return Ended::silently;
}

Awaitable<std::optional<Response>> Session::answer(Request request, Deadline end) {
    const auto context = context_;
    const auto waiting = std::make_shared<Waiting>(context->io);
    waiting_ = waiting;
    request.client = waiting->client;
    watch_client(waiting, Socket::wait_read);
    asio::co_spawn(context->io, handle(context, std::move(request)),
                   [context, waiting](const std::exception_ptr& failure, Response response) {
                       if (failure) {
                           log_failure(*context, failure);
                           response = text_response(500, "internal error");
                       }
                       if (waiting->abandoned) --context->abandoned;
                       waiting->response = std::move(response);
                       waiting->ready.cancel();
                   });
    if (!waiting->response) {
        waiting->ready.expires_at(end.at());
        co_await waiting->ready.async_wait(kAsTuple);
    }
    waiting_ = nullptr;
    error_code ignored;
    socket_.cancel(ignored);  // the watch over the client
    if (!waiting->response) {
        waiting->abandoned = true;
        ++context->abandoned;
        waiting->client->leave();
    }
    co_return std::move(waiting->response);
}

/// A client that is gone waits no longer. One that ends its side gets its answer (RFC 9112 9.6);
/// what it sends instead is its next request.
void Session::watch_client(const std::shared_ptr<Waiting>& waiting, Socket::wait_type event) {
    socket_.async_wait(event, [self = shared_from_this(), waiting](error_code error) {
        if (error || self->waiting_ != waiting) return;
        pollfd state{self->socket_.native_handle(), POLLRDHUP, 0};
        if (::poll(&state, 1, 0) != 1) return;
        if ((state.revents & (POLLERR | POLLHUP)) != 0) return self->cut();
        if (std::exchange(self->half_closed_, true)) return;
        self->watch_client(waiting, Socket::wait_error);
    });
}

Awaitable<> Session::say_goodbye() {
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    // A close with unread bytes resets the connection, and the client may never see what we said.
    begun_ = false;
    enter(Stage::idle);
    arm(Deadline::after(kLastWords), OnExpiry::cancel);
    std::array<char, 4096> sink;
    for (std::size_t total = 0; total < kMostDrained;) {
        const auto [error, size] = co_await socket_.async_read_some(asio::buffer(sink), kAsTuple);
        if (error) co_return;
        total += size;
    }
}

}  // namespace erp
