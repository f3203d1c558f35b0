#include "core/http/server.hpp"

#include "core/http/listener.hpp"
#include "core/http/session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace erp {
namespace {

using boost::system::error_code;

/// A connection without a header that is not older has only begun: its request is on its way.
constexpr Duration kYoung = std::chrono::seconds(1);
/// How long to leave an accept that failed alone, for example without a free descriptor (EMFILE).
constexpr Duration kAcceptPause = std::chrono::milliseconds(100);
/// How long a session that was cut, and its handler, take to end.
constexpr Duration kLettingGo = std::chrono::milliseconds(1);

constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: 21\r\n"
    "Connection: close\r\n\r\n"
    "too many connections\n";

/// Says so and closes, without waiting: what cannot be written at once is not.
void turn_away(Session::Socket socket) {
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(kFull), ignored);
    socket.shutdown(Session::Socket::shutdown_send, ignored);
    // A close with unread bytes resets the connection, so take what is there.
    std::array<char, 4096> sink;
    socket.read_some(asio::buffer(sink), ignored);
}

}  // namespace

struct Server::State {
    explicit State(std::shared_ptr<SessionContext> shared)
        : context(std::move(shared)), grace(context->io) {}

    std::shared_ptr<SessionContext> context;
    std::list<Listener> listeners;
    std::set<Session*> sessions;  ///< each is owned by its coroutine
    asio::steady_timer grace;
    Clock::time_point warned_at{};
    std::function<void()> stopped;

    template <class Rank>
    [[nodiscard]] Session* worst(const std::string* origin, Rank rank) const;
    [[nodiscard]] Session* longest_waiting(const std::string* origin) const;
    void warn(std::string_view what, std::string_view from);
    bool drop(Session* session);
    [[nodiscard]] bool is_full_of(const std::string& origin) const;
    [[nodiscard]] bool is_full() const;
    bool cut_half_closed(const std::string& newcomer);
    bool make_room(const std::string& origin);
    static Awaitable<> accept(std::shared_ptr<State> self, Listener* listener);
    static void admit(const std::shared_ptr<State>& self, Session::Socket socket);
    void cut_all();
    void end_stop();
};

/// The smallest of those that `rank` has an opinion on, of the origin that has most of them.
template <class Rank>
Session* Server::State::worst(const std::string* origin, Rank rank) const {
    struct Candidate {
        std::size_t count = 0;
        Session* session = nullptr;
        std::optional<std::pair<int, Clock::time_point>> rank;
    };
    std::map<std::string_view, Candidate> by_origin;
    for (Session* session : sessions) {
        if (origin != nullptr && session->origin() != *origin) continue;
        const auto found = rank(*session);
        if (!found) continue;
        Candidate& candidate = by_origin[session->origin()];
        ++candidate.count;
        if (!candidate.rank || *found < *candidate.rank) {
            candidate.session = session;
            candidate.rank = found;
        }
    }
    const auto most = std::ranges::max_element(
        by_origin, {}, [](const auto& entry) { return entry.second.count; });
    return most == by_origin.end() ? nullptr : most->second.session;
}

/// The one to close for another: of those of an origin, or of all.
Session* Server::State::longest_waiting(const std::string* origin) const {
    using Stage = Session::Stage;
    const auto young = Clock::now() - kYoung;
    return worst(origin, [&](const Session& session) {
        std::optional<std::pair<int, Clock::time_point>> rank;
        if (session.stage() == Stage::header)
            rank.emplace(session.since() > young ? 2 : 0, session.since());
        if (session.stage() == Stage::idle) rank.emplace(1, session.since());
        return rank;
    });
}

bool Server::State::drop(Session* session) {
    if (session == nullptr) return false;
    warn("too many connections: closing those that wait longest for a request", session->origin());
    // What an idle client has not read yet is on its way.
    if (session->stage() == Session::Stage::idle) {
        session->close();
    } else {
        session->cut();
    }
    sessions.erase(session);
    return true;
}

/// At most every ten seconds.
void Server::State::warn(std::string_view what, std::string_view from) {
    constexpr Duration kQuiet = std::chrono::seconds(10);
    if (Clock::now() - warned_at > kQuiet) context->log.warn(what, {{"from", from}});
    warned_at = Clock::now();
}

bool Server::State::is_full_of(const std::string& origin) const {
    const auto same = static_cast<std::size_t>(std::ranges::count_if(
        sessions, [&](const Session* session) { return session->origin() == origin; }));
    return !origin.empty() && same >= context->limits.connections_per_address;
}

bool Server::State::is_full() const {
    return sessions.size() + context->abandoned >= context->limits.connections;
}

