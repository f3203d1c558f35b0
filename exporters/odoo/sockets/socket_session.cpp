#include "exporters/odoo/sockets/socket_session.hpp"

#include <algorithm>
#include <utility>

namespace erp::odoo {
namespace {

/// A container that starts again has another namespace.
constexpr Duration kCheckEvery = std::chrono::seconds(1);
/// A port of websockets may have thousands of connections.
constexpr Duration kRarely = std::chrono::seconds(5);
/// A tick that comes so late counts in full, see AcceptQueue.
constexpr int kLongestSteps = 8;

bool is_due(const std::optional<Clock::time_point>& last, Clock::time_point at, Duration every) {
    return !last || at - *last >= every;
}

}  // namespace

SocketSession::SocketSession(SocketOptions options)
    : options_(std::move(options)), queue_(kLongestSteps * options_.interval) {
    counts_.since = unix_now();
}

SocketCounts SocketSession::round(Clock::time_point at) {
    follow_namespace(at);
    if (tables_) look(at);
    if (tables_ && is_due(looked_rarely_, at, kRarely)) look_rarely(at);
    counts_.totals = queue_.totals();
    return counts_;
}

void SocketSession::follow_namespace(Clock::time_point at) {
    if (!is_due(checked_, at, kCheckEvery)) return;
    checked_ = at;
    const auto path = find_namespace(options_.find_namespace);
    if (!path) return lose(path.error());
    if (tables_ && *path == path_ && tables_->is_current()) return;
    path_ = *path;
    auto tables = SocketTables::open(path_);
    if (!tables) return lose(tables.error());
    tables_ = std::move(*tables);
    port_.emplace(options_.http.port);
    queue_.forget();
    looked_rarely_.reset();
}

void SocketSession::look(Clock::time_point at) {
    const auto rows = port_->look(*tables_);
    if (!rows) return lose(rows.error());
    if (options_.processes) queue_.hear_of(options_.processes());
    queue_.look(sockets_of(options_.http, *rows), tables_->most_backlog(), at);
    counts_.way = tables_->way();
    counts_.http = queue_.state();
    counts_.problem.reset();
    if (!counts_.http->listening) {
        counts_.problem = Error{Phase::refused,
                                "nobody listens on its port " + std::to_string(options_.http.port)};
    }
}

void SocketSession::look_rarely(Clock::time_point at) {
    looked_rarely_ = at;
    counts_.failures = tables_->listen_failures();
    counts_.overflows.reset();
    if (counts_.failures && tables_->way() == SocketWay::sock_diag) {
        overflows_.look(queue_.totals().discarded, counts_.failures->overflows);
        counts_.overflows = overflows_.total();
    }
    counts_.gevent.reset();
    if (!options_.gevent_port) return;
    const auto rows = sockets_of_port(*tables_, *options_.gevent_port);
    if (!rows) return lose(rows.error());
    const auto found = sockets_of({options_.http.ip, *options_.gevent_port}, *rows);
    if (!found.listening()) return;
    GeventConnections connections;
    for (const TcpSocket& row : found.connections)
        ++(row.inode == 0 ? connections.waiting : connections.accepted);
    counts_.gevent = connections;
}

void SocketSession::lose(Error problem) {
    tables_.reset();
    counts_.problem = std::move(problem);
    counts_.way.reset();
    counts_.http.reset();
    counts_.gevent.reset();
    counts_.failures.reset();
}

}  // namespace erp::odoo
