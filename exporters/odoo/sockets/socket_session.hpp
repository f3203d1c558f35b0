#pragma once

#include "core/net/network_namespace.hpp"
#include "exporters/odoo/sockets/own_overflows.hpp"
#include "exporters/odoo/sockets/port_sockets.hpp"
#include "exporters/odoo/sockets/socket_counts.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace erp::odoo {

struct SocketOptions {
    Endpoint http{std::nullopt, 8069};
    std::optional<std::uint16_t> gevent_port;
    NamespaceFinder find_namespace;  ///< null: that of this process; called once a second
    Duration interval = std::chrono::milliseconds(250);
    /// What /proc shows of its workers, asked at each look; null: processes are not looked at.
    std::function<std::optional<WorkerCount>()> processes = {};
};

/// Looks at an Odoo's sockets, one round() after the other. One thread.
class SocketSession {
  public:
    explicit SocketSession(SocketOptions options);

    /// One look at `at`, now.
    [[nodiscard]] SocketCounts round(Clock::time_point at);

  private:
    void follow_namespace(Clock::time_point at);
    void look(Clock::time_point at);
    void look_rarely(Clock::time_point at);
    void lose(Error problem);

    SocketOptions options_;
    std::string path_;
    std::unique_ptr<SocketTables> tables_;  ///< null: not open
    std::optional<PortSockets> port_;       ///< of these tables
    AcceptQueue queue_;
    OwnOverflows overflows_;
    SocketCounts counts_;
    std::optional<Clock::time_point> checked_;  ///< that the namespace is there
    std::optional<Clock::time_point> looked_rarely_;
};

}  // namespace erp::odoo