/// When there is no room for a newcomer, those go first that may be gone: of the origin that has
/// most of them.
bool Server::State::cut_half_closed(const std::string& newcomer) {
    const bool own = is_full_of(newcomer);
    if (!own && !is_full()) return false;
    const Session* one = worst(own ? &newcomer : nullptr, [](const Session& session) {
        std::optional<std::pair<int, Clock::time_point>> rank;
        if (session.may_be_gone()) rank.emplace(0, session.since());
        return rank;
    });
    if (one == nullptr) return false;
    for (Session* session : sessions) {
        if (session->may_be_gone() && session->origin() == one->origin()) session->cut();
    }
    return true;
}

bool Server::State::make_room(const std::string& origin) {
    if (is_full_of(origin)) return drop(longest_waiting(&origin));
    return !is_full() || drop(longest_waiting(nullptr));
}

Awaitable<> Server::State::accept(std::shared_ptr<State> self, Listener* listener) {
    SessionContext& context = *self->context;
    asio::steady_timer pause(context.io);
    while (!context.stopping) {
        Session::Socket socket(context.io);
        const auto [error] = co_await listener->acceptor().async_accept(socket, kAsTuple);
        if (context.stopping) co_return;
        if (!error) {
            error_code unknown;
            if (self->cut_half_closed(origin_of(socket.remote_endpoint(unknown)))) {
                pause.expires_after(kLettingGo);
                co_await pause.async_wait(kAsTuple);
                if (context.stopping) co_return;
            }
            admit(self, std::move(socket));
            continue;
        }
        self->warn("cannot accept connections: " + error.message(), listener->address());
        if (error == asio::error::no_descriptors) {
            // accept() says so before it looks whether anybody asks.
            co_await listener->acceptor().async_wait(Listener::Acceptor::wait_read, kAsTuple);
            if (!context.stopping && self->drop(self->longest_waiting(nullptr))) continue;
        }
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(kAsTuple);
    }
}

void Server::State::admit(const std::shared_ptr<State>& self, Session::Socket socket) {
    SessionContext& context = *self->context;
    error_code unknown;
    if (!self->make_room(origin_of(socket.remote_endpoint(unknown)))) {
        if (context.on_request) context.on_request("other", 503);
        return turn_away(std::move(socket));
    }
    const auto session = std::make_shared<Session>(self->context, std::move(socket));
    self->sessions.insert(session.get());
    asio::co_spawn(context.io, Session::run(session),
                   [self, session](const std::exception_ptr& failure) {
                       self->sessions.erase(session.get());
                       if (failure) self->context->log.error("a connection failed");
                       if (self->context->stopping && self->sessions.empty()) self->end_stop();
                   });
}

void Server::State::cut_all() {
    for (Session* session : sessions)
        session->cut();
}

void Server::State::end_stop() {
    grace.cancel();
    if (stopped) asio::post(context->io, std::exchange(stopped, {}));
}

Server::Server(asio::io_context& io,
               ServerLimits limits,
               RequestHandler handler,
               OnRequest on_request,
               Log& log)
    : state_(std::make_shared<State>(
          std::make_shared<SessionContext>(SessionContext{.io = io,
                                                          .limits = limits,
                                                          .handler = std::move(handler),
                                                          .on_request = std::move(on_request),
                                                          .log = log}))) {}

Server::~Server() {
    state_->stopped = {};
    stop(Duration::zero());
    state_->cut_all();
}

Result<void> Server::listen(const std::string& address) {
    auto listener = Listener::open(state_->context->io, address);
    if (!listener) return listener.error();
    Listener& kept = state_->listeners.emplace_back(std::move(*listener));
    asio::co_spawn(state_->context->io, State::accept(state_, &kept), asio::detached);
    return {};
}

std::vector<std::string> Server::addresses() const {
    std::vector<std::string> all;
    for (const Listener& listener : state_->listeners)
        all.push_back(listener.address());
    return all;
}

void Server::set_limits(ServerLimits limits) {
    state_->context->limits = limits;
}

void Server::cut_slowest_reader() {
    Session* slowest = state_->worst(nullptr, [](const Session& session) {
        std::optional<std::pair<int, Clock::time_point>> rank;
        if (session.stage() == Session::Stage::write) rank.emplace(0, session.since());
        return rank;
    });
    if (slowest == nullptr) return;
    state_->warn("too many pages wait for their clients: cutting the slowest", slowest->origin());
    slowest->cut();
}

std::size_t Server::connections() const {
    return state_->sessions.size();
}

void Server::stop(Duration grace, std::function<void()> stopped) {
    State& state = *state_;
    if (state.context->stopping) return;
    state.context->stopping = true;
    state.stopped = std::move(stopped);
    for (Listener& listener : state.listeners)
        listener.close();
    if (state.sessions.empty()) return state.end_stop();
    for (Session* session : state.sessions)
        session->leave();
    state.grace.expires_after(grace);
    state.grace.async_wait([self = state_](error_code error) {
        if (!error) self->cut_all();
    });
}

}  // namespace erp
