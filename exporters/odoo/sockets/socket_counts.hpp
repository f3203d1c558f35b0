#pragma once

#include "core/base/error.hpp"
#include "core/net/sockets/proc_net.hpp"
#include "core/net/sockets/socket_tables.hpp"
#include "exporters/odoo/sockets/accept_queue.hpp"

#include <cstdint>
#include <optional>

namespace erp::odoo {

/// Connections to the port of long polls and websockets, where one process serves them all.
struct GeventConnections {
    std::uint32_t accepted = 0;
    std::uint32_t waiting = 0;  ///< stays above 0 when its loop is blocked
};

/// What the sockets of an Odoo tell. Totals are counted since `since` and survive a restart of
/// Odoo, not one of this daemon.
struct SocketCounts {
    std::optional<Error> problem;    ///< why nothing can be seen now, or that nobody listens
    std::optional<SocketWay> way;    ///< nothing: neither
    std::optional<QueueState> http;  ///< nothing: cannot be seen now
    std::optional<GeventConnections> gevent;  ///< as of some seconds ago; nothing: not configured
    std::optional<ListenFailures> failures;   ///< of the whole network namespace
    /// Connections that met the listener's full accept queue; nothing: not known, by /proc.
    std::optional<std::uint64_t> overflows;
    QueueTotals totals;
    double since = 0;  ///< Unix time in seconds
};

}  // namespace erp::odoo
