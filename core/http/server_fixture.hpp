#pragma once

#include "core/http/server.hpp"

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace erp::http_test {

using namespace std::chrono_literals;

/// Limits that a test can wait for.
inline ServerLimits quick() {
    ServerLimits limits;
    limits.header_time = 200ms;
    limits.scrape_timeout = 500ms;
    limits.grace = 200ms;
    limits.write_time = 200ms;
    limits.idle_time = 300ms;
    return limits;
}

/// A server with its own I/O thread. Paths: /hello, /big (4 MiB), /slow (300 ms), /hang (5 s),
/// /throw, /query (echoes what the handler saw).
class RunningServer {
  public:
    explicit RunningServer(ServerLimits limits,
                           const std::vector<std::string>& addresses = {"127.0.0.1:0"});
    ~RunningServer();
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;
    RunningServer(RunningServer&&) = delete;
    RunningServer& operator=(RunningServer&&) = delete;

    [[nodiscard]] const std::vector<std::string>& addresses() const { return addresses_; }
    [[nodiscard]] const std::string& address() const { return addresses_.front(); }
    /// How often this was answered, for example ("/hello", 200).
    [[nodiscard]] std::size_t answered(const std::string& route, unsigned status) const;
    [[nodiscard]] std::size_t connections();
    /// True once there are `expected` connections; waits up to 2 s.
    [[nodiscard]] bool settles_at(std::size_t expected);
    /// Returns when the server has looked at its sockets many times since the call.
    void catch_up();
    void cut_slowest_reader();
    /// Time from the call to the end of the last connection.
    Duration stop(Duration grace);
    [[nodiscard]] std::optional<std::string> error_of_listen(std::string address);

  private:
    template <class Job>
    auto on_io(Job job);

    Log log_{LogLevel::error};
    asio::io_context io_;
    mutable std::mutex mutex_;
    std::map<std::pair<std::string, unsigned>, std::size_t> answered_;
    std::optional<Server> server_;
    std::vector<std::string> addresses_;
    std::thread thread_;
};

struct Reply {
    unsigned status = 0;
    std::string head;
    std::string body;
    /// Value of a header, empty if it is missing.
    [[nodiscard]] std::string header(std::string_view name) const;
};

/// A blocking client that can misbehave. Every wait ends after 5 s.
class Client {
  public:
    /// From `source`, a numeric IPv4 address of this host, if it is given.
    explicit Client(const std::string& address, const char* source = nullptr);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    Client(Client&&) = delete;
    Client& operator=(Client&&) = delete;

    void send(std::string_view bytes) const;
    /// The next reply; its body is read when it `has_body`. Status 0: closed or nothing in time.
    Reply receive(bool has_body = true);
    Reply get(std::string_view path);
    /// Everything until the server closes; nothing if it does not within 5 s.
    std::optional<std::string> rest();
    /// True if the server ended the connection, within 5 s, without another byte.
    bool closed();
    void set_receive_buffer(int bytes) const;
    /// Sends nothing more, and still receives.
    void half_close() const;
    void reset();

  private:
    int fd_ = -1;
    std::string buffer_;
};

/// A name in the temporary folder for a unix socket; what is there goes with it.
class SocketFile {
  public:
    SocketFile();
    ~SocketFile();
    SocketFile(const SocketFile&) = delete;
    SocketFile& operator=(const SocketFile&) = delete;
    SocketFile(SocketFile&&) = delete;
    SocketFile& operator=(SocketFile&&) = delete;
    /// 0 if there is nothing.
    [[nodiscard]] mode_t mode() const;

    std::string path;
    std::string address;
};

std::string request(std::string_view method, std::string_view path, std::string_view headers = "");

}  // namespace erp::http_test
