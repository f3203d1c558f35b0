#pragma once

#include "core/net/sockets/netlink_dump.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// Unix sockets in the language of sock_diag (linux/unix_diag.h); bytes only.
namespace erp {

/// One that listens, or is the end of a connection.
struct UnixSocket {
    bool listens = false;
    std::uint32_t peer = 0;  ///< inode of the other end; 0: closed, or there is none
    bool operator==(const UnixSocket&) const = default;
};

/// Which unix sockets are listed: those whose name ends so. What a listener accepts has its name;
/// who connects has none in general.
struct UnixQuery {
    std::string name_end;
};

[[nodiscard]] std::vector<std::byte> diag_request(const UnixQuery& query, std::uint32_t sequence);

class UnixReply {
  public:
    static constexpr std::size_t kMostSockets = 65'536;

    UnixReply(UnixQuery query, std::uint32_t sequence)
        : query_(std::move(query)), dump_(sequence) {}

    /// One datagram of the kernel. Whether it was the last; an error ends the reply as well.
    [[nodiscard]] Result<bool> add(NetlinkBytes datagram);
    /// See NetlinkDump.
    [[nodiscard]] bool interrupted() const { return dump_.interrupted(); }
    [[nodiscard]] std::vector<UnixSocket>& sockets() { return sockets_; }

  private:
    [[nodiscard]] Result<void> take(NetlinkBytes row);

    UnixQuery query_;
    NetlinkDump dump_;
    std::vector<UnixSocket> sockets_;
};

}  // namespace erp
