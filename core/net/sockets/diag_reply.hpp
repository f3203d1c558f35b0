#pragma once

#include "core/net/sockets/netlink_dump.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace erp {

/// The reply to a request for the sockets of a TcpQuery or UnixQuery, for which there is a
/// read_row(): `Result<std::optional<Socket>>`, with nothing for what was not asked for. Bytes
/// only.
template <class Query>
class DiagReply {
  public:
    using Socket = typename Query::Socket;
    /// A server with more is none that is watched here.
    static constexpr std::size_t kMostSockets = 65'536;

    DiagReply(Query query, std::uint32_t sequence) : query_(std::move(query)), dump_(sequence) {}

    /// One datagram of the kernel. Whether it was the last; an error ends the reply as well.
    [[nodiscard]] Result<bool> add(NetlinkBytes datagram) {
        return dump_.add(datagram, [this](NetlinkBytes row) { return take(row); });
    }
    /// See NetlinkDump.
    [[nodiscard]] bool interrupted() const { return dump_.interrupted(); }
    [[nodiscard]] std::vector<Socket>& sockets() { return sockets_; }

  private:
    [[nodiscard]] Result<void> take(NetlinkBytes row) {
        const auto socket = read_row(row, query_);
        if (!socket) return socket.error();
        if (!*socket) return {};
        if (sockets_.size() == kMostSockets)
            return Error{Phase::limit, std::string("sock_diag: too many sockets ") + Query::kOf};
        sockets_.push_back(**socket);
        return {};
    }

    Query query_;
    NetlinkDump dump_;
    std::vector<Socket> sockets_;
};

}  // namespace erp
