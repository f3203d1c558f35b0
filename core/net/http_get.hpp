#pragma once

#include "core/base/deadline.hpp"
#include "core/base/result.hpp"
#include "core/net/asio.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <optional>
#include <string>

namespace erp {

struct HttpReply {
    unsigned status = 0;
    std::string cookies;            ///< each that it sets, a line each
    std::string body;               ///< at most 64 KiB
    std::optional<Error> cut = {};  ///< why the body is not whole
};

/// Asks a server of this host for one page, on a connection of its own, and follows nothing.
/// `target` is the path, with its query. Of an answer that ends behind its head, that is told.
/// Phases refused, connect, closed, timeout, limit, protocol.
Awaitable<Result<HttpReply>> http_get(asio::ip::tcp::endpoint server,
                                      std::string target,
                                      Deadline deadline);

}  // namespace erp
