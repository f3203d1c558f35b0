#include "exporters/traefik/routing/unmatched_clients.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace erp::traefik {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kNow = 29'000'000 * kMinute + 30 * kSecond;

double at(const UnmatchedClients& clients, std::string_view entrypoint, std::int64_t now = kNow) {
    for (const auto& [name, networks] : clients.estimates(now)) {
        if (name == entrypoint) return networks;
    }
    return -1;
}

TEST_CASE("unmatched clients: a client is an IPv4 address, or 64 bits of an IPv6 one",
          "[unmatched]") {
    const auto same = [](const char* one, const char* other) {
        const auto network = client_network(one);
        REQUIRE(network);
        return network == client_network(other);
    };
    CHECK_FALSE(same("198.51.100.7", "198.51.100.8"));
    CHECK(same("198.51.100.7", "::ffff:198.51.100.7"));
    CHECK(same("2001:db8::1", "2001:db8:0:0:ffff::2"));
    CHECK_FALSE(same("2001:db8::1", "2001:db8:0:1::1"));
    CHECK(same("fe80::1%eth0", "fe80::1"));
    CHECK(same("made-up, 203.0.113.5,\t198.51.100.7", "198.51.100.7"));
    CHECK(same("198.51.100.7:51234", "198.51.100.7"));
    CHECK(same("[2001:db8::1]:443", "2001:db8::1"));
    for (const char* text : {"", "-", "acme", "198.51.100", "198.51.100.7,", "evil\"", "[", "[]",
                             ":", "%", "2001:db8::1::2", "198.51.100.7 - x"}) {
        CAPTURE(text);
        CHECK_FALSE(client_network(text));
    }
    CHECK_FALSE(client_network(std::string(10'000, '1')));
    CHECK_FALSE(client_network(std::string_view("198.51.100.7\0", 13)));
}

TEST_CASE("unmatched clients: those of five minutes, whatever the entries' clock says",
          "[unmatched]") {
    UnmatchedClients clients;
    CHECK(clients.estimates(kNow).empty());
    for (std::int64_t ago = 0; ago < 8; ++ago)
        clients.add("web", static_cast<std::uint64_t>(ago), kNow - ago * kMinute, kNow);
    CHECK(at(clients, "web") == Approx(5).epsilon(0.01));
    clients.add("web", 100, kNow + 3600 * kSecond, kNow);
    CHECK(at(clients, "web") == Approx(6).epsilon(0.01));
    CHECK(at(clients, "web", kNow + 2 * kMinute) == Approx(4).epsilon(0.01));
    CHECK(at(clients, "web", kNow + 5 * kMinute) == 0);
    // The same address a minute later is the same one, and an old minute's place is used anew.
    clients.add("web", 100, kNow + kMinute, kNow + kMinute);
    CHECK(at(clients, "web", kNow + kMinute) == Approx(5).epsilon(0.01));
    clients.add("web", 7, kNow + 60 * kMinute, kNow + 60 * kMinute);
    CHECK(at(clients, "web", kNow + 60 * kMinute) == Approx(1).epsilon(0.01));
}

TEST_CASE("unmatched clients: entrypoints apart, the surplus together, and back from a snapshot",
          "[unmatched]") {
    UnmatchedClients clients;
    for (std::uint64_t i = 0; i < 100; ++i)
        clients.add("port" + std::to_string(i), i, kNow, kNow);
    clients.add(std::string(300, 'x'), 100, kNow, kNow);
    CHECK(clients.estimates(kNow).size() == UnmatchedClients::kMostEntrypoints + 1);
    CHECK(at(clients, "port3") == Approx(1).epsilon(0.01));
    CHECK(at(clients, "_other") == Approx(37).epsilon(0.03));

    std::string bytes;
    clients.save(bytes);
    UnmatchedClients again;
    tail::ByteReader in(bytes);
    REQUIRE(again.restore(in));
    CHECK(in.at_end());
    CHECK(at(again, "_other") == at(clients, "_other"));
    // One that had none for some minutes gives its place up.
    clients.add("new", 7, kNow + 9 * kMinute, kNow + 9 * kMinute);
    CHECK(clients.estimates(kNow + 9 * kMinute).size() == 1);
    for (const std::size_t cut :
         {std::size_t{0}, std::size_t{7}, bytes.size() / 2, bytes.size() - 1}) {
        tail::ByteReader part(std::string_view(bytes).substr(0, cut));
        CHECK_FALSE(again.restore(part));
        CHECK(again.estimates(kNow).empty());
    }
}

TEST_CASE("unmatched clients: texts made to deceive are at most as many as requests",
          "[unmatched]") {
    UnmatchedClients clients;
    // Of these the estimate sees the longest run of zeros there is: 55 in one register each.
    for (std::uint64_t i = 0; i < 2'000; ++i)
        clients.add("web", i << 32U, kNow, kNow);
    for (int again = 0; again < 3; ++again)
        clients.add("web", 0, kNow, kNow);
    CHECK(at(clients, "web") <= 2'003);
    UnmatchedClients one;
    one.add("web", 0x9E3779B97F4A7C15, kNow, kNow);
    CHECK(at(one, "web") <= 1);
}

TEST_CASE("unmatched clients: a snapshot that save() cannot have written is refused",
          "[unmatched]") {
    const auto bytes = [](std::uint64_t number, const std::vector<std::string>& names) {
        std::string out;
        tail::put(out, std::uint64_t{names.size()});
        for (const std::string& name : names) {
            tail::put(out, std::string_view(name));
            for (int i = 0; i < UnmatchedClients::kMinutes; ++i) {
                tail::put(out, i == 0 ? number : 0);
                tail::put(out, std::uint64_t{1});
                tail::put(out, counting::Distinct().bytes());
            }
        }
        return out;
    };
    const auto good = [](const std::string& text) {
        tail::ByteReader in(text);
        UnmatchedClients clients;
        const bool restored = clients.restore(in);
        for (const std::int64_t now : {std::int64_t{0}, kNow, INT64_MAX})
            (void)clients.estimates(now);
        return restored;
    };
    CHECK(good(bytes(0, {"web"})));
    CHECK(good(bytes(29'000'000, {"web", "other"})));
    CHECK_FALSE(good(bytes(29'000'001, {"web"})));  // another minute's place
    CHECK_FALSE(good(bytes(std::uint64_t{1} << 63U, {"web"})));
    CHECK_FALSE(good(bytes(UINT64_MAX - 15, {"web"})));
    CHECK_FALSE(good(bytes(0, {"web", "web"})));
    std::vector<std::string> many;
    for (std::size_t i = 0; i < UnmatchedClients::kMostEntrypoints + 2; ++i)
        many.push_back(std::to_string(i));
    CHECK_FALSE(good(bytes(0, many)));
}

}  // namespace
}  // namespace erp::traefik
