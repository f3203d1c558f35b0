#pragma once

#include "core/base/deadline.hpp"
#include "core/base/result.hpp"
#include "core/net/asio.hpp"

#include <boost/asio/generic/stream_protocol.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace erp {

using Endpoint = asio::generic::stream_protocol::endpoint;
using Endpoints = Result<std::vector<Endpoint>>;

/// `host:port`, `[v6]:port` or `unix:/path`.
struct StreamAddress {
    std::string host;  ///< empty for a unix socket
    std::string port;
    std::string path;
};
[[nodiscard]] Result<StreamAddress> parse_stream_address(const std::string& text);

/// getaddrinfo(): blocks for as long as the system's resolver likes.
[[nodiscard]] Endpoints look_up(const StreamAddress& address);

/// Endpoints of one target's address. Numbers and paths need no resolver. A name is looked up on a
/// thread of its own, at most one at a time: the daemon's two workers make pages, and a resolver
/// that hangs for some targets must not take them. I/O thread, one resolve() at a time.
class Resolver {
  public:
    using LookUp = std::function<Endpoints(const StreamAddress&)>;
    /// `look_up` runs on another thread and must own all it touches.
    explicit Resolver(LookUp look_up = erp::look_up) : look_up_(std::move(look_up)) {}

    /// Phase resolve, also at the deadline: then the lookup is left alone, and its answer serves
    /// the next call. The address must be the same in each call.
    Awaitable<Endpoints> resolve(StreamAddress address, Deadline deadline);

  private:
    struct Lookup;
    class Wait;
    [[nodiscard]] Result<void> begin(const StreamAddress& address,
                                     const asio::any_io_executor& executor);

    LookUp look_up_;
    std::shared_ptr<Lookup> lookup_;  ///< running, or answered too late
};

}  // namespace erp
