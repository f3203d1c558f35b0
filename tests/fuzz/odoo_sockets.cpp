#include "exporters/odoo/sockets/accept_queue.hpp"
#include "exporters/odoo/sockets/inet_diag.hpp"
#include "exporters/odoo/sockets/proc_net.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace {

using namespace erp::odoo;

constexpr std::uint16_t kPort = 8069;
constexpr std::uint32_t kSequence = 7;

/// Followed from look to look, whatever the rows say, nothing is negative or more than there can
/// be.
class Looks {
  public:
    void look(const std::vector<SocketRow>& rows, erp::Duration step) {
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

void check_rows(const std::vector<SocketRow>& rows) {
    for (const SocketRow& row : rows)
        ERP_HOLDS(row.local.port == kPort);
}

std::vector<SocketRow> rows_of(std::string_view datagram) {
    DiagReply reply(kSequence, kPort);
    const auto last = reply.add(std::as_bytes(std::span(datagram)));
    check_rows(reply.rows());
    return last ? reply.rows() : std::vector<SocketRow>();
}

}  // namespace

// What the kernel shows of sockets: replies of sock_diag, /proc/net/tcp, /proc/net/netstat,
// /proc/net/snmp.
ERP_FUZZ(bytes) {
    using namespace std::chrono_literals;
    Looks looks;
    const std::string_view half = bytes.substr(0, bytes.size() / 2);
    looks.look(rows_of(bytes), 250ms);
    looks.look(rows_of(half), 250ms);
    looks.look(rows_of(bytes), 5h);
    for (const bool v6 : {false, true}) {
        const auto rows = parse_proc_net_tcp(bytes, v6, kPort);
        check_rows(rows);
        const auto fewer = parse_proc_net_tcp(half, v6, kPort);
        ERP_HOLDS(fewer.size() <= rows.size() + 1);
        looks.look(rows, 250ms);
        looks.look(fewer, 1ms);
    }
    (void)parse_netstat(bytes);
    (void)parse_snmp(bytes);
}
