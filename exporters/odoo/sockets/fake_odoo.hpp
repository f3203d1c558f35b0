#pragma once

#include "exporters/odoo/sockets/accept_queue.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <stdexcept>

namespace erp::odoo {

/// For tests: an Odoo that a test makes up, with 3 workers if its backlog does not say otherwise.
class FakeOdoo {
  public:
    explicit FakeOdoo(std::uint32_t backlog = 24) : queue_(std::chrono::seconds(2)) {
        sockets_.backlogs = {backlog};
    }

    /// A connection from this port of the client, by which it is known.
    TcpSocket& connect(std::uint16_t port, std::optional<std::uint32_t> age_ms = {}) {
        TcpSocket row;
        row.id = with_ids_ ? ++last_id_ : 0;
        row.remote.port = port;
        row.last_received_ms = age_ms;
        row.receive_queue = 100;
        sockets_.connections.push_back(row);
        return sockets_.connections.back();
    }
    TcpSocket& of(std::uint16_t port) {
        for (TcpSocket& row : sockets_.connections)
            if (row.remote.port == port) return row;
        throw std::logic_error("no such connection");
    }
    void accept(std::uint16_t port) { of(port).inode = ++last_inode_; }
    void leave(std::uint16_t port) { of(port).state = TcpState::close_wait; }
    void end(std::uint16_t port) {
        std::erase_if(sockets_.connections,
                      [&](const TcpSocket& row) { return row.remote.port == port; });
    }
    /// As /proc/net/tcp has it.
    void without_ids() { with_ids_ = false; }
    EndpointSockets& sockets() { return sockets_; }

    const QueueState& look(Duration step = std::chrono::milliseconds(250)) {
        now_ += step;
        sockets_.queue_length = static_cast<std::uint32_t>(std::ranges::count_if(
            sockets_.connections, [](const TcpSocket& row) { return row.inode == 0; }));
        queue_.look(sockets_, 4096, now_);
        return queue_.state();
    }
    const QueueState& look_for(Duration time, Duration step = std::chrono::milliseconds(250)) {
        for (Duration done{}; done < time; done += step)
            look(step);
        return queue_.state();
    }
    AcceptQueue& queue() { return queue_; }
    const QueueTotals& totals() { return queue_.totals(); }
    std::uint64_t waits() {
        const auto& counts = totals().waits.counts;
        return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    }
    double waited() { return counting::to_seconds(static_cast<std::int64_t>(totals().waits.sum)); }

  private:
    AcceptQueue queue_;
    EndpointSockets sockets_;
    Clock::time_point now_ = Clock::time_point() + std::chrono::hours(1);
    bool with_ids_ = true;
    std::uint64_t last_id_ = 0;
    std::uint64_t last_inode_ = 100;
};

}  // namespace erp::odoo
