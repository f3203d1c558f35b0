#include "core/http/listener.hpp"
#include "core/http/server_fixture.hpp"

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <unistd.h>

#include <fstream>

namespace erp {
namespace {

using namespace http_test;

TEST_CASE("server stop: idle connections close at once and nothing new is accepted", "[http]") {
    RunningServer server({});
    Client used(server.address());
    CHECK(used.get("/hello").status == 200);
    Client fresh(server.address());
    REQUIRE(server.settles_at(2));
    CHECK(server.stop(5s) < 500ms);
    CHECK(used.closed());
    CHECK(fresh.closed());
    CHECK_THROWS(Client(server.address()));
}

TEST_CASE("server stop: a running request ends and says that the connection does too", "[http]") {
    RunningServer server({});
    Client client(server.address());
    client.send(request("GET", "/slow"));
    server.catch_up();
    const Duration took = server.stop(5s);
    const Reply reply = client.receive();
    CHECK(reply.status == 200);
    CHECK(reply.header("Connection") == "close");
    CHECK(took < 2s);
}

TEST_CASE("server stop: what outlasts the grace is cut", "[http]") {
    RunningServer server({});
    Client client(server.address());
    SECTION("a handler") {
        client.send(request("GET", "/hang"));
    }
    SECTION("half a header") {
        client.send("GET /");
    }
    SECTION("a reader that does not read") {
        client.set_receive_buffer(4096);
        client.send(request("GET", "/big"));
    }
    server.catch_up();
    const Duration took = server.stop(200ms);
    CHECK(took >= 190ms);
    CHECK(took < 1s);
    CHECK(server.connections() == 0);
}

TEST_CASE("server stop: without connections it is done at once", "[http]") {
    RunningServer server({});
    CHECK(server.stop(5s) < 200ms);
}

TEST_CASE("server stop: a server may go while requests run", "[http]") {
    Client* left = nullptr;
    std::optional<Client> client;
    {
        RunningServer server({});
        client.emplace(server.address());
        left = &*client;
        left->send(request("GET", "/hang"));
        server.catch_up();
    }
    CHECK(left->receive().status == 0);
}

TEST_CASE("server stop: a socket file is private, and gone afterwards", "[http]") {
    const SocketFile file;
    RunningServer server({}, {file.address});
    CHECK(S_ISSOCK(file.mode()));
    CHECK((file.mode() & 07777U) == 0660);
    server.stop(1s);
    CHECK(file.mode() == 0);
}

TEST_CASE("server stop: a socket file of a crashed process is replaced", "[http]") {
    const SocketFile file;
    const int crashed = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    file.path.copy(name.sun_path, sizeof name.sun_path - 1);
    REQUIRE(::bind(crashed, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
    ::close(crashed);  // as a kill does: the file stays
    REQUIRE(S_ISSOCK(file.mode()));
    RunningServer server({}, {file.address});
    Client client(file.address);
    CHECK(client.get("/hello").status == 200);
}

TEST_CASE("server stop: a socket file that is another's by now stays", "[http]") {
    const SocketFile file;
    RunningServer old({}, {file.address});
    ::unlink(file.path.c_str());
    RunningServer next({}, {file.address});
    old.stop(1s);
    Client client(file.address);
    CHECK(client.get("/hello").status == 200);
}

TEST_CASE("server stop: what others serve or own is not taken away", "[http]") {
    const SocketFile file;
    RunningServer server({});
    SECTION("a socket that answers") {
        RunningServer other({}, {file.address});
        CHECK(server.error_of_listen(file.address) ==
              "cannot listen on " + file.address + ": another process serves it");
        Client client(file.address);
        CHECK(client.get("/hello").status == 200);
    }
    SECTION("a file") {
        std::ofstream(file.path) << "precious";
        CHECK(server.error_of_listen(file.address).has_value());
        CHECK(S_ISREG(file.mode()));
    }
    SECTION("a port") {
        CHECK(server.error_of_listen(server.address()).has_value());
    }
}

TEST_CASE("listener: addresses are numbers with a port, or the path of a socket", "[http]") {
    const auto host = [](std::string_view text) { return parse_listen_address(text).value().host; };
    CHECK(host("127.0.0.1:9069") == "127.0.0.1");
    CHECK(host("[::1]:9069") == "::1");
    CHECK(host("localhost:1") == "127.0.0.1");
    CHECK(host("unix:/run/a.sock") == "/run/a.sock");
    CHECK(parse_listen_address(":9069").value().kind == ListenAddress::Kind::any);
    const std::string bad = GENERATE(
        "", "9069", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:9069",
        "[]:1", "[127.0.0.1]:1", "example.com:9069", "unix:relative", "unix:", "127.0.0.1:90 69");
    CHECK_FALSE(parse_listen_address(bad).has_value());
    CHECK_FALSE(parse_listen_address("unix:/" + std::string(107, 'a')).has_value());
}

TEST_CASE("listener: an empty host is every address of this host", "[http]") {
    RunningServer server({}, {":0"});
    const std::string port = server.address().substr(server.address().rfind(':'));
    Client four("127.0.0.1" + port);
    CHECK(four.get("/hello").status == 200);
    Client six("[::1]" + port);
    CHECK(six.get("/hello").status == 200);
}

}  // namespace
}  // namespace erp
