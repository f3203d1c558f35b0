#pragma once

#include "core/base/deadline.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "core/http/message.hpp"
#include "core/net/asio.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace erp {

struct ServerLimits {
    /// At once, with handlers that still run for a client that went away. For one more, those go
    /// that wait for an answer and have ended their side, of the origin (see origin_of) that has
    /// most of these; else one of the origin that has most: the one that waits longest without a
    /// complete header, or else is idle longest; if all are being answered, the new one gets 503.
    std::size_t connections = 256;
    std::size_t connections_per_address = 64;  ///< the same among those of one origin_of()
    std::size_t header_bytes = 16384;
    /// From the first byte of a request (of a connection, for its first one) to the end of its
    /// header: one absolute limit, so that dripping gains nothing.
    Duration header_time = std::chrono::seconds(5);
    /// Longest wait of a page (`limits: scrape_timeout`); a client may ask for less.
    Duration scrape_timeout = std::chrono::seconds(10);
    /// A request ends this long after the scrape's deadline: 503 if there is no response by then.
    Duration grace = std::chrono::seconds(5);
    /// A client has so long to take an answer, or, up to a minute, as long as the timeout that it
    /// names: a link may be slow. When memory is short the slowest goes first.
    Duration write_time = std::chrono::seconds(5);
    Duration idle_time = std::chrono::seconds(60);  ///< between two requests
    /// SO_SNDBUF in bytes (the kernel doubles it): how much of a page a client can leave in our
    /// memory after the write deadline no longer sees it.
    int send_buffer = 128 * 1024;
};

/// HTTP/1.1 over TCP and unix sockets: GET, HEAD and POST without bodies, every wait and buffer
/// limited. Lives on the I/O thread, on which every member function is called; destroy it before
/// the io_context.
class Server {
  public:
    /// After each request, with the response's route: also for what was refused before routing.
    using OnRequest = std::function<void(std::string_view route, unsigned status)>;

    /// The handler ends by its own deadline; one that is late or fails costs only its client an
    /// answer.
    Server(asio::io_context& io,
           ServerLimits limits,
           RequestHandler handler,
           OnRequest on_request,
           Log& log);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    Server(Server&&) = delete;
    Server& operator=(Server&&) = delete;

    /// Binds and starts to accept on one more address; forms in core/http/listener.hpp.
    [[nodiscard]] Result<void> listen(const std::string& address);
    /// Those that are served, with the ports that the system chose.
    [[nodiscard]] std::vector<std::string> addresses() const;
    /// For requests and connections from now on.
    void set_limits(ServerLimits limits);
    /// Open client connections.
    [[nodiscard]] std::size_t connections() const;

    /// Resets the connection that has been taking its answer for longest, of the origin that has
    /// most of these: its memory is needed.
    void cut_slowest_reader();

    /// Returns at once: nothing new is accepted, idle connections close, running requests end or
    /// are cut when the grace is over. Then, or at once if there are none, `stopped` runs on the
    /// I/O thread.
    void stop(Duration grace, std::function<void()> stopped = {});

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace erp
