#pragma once

#include "core/net/asio.hpp"
#include "exporters/redis/reply.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// For tests: a server on a free port of 127.0.0.1, on the test's own I/O thread, that answers each
/// command with the bytes that it was given.
namespace erp::redis {

struct Script {
    /// By command ("INFO", "SLOWLOG GET"), upper case; any other gets +OK.
    std::map<std::string, std::string> replies{};
    std::string greeting{};   ///< sent unasked to each new connection, which is then closed
    bool drips = false;       ///< one byte each 20 ms
    bool silent = false;      ///< takes commands and says nothing
    std::string resets_at{};  ///< the connection is reset behind the reply to this command
    std::string closes_at{};  ///< the same, but after an orderly end: nothing sent is lost
    // What the test sees:
    int connections = 0;
    std::vector<std::string> commands{};
};

class FakeServer {
  public:
    FakeServer(asio::io_context& io, Script what)
        : script_(std::make_shared<Script>(std::move(what))),
          acceptor_(std::make_shared<Acceptor>(io, Tcp::endpoint(kLoopback, 0))) {
        asio::co_spawn(io, serve(script_, acceptor_), asio::detached);
    }
    [[nodiscard]] Script& script() { return *script_; }
    [[nodiscard]] std::string address() const {
        return "127.0.0.1:" + std::to_string(acceptor_->local_endpoint().port());
    }
    void stop_listening() { acceptor_->close(); }

  private:
    using Tcp = asio::ip::tcp;
    using Acceptor = Tcp::acceptor;
    using Socket = Tcp::socket;
    static inline const asio::ip::address kLoopback = asio::ip::address_v4::loopback();

    /// "SLOWLOG GET" of SLOWLOG GET 1.
    static std::string name_of(const redisReply& command, const Script& script) {
        if (command.type != REDIS_REPLY_ARRAY || command.elements == 0) return "?";
        std::string name(text_of(*command.element[0]));
        if (command.elements > 1) {
            std::string two = name + " " + std::string(text_of(*command.element[1]));
            if (script.replies.contains(two)) return two;
        }
        return name;
    }

    static Awaitable<bool> send(std::shared_ptr<Script> script,
                                std::shared_ptr<Socket> socket,
                                std::string bytes) {
        const std::size_t step = script->drips ? 1 : std::max<std::size_t>(bytes.size(), 1);
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            const auto part = asio::buffer(bytes.data() + at, step);
            const auto [failed, n] = co_await asio::async_write(*socket, part, kAsTuple);
            if (failed) co_return false;
            if (!script->drips) continue;
            asio::steady_timer pause(co_await asio::this_coro::executor,
                                     std::chrono::milliseconds(20));
            co_await pause.async_wait(kAsTuple);
        }
        co_return true;
    }

    static Awaitable<> talk(std::shared_ptr<Script> script, std::shared_ptr<Socket> socket) {
        if (!script->greeting.empty()) {
            std::string greeting = script->greeting;
            co_await send(script, socket, std::move(greeting));
            co_return;
        }
        ReplyReader reader;  // a command has the shape of a reply
        std::string request(4096, '\0');
        for (;;) {
            const asio::mutable_buffer room = asio::buffer(request);
            const auto [error, size] = co_await socket->async_read_some(room, kAsTuple);
            if (error || !reader.feed(std::string_view(request).substr(0, size))) co_return;
            for (Result<Reply> command = reader.next(); command && *command;
                 command = reader.next()) {
                const std::string name = name_of(**command, *script);
                script->commands.push_back(name);
                if (script->silent) continue;
                const auto reply = script->replies.find(name);
                std::string bytes = "+OK\r\n";
                if (reply != script->replies.end()) bytes = reply->second;
                const bool sent = co_await send(script, socket, std::move(bytes));
                if (!sent) co_return;
                if (name != script->resets_at && name != script->closes_at) continue;
                if (name == script->resets_at) {
                    socket->set_option(asio::socket_base::linger(true, 0));
                }
                socket->close();
                co_return;
            }
        }
    }

    static Awaitable<> serve(std::shared_ptr<Script> script, std::shared_ptr<Acceptor> acceptor) {
        for (;;) {
            auto socket = std::make_shared<Socket>(co_await asio::this_coro::executor);
            const auto [error] = co_await acceptor->async_accept(*socket, kAsTuple);
            if (error) co_return;
            ++script->connections;
            asio::co_spawn(co_await asio::this_coro::executor, talk(script, socket),
                           asio::detached);
        }
    }

    std::shared_ptr<Script> script_;
    std::shared_ptr<Acceptor> acceptor_;
};

[[nodiscard]] inline std::string bulk(std::string_view text) {
    return "$" + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
}

}  // namespace erp::redis
