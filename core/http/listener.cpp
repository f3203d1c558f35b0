#include "core/http/listener.hpp"

#include "core/base/number.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

namespace erp {
namespace {

using Generic = asio::generic::stream_protocol;
using boost::system::error_code;

constexpr mode_t kSocketMode = 0660;

Error failure(std::string_view address, std::string_view reason) {
    std::string text = "cannot listen on ";
    text.append(address).append(": ").append(reason);
    return Error{Phase::connect, std::move(text)};
}

/// Whether a process answers on the socket file. A full backlog (EAGAIN) is an answer too.
bool answers(asio::io_context& io, const asio::local::stream_protocol::endpoint& endpoint) {
    asio::local::stream_protocol::socket probe(io);
    error_code error;
    probe.open(endpoint.protocol(), error);
    if (!error) probe.native_non_blocking(true, error);
    if (error) return true;  // out of descriptors says nothing about the file
    return ::connect(probe.native_handle(), endpoint.data(),
                     static_cast<socklen_t>(endpoint.size())) == 0 ||
           errno != ECONNREFUSED;
}

/// Makes room for our socket file, or says why there is none.
std::string remove_stale(asio::io_context& io, const std::string& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) return {};  // bind() reports other problems
    if (!S_ISSOCK(found.st_mode)) return "the file exists and is not a socket";
    if (answers(io, asio::local::stream_protocol::endpoint(path)))
        return "another process serves it";
    ::unlink(path.c_str());
    return {};
}

error_code bind_tcp(Listener::Acceptor& acceptor,
                    const asio::ip::tcp::endpoint& endpoint,
                    bool both_families) {
    error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (error) return error;
    acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error && endpoint.address().is_v6()) {
        acceptor.set_option(asio::ip::v6_only(!both_families), error);
    }
    if (!error) acceptor.bind(endpoint, error);
    if (error) {
        error_code ignored;
        acceptor.close(ignored);
    }
    return error;
}

error_code bind_unix(Listener::Acceptor& acceptor, const std::string& path) {
    error_code error;
    acceptor.open(asio::local::stream_protocol(), error);
    if (error) return error;
    // Linux takes the mode of the file from the socket, less the umask: never open to others, not
    // even between bind() and chmod().
    ::fchmod(acceptor.native_handle(), kSocketMode);
    acceptor.bind(asio::local::stream_protocol::endpoint(path), error);
    if (!error && ::chmod(path.c_str(), kSocketMode) != 0) {
        error.assign(errno, boost::system::system_category());
    }
    return error;
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
    using Kind = ListenAddress::Kind;
    if (text.starts_with("unix:")) {
        const std::string_view path = text.substr(5);
        if (!path.starts_with('/')) return failure(text, "the socket path must be absolute");
        if (path.size() >= sizeof(sockaddr_un::sun_path)) {
            return failure(text, "the socket path is longer than 107 bytes");
        }
        return ListenAddress{.kind = Kind::unix_socket, .host = std::string(path)};
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return failure(text, "expected host:port or unix:/path");
    const auto port = to_int(text.substr(colon + 1));
    if (!port || *port < 0 || *port > 65535) return failure(text, "the port is not 0 to 65535");
    std::string host(text.substr(0, colon));
    if (host == "localhost") host = "127.0.0.1";
    const auto number = static_cast<std::uint16_t>(*port);
    if (host.empty()) return ListenAddress{.kind = Kind::any, .port = number};
    const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (brackets) host = host.substr(1, host.size() - 2);
    error_code error;
    const auto address = asio::ip::make_address(host, error);
    if (error) return failure(text, "the host is not an IP address");
    if (address.is_v6() != brackets) {
        return failure(text, "an IPv6 address, and only that, stands in brackets");
    }
    return ListenAddress{.kind = Kind::address, .host = std::move(host), .port = number};
}

Result<Listener> Listener::open(asio::io_context& io, std::string_view address) {
    const auto parsed = parse_listen_address(address);
    if (!parsed) return parsed.error();
    Listener listener{Acceptor(io)};
    error_code error;
    switch (parsed->kind) {
        case ListenAddress::Kind::unix_socket: {
            const std::string reason = remove_stale(io, parsed->host);
            if (!reason.empty()) return failure(address, reason);
            error = bind_unix(listener.acceptor_, parsed->host);
            struct stat made {};
            if (!error && ::lstat(parsed->host.c_str(), &made) == 0) {
                listener.path_ = parsed->host;
                listener.device_ = made.st_dev;
                listener.inode_ = made.st_ino;
            }
            break;
        }
        case ListenAddress::Kind::any:
            error = bind_tcp(listener.acceptor_, {asio::ip::tcp::v6(), parsed->port}, true);
            if (error != asio::error::address_in_use && error) {  // a host without IPv6
                error = bind_tcp(listener.acceptor_, {asio::ip::tcp::v4(), parsed->port}, false);
            }
            break;
        case ListenAddress::Kind::address:
            error = bind_tcp(listener.acceptor_,
                             {asio::ip::make_address(parsed->host), parsed->port}, false);
            break;
    }
    if (!error) listener.acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return failure(address, error.message());
    if (parsed->kind == ListenAddress::Kind::unix_socket) {
        listener.address_ = address;
    } else {
        listener.address_ = to_text(listener.acceptor_.local_endpoint());
    }
    return listener;
}

Listener::Listener(Listener&& other) noexcept
    : acceptor_(std::move(other.acceptor_)),
      address_(std::move(other.address_)),
      path_(std::exchange(other.path_, {})),
      device_(other.device_),
      inode_(other.inode_) {}

void Listener::close() {
    const std::string path = std::exchange(path_, {});
    struct stat now {};
    // Before the socket goes: as long as it is open it answers, so that nobody takes the file over,
    // and its inode number is not given to another.
    if (!path.empty() && ::lstat(path.c_str(), &now) == 0 && now.st_dev == device_ &&
        now.st_ino == inode_) {
        ::unlink(path.c_str());
    }
    error_code ignored;
    acceptor_.close(ignored);
}

namespace {

std::optional<asio::ip::tcp::endpoint> to_tcp(const Generic::endpoint& endpoint) {
    const int family = endpoint.protocol().family();
    if (family != AF_INET && family != AF_INET6) return std::nullopt;
    asio::ip::tcp::endpoint tcp;
    tcp.resize(endpoint.size());
    std::memcpy(tcp.data(), endpoint.data(), endpoint.size());
    return tcp;
}

}  // namespace

std::string to_text(const Generic::endpoint& endpoint) {
    const auto tcp = to_tcp(endpoint);
    if (!tcp) return "unix";
    const std::string host = tcp->address().to_string();
    std::string text = tcp->address().is_v6() ? "[" + host + "]" : host;
    return text.append(":").append(std::to_string(tcp->port()));
}

std::string origin_of(const Generic::endpoint& endpoint) {
    const auto tcp = to_tcp(endpoint);
    if (!tcp) return {};
    const asio::ip::address address = tcp->address();
    if (!address.is_v6()) return address.to_string();
    const asio::ip::address_v6 v6 = address.to_v6();
    if (v6.is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
    }
    auto bytes = v6.to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    return asio::ip::address_v6(bytes).to_string();
}

}  // namespace erp
