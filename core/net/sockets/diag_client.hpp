#pragma once

#include "core/base/descriptor.hpp"
#include "core/base/result.hpp"
#include "core/net/sockets/netlink_dump.hpp"
#include "core/net/sockets/tcp_socket.hpp"
#include "core/net/sockets/unix_diag.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace erp {

/// A conversation with the kernel about the sockets of one network namespace: that of the thread
/// that opened it, for good. Needs no privilege. One thread at a time, and not the I/O thread: a
/// thousand sockets take about a millisecond.
class DiagClient {
  public:
    /// Fails where sock_diag is missing or forbidden (a seccomp filter).
    [[nodiscard]] static Result<DiagClient> open();

    /// All sockets, or an error; after one the rest of the reply may still come, so open() a new
    /// one.
    [[nodiscard]] Result<std::vector<TcpSocket>> list(const TcpQuery& query);
    [[nodiscard]] Result<std::vector<UnixSocket>> list(const UnixQuery& query);

  private:
    explicit DiagClient(int fd);
    template <class Query>
    [[nodiscard]] Result<std::vector<typename Query::Socket>> dump(const Query& query);
    /// Gives `take` each datagram of the reply, until it says that one was the last.
    [[nodiscard]] Result<void> ask(const std::vector<std::byte>& request,
                                   const std::function<Result<bool>(NetlinkBytes)>& take);

    std::unique_ptr<Descriptor> socket_;
    std::vector<std::byte> buffer_;
    std::uint32_t sequence_ = 0;
};

}  // namespace erp
