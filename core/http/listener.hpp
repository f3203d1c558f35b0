#pragma once

#include "core/base/result.hpp"
#include "core/net/asio.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace erp {

/// An entry of `listen:` in its parts.
struct ListenAddress {
    enum class Kind { address, any, unix_socket };
    Kind kind = Kind::address;
    std::string host = {};  ///< numeric IPv4 or IPv6, without brackets; the path of a unix socket
    std::uint16_t port = 0;
};

/// "127.0.0.1:9069", "[::1]:9069", "localhost:9069", ":9069" (every address of this host),
/// "unix:/path". Names other than localhost are refused: what an exporter listens on must not
/// depend on DNS.
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

/// A bound socket of any family that takes connections until close().
class Listener {
  public:
    using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

    /// Phase connect when the address is taken or not ours. A unix socket gets mode 0660; a file
    /// that an earlier process left is replaced if nobody answers on it.
    [[nodiscard]] static Result<Listener> open(asio::io_context& io, std::string_view address);
    ~Listener() { close(); }
    Listener(Listener&& other) noexcept;
    Listener& operator=(Listener&&) = delete;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] Acceptor& acceptor() { return acceptor_; }
    /// As it can be connected to, with the port that the system chose: "[::1]:40123", "unix:/path".
    [[nodiscard]] const std::string& address() const { return address_; }
    /// Also removes the socket file, unless it is another process' by now.
    void close();

  private:
    explicit Listener(Acceptor acceptor) : acceptor_(std::move(acceptor)) {}

    Acceptor acceptor_;
    std::string address_;
    std::string path_;  ///< of our socket file, else empty
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

/// "192.0.2.1:40000", "[2001:db8::1]:40000" or "unix".
[[nodiscard]] std::string to_text(const asio::generic::stream_protocol::endpoint& endpoint);

/// Whose connections a limit counts together: "192.0.2.1", of IPv6 the first 64 bits, which one
/// subscriber has ("2001:db8:1:2::"), mapped IPv4 as IPv4. Empty for a unix socket: its clients are
/// admitted by the file's mode.
[[nodiscard]] std::string origin_of(const asio::generic::stream_protocol::endpoint& endpoint);

}  // namespace erp
