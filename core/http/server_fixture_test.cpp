#include "core/http/server_fixture.hpp"

#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "core/http/listener.hpp"
#include "core/http/routes.hpp"

#include <arpa/inet.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace erp::http_test {
namespace {

Awaitable<> pause(Duration wait) {
    asio::steady_timer timer(co_await asio::this_coro::executor, wait);
    co_await timer.async_wait(asio::use_awaitable);
}

Awaitable<Response> hello(Request /*request*/) {
    co_return text_response(200, "hello");
}

Awaitable<Response> big(Request /*request*/) {
    static const auto body = std::make_shared<const std::string>(4 << 20, 'x');
    co_return Response(200, "text/plain", body);
}

Awaitable<Response> slow(Request /*request*/) {
    co_await pause(300ms);
    co_return text_response(200, "slow");
}

Awaitable<Response> hang(Request /*request*/) {
    co_await pause(5s);
    co_return text_response(200, "late");
}

Awaitable<Response> thrower(Request /*request*/) {
    co_await pause(1ms);
    throw std::runtime_error("words for the log");
    co_return Response();
}

Awaitable<Response> query(Request request) {
    std::string text;
    for (const auto& [key, value] : request.query.parameters())
        text.append(key).append("=").append(value).append(";");
    text += request.accept + ";" + request.accept_encoding + ";";
    if (request.scrape_timeout_seconds) text += std::to_string(*request.scrape_timeout_seconds);
    Response response = text_response(200, text + ";" + request.peer);
    response.headers.emplace_back("Vary", "Accept-Encoding");
    co_return response;
}

Router router() {
    std::vector<Router::Row> rows;
    rows.push_back({"/hello", {Method::get, Method::post}, hello});
    rows.push_back({"/big", {Method::get}, big});
    rows.push_back({"/slow", {Method::get}, slow});
    rows.push_back({"/hang", {Method::get}, hang});
    rows.push_back({"/throw", {Method::get}, thrower});
    rows.push_back({"/query", {Method::get}, query});
    return Router(std::move(rows));
}

}  // namespace

template <class Job>
auto RunningServer::on_io(Job job) {
    std::packaged_task<std::invoke_result_t<Job>()> task(std::move(job));
    auto result = task.get_future();
    asio::post(io_, [&task] { task(); });
    return result.get();
}

RunningServer::RunningServer(ServerLimits limits, const std::vector<std::string>& addresses) {
    const auto count = [this](std::string_view route, unsigned status) {
        const std::lock_guard lock(mutex_);
        ++answered_[{std::string(route), status}];
    };
    server_.emplace(io_, limits, router(), count, log_);
    for (const std::string& address : addresses) {
        const auto listening = server_->listen(address);
        if (!listening) throw std::runtime_error(listening.error().text);
    }
    addresses_ = server_->addresses();
    thread_ = std::thread([this] {
        const auto work = asio::make_work_guard(io_);
        io_.run();
    });
}

RunningServer::~RunningServer() {
    on_io([this] {
        server_.reset();
        return true;
    });
    io_.stop();
    thread_.join();
}

std::size_t RunningServer::answered(const std::string& route, unsigned status) const {
    const std::lock_guard lock(mutex_);
    const auto found = answered_.find({route, status});
    return found == answered_.end() ? 0 : found->second;
}

std::size_t RunningServer::connections() {
    return on_io([this] { return server_->connections(); });
}

