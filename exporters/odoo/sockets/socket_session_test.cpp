#include "exporters/odoo/sockets/socket_session.hpp"

#include "core/base/descriptor.hpp"
#include "core/base/soon.hpp"

#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <sys/socket.h>

#include <unistd.h>

#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace erp::odoo {
namespace {

using namespace std::chrono_literals;

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
    [[nodiscard]] const sockaddr* get() const {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
};

Address address(const std::string& ip, std::uint16_t port, bool v6) {
    const IpAddress bytes = *to_ip_address(ip);
    Address address;
    if (v6) {
        sockaddr_in6 to{};
        to.sin6_family = AF_INET6;
        to.sin6_port = htons(port);
        std::memcpy(&to.sin6_addr, bytes.data(), bytes.size());
        std::memcpy(&address.storage, &to, address.size = sizeof to);
    } else {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        std::memcpy(&to.sin_addr, bytes.data() + 12, 4);
        std::memcpy(&address.storage, &to, address.size = sizeof to);
    }
    return address;
}

using Socket = std::unique_ptr<Descriptor>;

void check(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

/// A prefork server as the kernel sees it: a listener and who accepts from it by hand.
class FakeServer {
  public:
    FakeServer(const std::string& ip, int backlog, bool v6 = false) : listener_(new_socket(v6)) {
        const Address at = address(ip, 0, v6);
        check(::bind(listener_->get(), at.get(), at.size) == 0, "bind");
        check(::listen(listener_->get(), backlog) == 0, "listen");
        sockaddr_storage bound{};
        socklen_t size = sizeof bound;
        check(::getsockname(listener_->get(), reinterpret_cast<sockaddr*>(&bound), &size) == 0,
              "getsockname");
        sockaddr_in head{};  // the port is at the same place in both families
        std::memcpy(&head, &bound, sizeof head);
        port_ = ntohs(head.sin_port);
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }

    void connect(const std::string& ip, bool v6 = false) {
        Socket client = new_socket(v6);
        const Address to = address(ip, port_, v6);
        check(::connect(client->get(), to.get(), to.size) == 0, "connect");
        check(::send(client->get(), "GET", 3, 0) == 3, "send");
        clients.push_back(std::move(client));
    }
    void accept() {
        accepted.push_back(std::make_unique<Descriptor>(
            ::accept4(listener_->get(), nullptr, nullptr, SOCK_CLOEXEC)));
        check(accepted.back()->get() >= 0, "accept");
    }
    void stop() { listener_.reset(); }

    std::vector<Socket> clients;
    std::vector<Socket> accepted;

  private:
    static Socket new_socket(bool v6) {
        auto made = std::make_unique<Descriptor>(
            ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        check(made->get() >= 0, "socket");
        return made;
    }
    Socket listener_;
    std::uint16_t port_ = 0;
};

SocketOptions options_of(const FakeServer& server, const std::string& ip) {
    SocketOptions options;
    options.http = {to_ip_address(ip), server.port()};
    return options;
}

TEST_CASE("socket session: what real sockets of a prefork server show", "[odoo][sockets]") {
    FakeServer server("127.0.0.14", 24);
    SocketSession session(options_of(server, "127.0.0.14"));
    for (int i = 0; i < 6; ++i)
        server.connect("127.0.0.14");
    for (int i = 0; i < 3; ++i)
        server.accept();
    server.clients.pop_back();  // gone before anybody took it
    SocketCounts counts;
    REQUIRE(soon([&] {
        counts = session.round(Clock::now());
        return counts.http->abandoned == 1 && counts.http->oldest_waiting > Duration::zero();
    }));
    CHECK_FALSE(counts.problem);
    CHECK(counts.way == SocketWay::sock_diag);
    CHECK(counts.http->listening);
    CHECK(counts.http->busy == 3);
    CHECK(counts.http->waiting == 2);
    CHECK(counts.http->queue_length == 3);
    CHECK(counts.http->longest_queue == 3);
    CHECK(counts.http->backlog == 24);
    CHECK(counts.http->workers == WorkerCount{ServerMode::prefork, 3});
    CHECK(counts.http->oldest_waiting < 10s);
    CHECK(counts.failures);
    server.accepted.clear();
    server.accept();
    REQUIRE(soon([&] {
        counts = session.round(Clock::now());
        return counts.totals.accepted == 4;
    }));
    CHECK(counts.http->waiting == 1);
    CHECK(counts.http->busy == 3);  // who waits on finds no worker free
    server.accept();
    server.accept();
    REQUIRE(soon([&] {
        counts = session.round(Clock::now());
        return counts.http->waiting == 0;
    }));
    CHECK(counts.http->busy == 3);
    CHECK(counts.totals.accepted == 6);
    CHECK(counts.totals.abandoned == 1);
    CHECK(counts.totals.busy > counts.totals.saturated);
    CHECK(counts.totals.saturated > Duration::zero());
}

TEST_CASE("socket session: a server of both families has clients of both", "[odoo][sockets]") {
    FakeServer server("::", 16, true);
    SocketOptions options = options_of(server, "::");
    SECTION("by its wildcard") {}
    SECTION("by its port alone") {
        options.http.ip.reset();
    }
    SocketSession session(options);
    (void)session.round(Clock::now());
    server.connect("127.0.0.1");
    server.connect("::1", true);
    server.connect("::1", true);
    server.accept();
    const SocketCounts counts = session.round(Clock::now());
    REQUIRE(counts.http);
    CHECK(counts.http->busy == 1);
    CHECK(counts.http->waiting == 2);
    CHECK(counts.http->workers == WorkerCount{ServerMode::prefork, 2});
}

TEST_CASE("socket session: a server that starts later, and one that stops", "[odoo][sockets]") {
    auto server = std::make_unique<FakeServer>("127.0.0.14", 24);
    SocketOptions options = options_of(*server, "127.0.0.14");
    server.reset();
    SocketSession session(options);
    SocketCounts counts = session.round(Clock::now());
    REQUIRE(counts.problem);
    CHECK(counts.problem->phase == Phase::refused);
    CHECK_FALSE(counts.http->listening);
    // Families without a listener are looked at for one alone; then for all again.
    FakeServer later("127.0.0.14", 24);
    options.http.port = later.port();
    SocketSession other(options);
    later.connect("127.0.0.14");
    later.accept();
    later.stop();
    counts = other.round(Clock::now());
    CHECK_FALSE(counts.http->listening);
    CHECK(counts.http->busy == 1);  // a worker ends its request
    later.accepted.clear();
    CHECK(soon([&] { return other.round(Clock::now()).http->busy == 0; }));
}

TEST_CASE("socket session: the port of websockets is counted by itself", "[odoo][sockets]") {
    FakeServer server("127.0.0.14", 24);
    FakeServer gevent("127.0.0.14", 128);
    SocketOptions options = options_of(server, "127.0.0.14");
    options.gevent_port = gevent.port();
    for (int i = 0; i < 3; ++i)
        gevent.connect("127.0.0.14");
    gevent.accept();
    gevent.accept();
    SocketSession session(options);
    const SocketCounts counts = session.round(Clock::now());
    REQUIRE(counts.gevent);
    CHECK(counts.gevent->accepted == 2);
    CHECK(counts.gevent->waiting == 1);
    CHECK(counts.http->busy == 0);
}

TEST_CASE("socket session: the namespace may go and come back", "[odoo][sockets]") {
    FakeServer server("127.0.0.14", 24);
    SocketOptions options = options_of(server, "127.0.0.14");
    Result<std::string> path("/proc/self/ns/net");
    options.find_namespace = [&path] { return path; };
    SocketSession session(options);
    server.connect("127.0.0.14");
    server.accept();
    auto now = Clock::now();
    CHECK(session.round(now).http->busy == 1);
    path = Error{Phase::limit, "two of them"};
    now += 1s;
    SocketCounts counts = session.round(now);
    CHECK_FALSE(counts.http);
    CHECK_FALSE(counts.way);
    REQUIRE(counts.problem);
    CHECK(counts.problem->phase == Phase::limit);  // why the process is not known
    path = Result<std::string>("/proc/" + std::to_string(::getpid()) + "/ns/net");
    now += 1s;
    counts = session.round(now);
    CHECK_FALSE(counts.problem);
    CHECK(counts.http->busy == 1);
    CHECK(counts.way == SocketWay::sock_diag);
    path = Result<std::string>("/no/such/namespace");
    now += 1s;
    CHECK(session.round(now).problem->phase == Phase::refused);
}

}  // namespace
}  // namespace erp::odoo
