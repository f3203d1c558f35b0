#include "core/http/server.hpp"

#include "core/http/server_fixture.hpp"

#include <catch2/catch.hpp>

namespace erp {
namespace {

using namespace http_test;

TEST_CASE("server: answers with type, length and the protective headers", "[http]") {
    RunningServer server({});
    Client client(server.address());
    const Reply reply = client.get("/hello");
    CHECK(reply.status == 200);
    CHECK(reply.body == "hello\n");
    CHECK(reply.header("Content-Type") == "text/plain; charset=utf-8");
    CHECK(reply.header("Content-Length") == "6");
    CHECK(reply.header("X-Content-Type-Options") == "nosniff");
    CHECK(reply.header("Cache-Control") == "no-store");
    CHECK(reply.header("Date").ends_with("GMT"));
    CHECK(reply.header("Server").empty());
    CHECK(server.answered("/hello", 200) == 1);
}

TEST_CASE("server: a connection serves many requests", "[http]") {
    RunningServer server({});
    Client client(server.address());
    for (int i = 0; i < 5; ++i)
        CHECK(client.get("/hello").status == 200);
    CHECK(client.get("/nowhere").status == 404);
    CHECK(client.get("/big").body.size() == 4 << 20);
    CHECK(client.get("/hello").status == 200);
    CHECK(server.connections() == 1);
    CHECK(server.answered("other", 404) == 1);
}

TEST_CASE("server: pipelined requests are answered in order", "[http]") {
    RunningServer server({});
    Client client(server.address());
    client.send(request("GET", "/slow") + request("GET", "/hello") + request("HEAD", "/hello") +
                request("GET", "/nowhere") + request("GET", "/hello", "Connection: close\r\n"));
    CHECK(client.receive().body == "slow\n");
    CHECK(client.receive().body == "hello\n");
    CHECK(client.receive(false).status == 200);
    CHECK(client.receive().status == 404);
    CHECK(client.receive().body == "hello\n");
    CHECK(client.closed());
}

TEST_CASE("server: a client that ends its side gets the answers to what it asked", "[http]") {
    const SocketFile file;
    RunningServer server({}, {"127.0.0.1:0", file.address});
    Client client(server.addresses()[GENERATE(0U, 1U)]);
    client.send(request("GET", "/hello") + request("GET", "/big") + request("GET", "/slow"));
    client.half_close();
    CHECK(client.receive().body == "hello\n");
    CHECK(client.receive().body.size() == 4 << 20);
    CHECK(client.receive().body == "slow\n");
    CHECK(client.closed());
    CHECK(server.settles_at(0));
}

TEST_CASE("server: a client that ends its side in a header is not waited for", "[http]") {
    RunningServer server({});
    Client client(server.address());
    client.send("GET /hello HTTP/1.1\r\n");
    client.half_close();
    CHECK(client.closed());
    CHECK(server.settles_at(0));
}

TEST_CASE("server: HEAD has the length of GET and no body", "[http]") {
    RunningServer server({});
    Client client(server.address());
    client.send(request("HEAD", "/big", "Connection: close\r\n"));
    const Reply reply = client.receive(false);
    CHECK(reply.status == 200);
    CHECK(reply.header("Content-Length") == "4194304");
    CHECK(client.closed());
}

TEST_CASE("server: POST goes through without a body only", "[http]") {
    RunningServer server({});
    Client client(server.address());
    client.send(request("POST", "/hello"));
    CHECK(client.receive().status == 200);
    client.send(request("POST", "/hello", "Content-Length: 0\r\n"));
    CHECK(client.receive().status == 200);
    client.send(request("POST", "/big"));
    const Reply refused = client.receive();
    CHECK(refused.status == 405);
    CHECK(refused.header("Allow") == "GET, HEAD");
    client.send(request("BREW", "/hello"));
    CHECK(client.receive().status == 405);
}

TEST_CASE("server: a body is refused and the connection closed", "[http]") {
    RunningServer server({});
    Client client(server.address());
    SECTION("by its length") {
        client.send(request("POST", "/hello", "Content-Length: 5\r\n") + "GET /");
    }
    SECTION("by a length that no body has") {
        client.send(request("GET", "/hello", "Content-Length: 18446744073709551615\r\n"));
    }
    SECTION("in chunks") {
        client.send(request("GET", "/hello", "Transfer-Encoding: chunked\r\n") +
                    "5\r\nGET /\r\n0\r\n\r\n");
    }
    SECTION("while it still comes") {
        client.send(request("POST", "/hello", "Content-Length: 100000\r\n") +
                    std::string(100000, 'x'));
    }
    CHECK(client.receive().status == 413);
    CHECK(client.closed());
    CHECK(server.answered("other", 413) == 1);
}

TEST_CASE("server: handlers see decoded parameters and joined headers", "[http]") {
    RunningServer server({});
    Client client(server.address());
    client.send(request("GET", "/query?collect[]=a&collect[]=b+c",
                        "Accept: text/plain\r\nAccept: */*;q=0.1\r\nAccept-Encoding: gzip\r\n"
                        "X-Prometheus-Scrape-Timeout-Seconds: 2.5\r\n"));
    const Reply reply = client.receive();
    CHECK(reply.body.starts_with(
        "collect[]=a;collect[]=b c;text/plain,*/*;q=0.1;gzip;2.500000;127.0.0.1:"));
    CHECK(reply.header("Vary") == "Accept-Encoding");
}

TEST_CASE("server: a scrape timeout that is no positive number is not seen", "[http]") {
    RunningServer server({});
    Client client(server.address());
    const std::string value = GENERATE("0", "-1", "nan", "inf", "1e999", "soon", "");
    client.send(request("GET", "/query", "X-Prometheus-Scrape-Timeout-Seconds: " + value + "\r\n"));
    CHECK(client.receive().body.starts_with(";;;127.0.0.1:"));
}

TEST_CASE("server: HTTP/1.0 closes unless asked to stay", "[http]") {
    RunningServer server({});
    Client client(server.address());
    client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(client.receive().body == "hello\n");
    client.send("GET /hello HTTP/1.0\r\n\r\n");
    CHECK(client.receive().body == "hello\n");
    CHECK(client.closed());
}

TEST_CASE("server: what is not HTTP/1 gets 400 or is cut", "[http]") {
    RunningServer server({});
    Client client(server.address());
    const std::string junk = GENERATE(
        std::string("GET /\r\n\r\n"), std::string("GET /hello HTTP/2.0\r\n\r\n"),
        std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
        std::string("\r\n\r\n\r\n\r\n"), std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        std::string(64, '\0'),
        request("GET", "/hello", "Content-Length: 1\r\nContent-Length: 2\r\n"),
        request("GET", "/hello", "Content-Length: -1\r\n"),
        request("GET", "/hello", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"),
        request("GET", "/hello", "Bad Name: x\r\n"), request("GET", "/hello", "X: a\nY: b\r\n"),
        request("GET", "/hel\x01lo"), request("GET", "/hello", "Host: two\r\n"),
        std::string("GET /hello HTTP/1.1\r\n\r\n"), request("GET", "/a?b=%00"),
        request("GET", "/%zz"), request("OPTIONS", "*"), request("CONNECT", "host:80"),
        request("GET", "/" + std::string(9000, 'a')));
    client.send(junk);
    const Reply reply = client.receive();
    CAPTURE(junk, reply.head);
    CHECK(reply.status == 400);
    CHECK(client.closed());
}

TEST_CASE("server: a header above its limit is 431", "[http]") {
    RunningServer server({});
    Client client(server.address());
    SECTION("in one field") {
        client.send(request("GET", "/hello", "X: " + std::string(64 << 10, 'x') + "\r\n"));
    }
    SECTION("in many") {
        std::string many;
        for (int i = 0; i < 5000; ++i)
            many += "X: y\r\n";
        client.send(request("GET", "/hello", many));
    }
    SECTION("in the first line") {
        client.send(request("GET", "/" + std::string(64 << 10, 'x')));
    }
    CHECK(client.receive().status == 431);
    CHECK(client.closed());
}

TEST_CASE("server: a header close to its limit is read, and so is the next", "[http]") {
    RunningServer server({});
    Client client(server.address());
    const std::string large = request("GET", "/hello", "X: " + std::string(16'000, 'x') + "\r\n");
    client.send(large + large + large);
    for (int i = 0; i < 3; ++i)
        CHECK(client.receive().status == 200);
}

TEST_CASE("server: a handler that throws is 500 without its words", "[http]") {
    RunningServer server({});
    Client client(server.address());
    const Reply reply = client.get("/throw");
    CHECK(reply.status == 500);
    CHECK(reply.body == "internal error\n");
    CHECK(client.get("/hello").status == 200);
}

TEST_CASE("server: serves several addresses, IPv6 and a unix socket among them", "[http]") {
    const SocketFile file;
    RunningServer server({}, {"127.0.0.1:0", "[::1]:0", file.address});
    for (const std::string& address : server.addresses()) {
        Client client(address);
        CHECK(client.get("/hello").status == 200);
    }
    Client local(file.address);
    CHECK(local.get("/query").body == ";;;unix\n");
    CHECK(server.addresses()[1].starts_with("[::1]:"));
    CHECK(server.addresses()[2] == file.address);
}

}  // namespace
}  // namespace erp
