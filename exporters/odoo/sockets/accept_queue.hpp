#pragma once

#include "core/base/deadline.hpp"
#include "core/counting/histogram.hpp"
#include "core/scrape/recent_max.hpp"
#include "exporters/odoo/sockets/endpoint.hpp"
#include "exporters/odoo/sockets/worker_count.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>

namespace erp::odoo {

/// Upper bounds in ns of waits for a worker. Shorter ones than a sampling step are seen by chance.
inline constexpr std::array<std::int64_t, 10> kQueueWaitBounds{
    counting::kSecond / 10, counting::kSecond / 4,     counting::kSecond / 2,
    counting::kSecond,      counting::kSecond * 5 / 2, 5 * counting::kSecond,
    10 * counting::kSecond, 30 * counting::kSecond,    60 * counting::kSecond,
    120 * counting::kSecond};

/// An Odoo's HTTP connections at the last look.
struct QueueState {
    bool listening = false;
    std::uint32_t backlog = 0;        ///< connections that may wait; 0: not known
    std::uint32_t queue_length = 0;   ///< as the listener counts them
    std::uint32_t longest_queue = 0;  ///< most of the last 60 s
    /// Workers with a request: accepted connections, or all workers while somebody waits for one.
    /// Of a worker whose client reset its connection no socket is left.
    std::uint32_t busy = 0;
    std::uint32_t waiting = 0;    ///< not accepted, and somebody waits for the answer
    std::uint32_t abandoned = 0;  ///< not accepted, the client has gone; a worker will work on it
    Duration oldest_waiting{};    ///< since its request came; 0: none waits
    Duration oldest_running{};    ///< since it was accepted; 0: none is
    Duration longest_step{};      ///< most between two looks of the last 60 s; 0: no two yet
    WorkerCount workers;
};

/// What looks add up to.
struct QueueTotals {
    Duration watched{};           ///< time that the looks cover
    Duration busy{};              ///< integral of `busy`
    Duration saturated{};         ///< time in which connections waited and no worker was free
    std::uint64_t accepted = 0;   ///< connections that a look saw accepted, or waiting before that
    std::uint64_t abandoned = 0;  ///< with a request, that ended before they were accepted
    counting::Histogram<kQueueWaitBounds.size()> waits;  ///< until accepted; of those seen waiting
    std::uint64_t discarded = 0;  ///< segments, at the listener: see TcpSocket::discarded
};

/// Follows the connections of an endpoint from look to look. Pure: rows and a time in, counts out.
///
/// A connection with an inode is accepted, so one worker works on it (Odoo speaks HTTP/1.0); one
/// without is in the accept queue. Between two looks time is added up by their mean (trapezoids).
/// What happens between two looks is set to the middle, so a wait is known to half a step.
class AcceptQueue {
  public:
    /// `longest` bounds the time between two looks that is added up: of a longer gap (a host that
    /// slept, a stopped process) nobody knows what was in it.
    explicit AcceptQueue(Duration longest) : longest_(longest) {}

    /// What /proc tells of the workers at this moment, for the looks that follow; nothing: it does
    /// not.
    void hear_of(std::optional<WorkerCount> processes) { processes_ = processes; }
    void look(const EndpointSockets& sockets,
              std::optional<std::uint32_t> most_backlog,
              Clock::time_point at);
    /// Nothing could be seen for a while, or what follows is of another namespace: none of the
    /// connections seen so far is seen to end.
    void forget();

    [[nodiscard]] const QueueState& state() const { return state_; }
    [[nodiscard]] const QueueTotals& totals() const { return totals_; }

  private:
    struct Key {
        std::uint64_t id = 0;
        SocketAddress local;
        SocketAddress remote;
        bool operator<(const Key& other) const {
            return std::tie(id, local, remote) < std::tie(other.id, other.local, other.remote);
        }
    };
    struct Connection {
        Clock::time_point since;     ///< its request came
        Clock::time_point accepted;  ///< only with an inode
        std::uint64_t inode = 0;
        bool abandoned = false;
        bool asked = false;          ///< its request was seen, in part at least
        std::uint64_t seen = 0;      ///< number of the last look that saw it
        bool waited_before = false;  ///< seen waiting at two looks, the last one included
    };
    void lose_sight();
    void see_listener(const EndpointSockets& sockets,
                      std::optional<std::uint32_t> most_backlog,
                      Clock::time_point at);
    [[nodiscard]] bool misses_listener(
        const std::map<std::uint64_t, std::uint32_t>& discarded) const;
    void count_discarded(const std::map<std::uint64_t, std::uint32_t>& discarded);
    void see(const TcpSocket& row, Clock::time_point at);
    void count_accepted(const Connection& connection);
    /// Those that this look did not see.
    void drop_gone(std::uint32_t accepted_before, bool listener_ended);
    [[nodiscard]] std::uint32_t workers_at_least() const;
    void summarize(Clock::time_point at);

    Duration longest_;
    std::map<Key, Connection> connections_;
    std::map<Key, Connection>
        met_;  ///< before a gap, to the next look's end: they are counted once
    std::map<std::uint64_t, std::uint32_t> discarded_;  ///< of each listener at the last look
    std::uint64_t looks_ = 0;
    std::size_t ended_ = 0;  ///< accepted ones that this look finds ended
    std::optional<Clock::time_point> previous_;
    Clock::time_point middle_;  ///< between the previous look and this one
    QueueState state_;
    std::uint32_t accepted_ = 0;  ///< connections with an inode at the last look
    WorkerCount backlog_says_;
    std::optional<WorkerCount> processes_;
    bool saturated_ = false;
    QueueTotals totals_;
    RecentMax longest_queue_;
    RecentMax longest_step_;  ///< counts of Duration
};

}  // namespace erp::odoo
