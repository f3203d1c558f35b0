#pragma once

#include "core/base/deadline.hpp"
#include "core/base/result.hpp"
#include "core/net/asio.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace erp {

struct HttpReply {
    unsigned status = 0;
    std::string cookies;  ///< each that it sets, a line each
    std::string body;     ///< at most 64 KiB
};

/// Asks a server of this host for one page, on a connection of its own, and follows nothing.
/// `target` is the path, with its query. Phases refused, connect, closed, timeout, limit, protocol.
Awaitable<Result<HttpReply>> http_get(asio::ip::tcp::endpoint server,
                                      std::string target,
                                      Deadline deadline);

}  // namespace erp
