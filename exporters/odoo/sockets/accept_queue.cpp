#include "exporters/odoo/sockets/accept_queue.hpp"

#include <algorithm>
#include <numeric>

namespace erp::odoo {
namespace {

bool is_waiting(std::uint64_t inode) {
    return inode == 0;
}

/// Bytes came. A load balancer's check, and what a browser opens in advance, is closed without; the
/// end itself counts as one.
bool has_request(const TcpSocket& row) {
    return row.receive_queue > (row.state == TcpState::close_wait ? 1U : 0U);
}

}  // namespace

/// Nobody knows what who is still here will have done meanwhile.
void AcceptQueue::lose_sight() {
    met_.merge(connections_);
    connections_.clear();
    previous_.reset();
}

void AcceptQueue::forget() {
    lose_sight();
    state_ = {};
    accepted_ = 0;
    backlog_says_ = {};
}

void AcceptQueue::look(const EndpointSockets& sockets,
                       std::optional<std::uint32_t> most_backlog,
                       Clock::time_point at) {
    const Duration step = previous_ ? std::min(at - *previous_, longest_) : Duration::zero();
    const std::uint32_t busy_before = state_.busy;
    const bool saturated_before = saturated_;
    if (previous_) longest_step_.add(static_cast<double>((at - *previous_).count()), at);
    state_.longest_step = Duration(static_cast<Duration::rep>(longest_step_.at(at)));
    if (previous_ && at - *previous_ > longest_) lose_sight();
    middle_ = previous_ ? *previous_ + (at - *previous_) / 2 : at;
    ++looks_;
    see_listener(sockets, most_backlog, at);
    const bool listener_ended = !state_.listening || misses_listener(sockets.discarded);
    count_discarded(sockets.discarded);
    for (const TcpSocket& row : sockets.connections)
        see(row, at);
    met_.clear();
    drop_gone(accepted_, listener_ended);
    summarize(at);
    totals_.watched += step;
    totals_.busy += step * (busy_before + state_.busy) / 2;
    totals_.saturated += step * (int{saturated_before} + int{saturated_}) / 2;
    previous_ = at;
}

void AcceptQueue::see_listener(const EndpointSockets& sockets,
                               std::optional<std::uint32_t> most_backlog,
                               Clock::time_point at) {
    state_.listening = sockets.listening();
    state_.queue_length = sockets.queue_length;
    state_.backlog = std::accumulate(sockets.backlogs.begin(), sockets.backlogs.end(), 0U);
    longest_queue_.add(sockets.queue_length, at);
    state_.longest_queue = static_cast<std::uint32_t>(longest_queue_.at(at));
    const WorkerCount count = count_workers(sockets.backlogs, most_backlog);
    if (count != backlog_says_) state_.workers = backlog_says_ = count;
}

/// One of the last look is gone, which another may have followed at once.
bool AcceptQueue::misses_listener(const std::map<std::uint64_t, std::uint32_t>& discarded) const {
    return std::ranges::any_of(
        discarded_, [&](const auto& listener) { return !discarded.contains(listener.first); });
}

/// A listener that was not there at the last look discarded all it did since, except at the first
/// look of all. After a gap another namespace may have given its number again.
void AcceptQueue::count_discarded(const std::map<std::uint64_t, std::uint32_t>& discarded) {
    for (const auto& [id, count] : discarded) {
        const auto known = discarded_.find(id);
        const std::uint32_t before = known == discarded_.end() ? 0 : known->second;
        if (looks_ > 1) totals_.discarded += count < before ? count : count - before;
    }
    discarded_ = discarded;
}

void AcceptQueue::see(const TcpSocket& row, Clock::time_point at) {
    const Key key{row.id, row.local, row.remote};
    const bool abandoned = is_waiting(row.inode) && row.state == TcpState::close_wait;
    auto found = connections_.find(key);
    if (found != connections_.end() && !is_waiting(found->second.inode) &&
        found->second.inode != row.inode) {
        connections_.erase(found);  // another one with its addresses
        ++ended_;
        found = connections_.end();
    }
    if (found == connections_.end()) {
        auto since = at - std::chrono::milliseconds(row.last_received_ms.value_or(0));
        if (previous_) since = std::max(since, *previous_);  // it was not there
        const bool asked = has_request(row);
        connections_.emplace(key, Connection{since, since, row.inode, abandoned, asked, looks_});
        const auto met = met_.find(key);
        const bool again = met != met_.end();
        if (!is_waiting(row.inode) && !(again && met->second.inode == row.inode))
            ++totals_.accepted;
        if (abandoned && asked && !(again && met->second.abandoned)) ++totals_.abandoned;
        return;
    }
    Connection& known = found->second;
    known.waited_before = is_waiting(row.inode);
    if (is_waiting(known.inode) && !is_waiting(row.inode)) {
        count_accepted(known);
        known.accepted = middle_;
    }
    known.asked = known.asked || has_request(row);
    if (abandoned && known.asked && !known.abandoned) ++totals_.abandoned;
    known.abandoned = abandoned;
    known.inode = row.inode;
    known.seen = looks_;
}

void AcceptQueue::count_accepted(const Connection& connection) {
    ++totals_.accepted;
    if (connection.abandoned) return;  // nobody waits for it any more
    counting::observe<kQueueWaitBounds>(
        totals_.waits,
        std::chrono::duration_cast<std::chrono::nanoseconds>(middle_ - connection.since).count());
}

void AcceptQueue::drop_gone(std::uint32_t accepted_before, bool listener_ended) {
    for (const auto& [key, connection] : connections_) {
        if (connection.seen != looks_ && !is_waiting(connection.inode)) ++ended_;
    }
    // Then none can have been accepted and ended since the last look. Where nothing tells how many
    // workers there are, those that had somebody while others waited are all of them.
    const std::uint32_t workers = workers_at_least();
    const bool all_had_one =
        workers > 0 ? accepted_before >= workers : saturated_ && accepted_before > 0;
    const bool nobody_was_free = ended_ == 0 && all_had_one;
    std::erase_if(connections_, [&](const auto& entry) {
        const Connection& connection = entry.second;
        if (connection.seen == looks_) return false;
        // A listener's end resets those that wait at it: no client left, and no worker came.
        if (!is_waiting(connection.inode) || listener_ended) return true;
        if (!nobody_was_free) {
            count_accepted(connection);
        } else if (!connection.abandoned && connection.asked) {
            ++totals_.abandoned;  // reset by the client
        }
        return true;
    });
    ended_ = 0;
}

/// Signals start and end workers, which the backlog does not show; a job runner without a title is
/// one more process. 0: not known.
std::uint32_t AcceptQueue::workers_at_least() const {
    const auto by_backlog = state_.workers.workers;
    const auto by_processes = processes_ ? processes_->workers : std::nullopt;
    if (by_backlog && by_processes) return std::min(*by_backlog, *by_processes);
    return by_backlog ? *by_backlog : by_processes.value_or(0);
}

void AcceptQueue::summarize(Clock::time_point at) {
    state_.busy = state_.waiting = state_.abandoned = 0;
    state_.oldest_waiting = state_.oldest_running = Duration::zero();
    bool waited_before = false;
    for (const auto& [key, connection] : connections_) {
        if (!is_waiting(connection.inode)) {
            ++state_.busy;
            state_.oldest_running = std::max(state_.oldest_running, at - connection.accepted);
        } else if (connection.abandoned) {
            ++state_.abandoned;
        } else {
            ++state_.waiting;
            state_.oldest_waiting = std::max(state_.oldest_waiting, at - connection.since);
            waited_before = waited_before || connection.waited_before;
        }
    }
    accepted_ = state_.busy;
    state_.workers = with_evidence(state_.workers, accepted_, waited_before, processes_);
    // A free worker accepts at once, so who waits at two looks waits for one, however many workers
    // there may be now (signals start and end them).
    const auto& told = state_.workers.workers;
    const auto& workers = told || !processes_ ? told : processes_->workers;
    const bool all_busy = workers && state_.busy >= *workers;
    saturated_ = state_.waiting > 0 && (all_busy || waited_before);
    if (waited_before) state_.busy = std::max(state_.busy, workers_at_least());
}

}  // namespace erp::odoo
