#pragma once

#include "core/http/server.hpp"

#include <boost/asio/generic/stream_protocol.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace erp {

/// What the connections of one server share. I/O thread only.
struct SessionContext {
    asio::io_context& io;
    ServerLimits limits;
    RequestHandler handler;
    Server::OnRequest on_request;
    Log& log;
    std::size_t abandoned = 0;  ///< handlers that still run and that no session waits for
    bool stopping = false;
};

/// One connection: its requests one after the other, each wait under one watchdog. I/O thread only.
class Session : public std::enable_shared_from_this<Session> {
  public:
    using Socket = asio::generic::stream_protocol::socket;

    Session(std::shared_ptr<SessionContext> context, Socket socket);

    /// Ends when the connection does.
    static Awaitable<> run(std::shared_ptr<Session> self);
    /// Closes if no request is under way; with context.stopping set, any other closes after its
    /// answer.
    void leave();
    /// Resets the connection now; a handler that runs is abandoned.
    void cut();
    /// Ends an idle connection now; what is on its way to the client still arrives.
    void close();

    /// What it waits for. `header` is the first byte of the first request, or the rest of a header;
    /// `idle` another request, or the client's end; `answer` a handler; `write` the client's
    /// reading.
    enum class Stage : std::uint8_t { header, idle, answer, write };
    [[nodiscard]] Stage stage() const { return stage_; }
    [[nodiscard]] Clock::time_point since() const { return since_; }  ///< of the stage
    [[nodiscard]] const std::string& origin() const { return origin_; }
    /// Waits for an answer and has ended its side: it may wait on, or have closed wholly. On TCP
    /// the two differ only once something is written to it.
    [[nodiscard]] bool may_be_gone() const { return stage_ == Stage::answer && half_closed_; }

  private:
    enum class OnExpiry : std::uint8_t { cancel, cut };
    enum class Ended : std::uint8_t { silently, politely };
    struct Waiting;  // where a session waits for its handler; stays behind when the session gives
                     // up

    Awaitable<Ended> serve();
    /// Nothing if the handler was late or the session was cut.
    Awaitable<std::optional<Response>> answer(Request request, Deadline end);
    void watch_client(const std::shared_ptr<Waiting>& waiting, Socket::wait_type event);
    Awaitable<> say_goodbye();
    void arm(Deadline deadline, OnExpiry on_expiry);
    void disarm();
    void watch();
    void enter(Stage stage);

    std::shared_ptr<SessionContext> context_;
    Socket socket_;
    asio::steady_timer watchdog_;
    OnExpiry on_expiry_ = OnExpiry::cancel;
    Stage stage_ = Stage::header;
    Clock::time_point since_ = Clock::now();
    bool begun_ = false;        ///< something of a request was read or is being answered
    bool half_closed_ = false;  ///< the client has ended its side
    std::string peer_;
    std::string origin_;
    std::shared_ptr<Waiting> waiting_;
};

}  // namespace erp
