#pragma once

#include "core/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <vector>

/// The framing of NETLINK_SOCK_DIAG (netlink(7), sock_diag(7)); bytes only, no sockets.
namespace erp {

/// Bytes of the kernel, which are not aligned for what they hold.
using NetlinkBytes = std::span<const std::byte>;

/// The T that the bytes begin with; there must be as many.
template <class T>
[[nodiscard]] T netlink_value(NetlinkBytes bytes) {
    T value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

/// Where what follows something of this length begins, at most at `end`.
[[nodiscard]] std::size_t netlink_next(std::size_t length, std::size_t end);

/// Of a message, which end where one is cut off.
class NetlinkAttributes {
  public:
    struct Attribute {
        std::uint16_t type = 0;
        NetlinkBytes value;
    };

    explicit NetlinkAttributes(NetlinkBytes bytes) : rest_(bytes) {}
    [[nodiscard]] std::optional<Attribute> next();

  private:
    NetlinkBytes rest_;
};

/// A message that asks sock_diag for all sockets that `body` describes.
[[nodiscard]] std::vector<std::byte> netlink_dump_request(NetlinkBytes body,
                                                          std::uint32_t sequence);

/// The reply to one such request, which comes in several datagrams.
class NetlinkDump {
  public:
    /// `sequence` is the request's.
    explicit NetlinkDump(std::uint32_t sequence) : sequence_(sequence) {}

    /// One datagram of the kernel; `row` gets the payload of each message that holds a socket, and
    /// its error ends the reply as one of the kernel's does. Whether it was the last datagram.
    [[nodiscard]] Result<bool> add(NetlinkBytes datagram,
                                   const std::function<Result<void>(NetlinkBytes)>& row);
    /// The kernel says that its tables changed in a way that may have left rows out.
    [[nodiscard]] bool interrupted() const { return interrupted_; }

  private:
    std::uint32_t sequence_;
    bool interrupted_ = false;
};

/// What the kernel sends is not in its own format.
[[nodiscard]] Error malformed_netlink(const char* what);

}  // namespace erp
