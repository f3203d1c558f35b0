#include "core/net/sockets/inet_diag.hpp"
#include "core/net/sockets/proc_net.hpp"
#include "exporters/odoo/sockets/accept_queue.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace {

using namespace erp;
using namespace erp::odoo;

constexpr std::uint16_t kPort = 8069;
constexpr std::uint32_t kSequence = 7;
constexpr TcpStates kStates =
    only(TcpState::listen) | only(TcpState::established) | only(TcpState::close_wait);
constexpr TcpQuery kQuery{.port = kPort, .states = kStates, .ages = true};

/// Followed from look to look, whatever the rows say, nothing is negative or more than there can
/// be.
class Looks {
  public:
    void look(const std::vector<TcpSocket>& rows, erp::Duration step) {
        at_ += step;
        queue_.look(sockets_of({std::nullopt, kPort}, rows), 4096, at_);
        const QueueState& state = queue_.state();
        ERP_HOLDS(state.waiting + state.abandoned <= rows.size());
        // Those whose clients are gone have no row.
        ERP_HOLDS(state.busy <=
                  std::max<std::size_t>(rows.size(), state.workers.workers.value_or(0)));
        ERP_HOLDS(state.oldest_waiting >= erp::Duration::zero());
        ERP_HOLDS(state.oldest_running >= erp::Duration::zero());
        const QueueTotals& totals = queue_.totals();
        ERP_HOLDS(totals.saturated <= totals.watched);
        ERP_HOLDS(totals.busy >= erp::Duration::zero());
        ERP_HOLDS(totals.waits.sum >= 0);
    }

  private:
    AcceptQueue queue_{std::chrono::seconds(2)};
    erp::Clock::time_point at_ = erp::Clock::time_point() + std::chrono::hours(1);
};

std::vector<TcpSocket> rows_of(std::string_view datagram) {
    TcpReply reply(kQuery, kSequence);
    const auto last = reply.add(std::as_bytes(std::span(datagram)));
    return last ? reply.sockets() : std::vector<TcpSocket>();
}

}  // namespace

// What is counted of the sockets of an Odoo, by replies of sock_diag and by /proc/net/tcp.
ERP_FUZZ(bytes) {
    using namespace std::chrono_literals;
    Looks looks;
    const std::string_view half = bytes.substr(0, bytes.size() / 2);
    looks.look(rows_of(bytes), 250ms);
    looks.look(rows_of(half), 250ms);
    looks.look(rows_of(bytes), 5h);
    for (const bool v6 : {false, true}) {
        const TcpQuery query{.v6 = v6, .port = kPort, .states = kStates};
        looks.look(parse_proc_net_tcp(bytes, query), 250ms);
        looks.look(parse_proc_net_tcp(half, query), 1ms);
    }
}