bool RunningServer::settles_at(std::size_t expected) {
    for (const Deadline end = Deadline::after(2s); !end.passed();) {
        if (connections() == expected) return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

void RunningServer::cut_slowest_reader() {
    on_io([this] {
        server_->cut_slowest_reader();
        return true;
    });
}

void RunningServer::catch_up() {
    for (int i = 0; i < 20; ++i) {
        static_cast<void>(connections());
        std::this_thread::sleep_for(3ms);
    }
}

Duration RunningServer::stop(Duration grace) {
    std::promise<Clock::time_point> stopped;
    const auto start = Clock::now();
    asio::post(io_, [&] { server_->stop(grace, [&] { stopped.set_value(Clock::now()); }); });
    return stopped.get_future().get() - start;
}

std::optional<std::string> RunningServer::error_of_listen(std::string address) {
    return on_io([&]() -> std::optional<std::string> {
        const auto listening = server_->listen(address);
        if (listening) return std::nullopt;
        return listening.error().text;
    });
}

std::string Reply::header(std::string_view name) const {
    const std::string key = "\r\n" + std::string(name) + ": ";
    const std::size_t at = head.find(key);
    if (at == std::string::npos) return {};
    return head.substr(at + key.size(), head.find("\r\n", at + 2) - at - key.size());
}

Client::Client(const std::string& address, const char* source) {
    const auto where = parse_listen_address(address).value();
    sockaddr_storage storage{};
    socklen_t size = 0;
    if (where.kind == ListenAddress::Kind::unix_socket) {
        auto* name = reinterpret_cast<sockaddr_un*>(&storage);
        where.host.copy(name->sun_path, sizeof name->sun_path - 1);
        size = sizeof *name;
        storage.ss_family = AF_UNIX;
    } else if (where.host.find(':') != std::string::npos) {
        auto* name = reinterpret_cast<sockaddr_in6*>(&storage);
        ::inet_pton(AF_INET6, where.host.c_str(), &name->sin6_addr);
        name->sin6_port = htons(where.port);
        size = sizeof *name;
        storage.ss_family = AF_INET6;
    } else {
        auto* name = reinterpret_cast<sockaddr_in*>(&storage);
        ::inet_pton(AF_INET, where.host.c_str(), &name->sin_addr);
        name->sin_port = htons(where.port);
        size = sizeof *name;
        storage.ss_family = AF_INET;
    }
    fd_ = ::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (source != nullptr) {
        sockaddr_in from{};
        from.sin_family = AF_INET;
        ::inet_pton(AF_INET, source, &from.sin_addr);
        (void)::bind(fd_, reinterpret_cast<sockaddr*>(&from), sizeof from);
    }
    const timeval limit{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&storage), size) != 0) {
        const std::string reason = std::strerror(errno);
        ::close(fd_);
        throw std::runtime_error("cannot connect: " + reason);
    }
}

Client::~Client() {
    ::close(fd_);
}

void Client::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

Reply Client::receive(bool has_body) {
    Reply reply;
    const auto more = [this] {
        char chunk[65536];
        const ssize_t size = ::recv(fd_, chunk, sizeof chunk, 0);
        if (size > 0) buffer_.append(chunk, static_cast<std::size_t>(size));
        return size > 0;
    };
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!more()) return reply;
    }
    reply.head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    const auto length = to_int(reply.header("Content-Length")).value_or(0);
    const std::size_t size = has_body ? static_cast<std::size_t>(length) : 0;
    while (buffer_.size() < size) {
        if (!more()) return reply;
    }
    reply.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    reply.status = static_cast<unsigned>(to_int(reply.head.substr(9, 3)).value_or(0));
    return reply;
}

Reply Client::get(std::string_view path) {
    send(request("GET", path));
    return receive();
}

std::optional<std::string> Client::rest() {
    for (;;) {
        char chunk[65536];
        const ssize_t size = ::recv(fd_, chunk, sizeof chunk, 0);
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::nullopt;
        if (size <= 0) return std::exchange(buffer_, {});
        buffer_.append(chunk, static_cast<std::size_t>(size));
    }
}

bool Client::closed() {
    return rest() == "";
}

void Client::set_receive_buffer(int bytes) const {
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

void Client::half_close() const {
    ::shutdown(fd_, SHUT_WR);
}

void Client::reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(fd_, -1));
}

SocketFile::SocketFile()
    : path(std::filesystem::temp_directory_path() /
           ("erp_http_test." + std::to_string(::getpid()) + ".sock")),
      address("unix:" + path) {}

SocketFile::~SocketFile() {
    ::unlink(path.c_str());
}

mode_t SocketFile::mode() const {
    struct stat found {};
    return ::lstat(path.c_str(), &found) == 0 ? found.st_mode : 0;
}

std::string request(std::string_view method, std::string_view path, std::string_view headers) {
    std::string text(method);
    text.append(" ").append(path).append(" HTTP/1.1\r\nHost: test\r\n").append(headers);
    return text.append("\r\n");
}

}  // namespace erp::http_test
