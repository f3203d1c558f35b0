#include "core/base/handle.hpp"
#include "core/base/number.hpp"
#include "core/net/stream.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <sys/socket.h>

#include <netdb.h>

#include <optional>
#include <utility>

namespace erp {
namespace {

using Endpoints = Result<std::vector<Endpoint>>;

/// Blocks: for a worker.
Endpoints look_up(const StreamAddress& address) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    const int error = ::getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &raw);
    const Handle<addrinfo, ::freeaddrinfo> found(raw);
    if (error != 0) return Error{Phase::resolve, address.host + ": " + ::gai_strerror(error)};
    std::vector<Endpoint> endpoints;
    for (const addrinfo* a = found.get(); a != nullptr; a = a->ai_next) {
        endpoints.emplace_back(a->ai_addr, a->ai_addrlen);
    }
    return endpoints;
}

struct Waiting {
    explicit Waiting(const asio::any_io_executor& executor) : timer(executor) {}
    asio::steady_timer timer;
    std::optional<Endpoints> answer;  // set on the waiting thread only
};

}  // namespace

Result<StreamAddress> parse_stream_address(const std::string& text) {
    StreamAddress address;
    constexpr std::string_view kUnix = "unix:";
    if (text.starts_with(kUnix)) {
        address.path = text.substr(kUnix.size());
        // sun_path has 108 bytes with its NUL (unix(7)).
        if (address.path.empty() || address.path.size() > 107) {
            return Error{Phase::resolve, "a socket's path has 1 to 107 bytes"};
        }
        return address;
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos)
        return Error{Phase::resolve, "expected host:port or unix:/path"};
    address.host = text.substr(0, colon);
    address.port = text.substr(colon + 1);
    if (address.host.starts_with('[') && address.host.ends_with(']')) {
        address.host = address.host.substr(1, address.host.size() - 2);
    } else if (address.host.find(':') != std::string::npos) {
        return Error{Phase::resolve, "an IPv6 address is written [address]:port"};
    }
    const auto port = to_int(address.port);
    if (address.host.empty() || !port || *port < 1 || *port > 65535) {
        return Error{Phase::resolve, "expected host:port or unix:/path"};
    }
    return address;
}

Awaitable<Endpoints> resolve(asio::thread_pool* workers, StreamAddress address, Deadline deadline) {
    std::vector<Endpoint> endpoints;
    if (!address.path.empty()) {
        endpoints.emplace_back(asio::local::stream_protocol::endpoint(address.path));
        co_return endpoints;
    }
    boost::system::error_code no_number;
    const auto numeric = asio::ip::make_address(address.host, no_number);
    if (!no_number) {
        const auto port = static_cast<std::uint16_t>(to_int(address.port).value_or(0));
        endpoints.emplace_back(asio::ip::tcp::endpoint(numeric, port));
        co_return endpoints;
    }
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const auto waiting = std::make_shared<Waiting>(executor);
    auto job = [waiting, executor, address] {
        auto deliver = [waiting, answer = look_up(address)]() mutable {
            waiting->answer = std::move(answer);
            waiting->timer.cancel();
        };
        asio::post(executor, std::move(deliver));
    };
    waiting->timer.expires_at(deadline.at());
    asio::post(*workers, std::move(job));
    co_await waiting->timer.async_wait(kAsTuple);
    if (!waiting->answer) {
        co_return Error{Phase::resolve, address.host + ": no answer from the resolver in time"};
    }
    co_return std::move(*waiting->answer);
}

}  // namespace erp
