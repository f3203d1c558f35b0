#pragma once

#include "core/net/sockets/diag_reply.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
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
    using Socket = UnixSocket;
    static constexpr const char* kOf = "of one name";

    std::string name_end;
};

[[nodiscard]] std::vector<std::byte> diag_request(const UnixQuery& query, std::uint32_t sequence);

/// Nothing: a socket that was not asked for.
[[nodiscard]] Result<std::optional<UnixSocket>> read_row(NetlinkBytes row, const UnixQuery& query);

using UnixReply = DiagReply<UnixQuery>;

}  // namespace erp
