#pragma once

#include "exporters/postgres/client/session.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

/// For tests: a server that speaks as much of PostgreSQL's protocol as a script tells it, on a
/// loopback port of its own.
namespace erp::postgres {

/// One client as its script sees it. Every call ends when the client or the test goes.
class ScriptedClient {
  public:
    explicit ScriptedClient(int socket) : socket_(socket) {}

    /// The startup packet: parameter names and values, each followed by NUL.
    [[nodiscard]] std::string startup() const {
        std::uint32_t size = 0;
        if (::recv(socket_, &size, sizeof(size), MSG_WAITALL) != sizeof(size)) return {};
        std::string packet(ntohl(size) - sizeof(size), '\0');
        (void)::recv(socket_, packet.data(), packet.size(), MSG_WAITALL);
        return packet;
    }
    /// Reads until `syncs` statements are complete, or the client is gone; how many there were.
    int read_statements(int syncs) const {
        int seen = 0;
        while (seen < syncs) {
            char type = 0;
            std::uint32_t size = 0;
            if (::recv(socket_, &type, 1, MSG_WAITALL) != 1) break;
            if (::recv(socket_, &size, sizeof(size), MSG_WAITALL) != sizeof(size)) break;
            std::string body(ntohl(size) - sizeof(size), '\0');
            if (!body.empty()) (void)::recv(socket_, body.data(), body.size(), MSG_WAITALL);
            if (type == 'S') ++seen;
        }
        return seen;
    }
    bool send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        return true;
    }
    void wait_until_gone() const {
        char byte = 0;
        while (::recv(socket_, &byte, 1, 0) > 0) {
        }
    }

  private:
    int socket_;
};

/// A message of the protocol: type, length, body.
inline std::string message(char type, std::string_view body = {}) {
    const std::uint32_t size = htonl(static_cast<std::uint32_t>(body.size() + 4));
    std::string text(1, type);
    text.append(reinterpret_cast<const char*>(&size), sizeof(size));
    return text.append(body);
}

inline std::string failure(char type,
                           std::string_view severity,
                           std::string_view sqlstate,
                           std::string_view text) {
    std::string body;
    for (const auto& [field, value] : {std::pair{'S', severity}, {'C', sqlstate}, {'M', text}}) {
        body += field;
        body.append(value) += '\0';
    }
    return message(type, body += '\0');
}

inline std::string ready() {
    return message('Z', "I");
}

/// Login without a password, and what libpq wants to know of a server.
inline std::string greeting() {
    using namespace std::string_literals;
    return message('R', "\0\0\0\0"s) + message('S', "server_version\0"s + "15.20\0"s) + ready();
}

/// A complete reply of one row and one column.
inline std::string one_value(std::string_view value) {
    using namespace std::string_literals;
    const auto size = static_cast<char>(value.size());
    return message('1') + message('2') +
           message('T', "\0\1x\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0"s) +
           message('D', "\0\1\0\0\0"s + size + std::string(value)) + message('C', "SELECT 1\0"s) +
           ready();
}

class ScriptedServer {
  public:
    using Script = std::function<void(const ScriptedClient& client)>;

    explicit ScriptedServer(Script script) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(at);
        auto* address = reinterpret_cast<sockaddr*>(&at);
        if (::bind(listener_, address, size) != 0 || ::listen(listener_, 8) != 0 ||
            ::getsockname(listener_, address, &size) != 0) {
            throw std::runtime_error("no port for a scripted server");
        }
        port_ = ntohs(at.sin_port);
        thread_ = std::thread([this, script = std::move(script)] {
            for (;;) {
                const int socket = ::accept(listener_, nullptr, nullptr);
                if (socket < 0) return;
                ++connections_;
                script(ScriptedClient(socket));
                ::close(socket);
            }
        });
    }
    ~ScriptedServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;
    ScriptedServer(ScriptedServer&&) = delete;
    ScriptedServer& operator=(ScriptedServer&&) = delete;

    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] int connections() const { return connections_; }

  private:
    int listener_;
    int port_ = 0;
    std::atomic<int> connections_ = 0;
    std::thread thread_;
};

/// How to reach it.
inline SessionOptions options_of(const ScriptedServer& server) {
    SessionOptions options;
    options.address = server.address();
    options.user = "u";
    options.sslmode = "disable";
    return options;
}

}  // namespace erp::postgres
