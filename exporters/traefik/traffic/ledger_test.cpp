#include "core/tail/byte_codec.hpp"
#include "exporters/traefik/traffic/ledger_fixture.hpp"
#include "exporters/traefik/traffic/traffic_codec.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace erp::traefik {
namespace {

TEST_CASE("ledger: an answered request counts once everywhere", "[traefik]") {
    Ledger ledger;
    count(ledger, answered(), of_acme());
    count(ledger, answered(), of_acme());
    const Traffic now = ledger.traffic();
    REQUIRE(now.of<Requests>().size() == 1);
    CHECK(now.of<Requests>()[0].cell.requests == 2);
    CHECK(now.of<Requests>()[0].cell.response_bytes == 1400);
    CHECK(now.of<Requests>()[0].cell.request_bytes == 10);
    CHECK(now.text(Label::tenant, now.of<Requests>()[0].key[3]) == "acme");
    CHECK(now.of<Durations>().at(0).cell.counts[3] == 2);
    CHECK(now.of<Durations>().at(0).cell.sum == 80 * kMs);
    CHECK(now.of<Upstream>().at(0).cell.sum == 60 * kMs);
    CHECK(now.of<Overhead>().at(0).cell.sum == 20 * kMs);
    CHECK(now.of<LastRequest>().at(0).cell == 1'000'000 * bounds::kSecond + 40 * kMs);
    CHECK(now.of<Servers>().at(0).cell.last_success == now.of<LastRequest>()[0].cell);
    CHECK(now.of<Tls>().at(0).cell == 2);
    CHECK(now.of<Protocols>().at(0).cell == 2);
    CHECK(now.of<Connections>().empty());
    CHECK(now.of<Slow>().empty());
    CHECK(now.of<Unmatched>().empty());
    CHECK(now.of<Native>().empty());
}

TEST_CASE("ledger: a websocket has a life and no latency", "[traefik]") {
    Ledger ledger;
    Entry entry = answered();
    entry.status = 0;
    entry.duration = 600 * bounds::kSecond;
    entry.origin_duration = 599 * bounds::kSecond;
    count(ledger, entry, of_acme(Cause::upgraded));
    CHECK(ledger.traffic().of<Connections>().at(0).cell.sum == 600 * bounds::kSecond);
    CHECK(rows<Durations>(ledger) + rows<Upstream>(ledger) + rows<Overhead>(ledger) == 0);

    Judgement poll = of_acme();
    poll.lives = true;
    count(ledger, answered(), poll);
    CHECK(ledger.traffic().of<Connections>().at(0).cell.counts[0] == 1);
    poll.outcome = {Cause::dial_error, Fault::backend};
    count(ledger, answered(), poll);
    CHECK(ledger.traffic().of<Connections>().at(0).cell.counts[0] == 1);
    CHECK(rows<Durations>(ledger) == 0);
}

TEST_CASE("ledger: times that mean nothing are not observed", "[traefik]") {
    Ledger ledger;
    Entry refused = answered();
    refused.origin_duration = 0;
    refused.overhead = refused.duration;
    refused.service = {};
    refused.server = {};
    count(ledger, refused, of_acme(Cause::rate_limited, Fault::client));
    count(ledger, answered(), of_acme(Cause::abort_midstream, Fault::unknown));
    CHECK(rows<Upstream>(ledger) + rows<Overhead>(ledger) == 0);
    CHECK(rows<Servers>(ledger) == 1);
    CHECK(ledger.traffic().of<Servers>()[0].cell.last_success == 0);

    Entry bare;
    bare.status = 404;
    count(ledger, bare, of_acme(Cause::no_router, Fault::client));
    const Traffic now = ledger.traffic();
    CHECK(now.of<Durations>().at(0).cell.counts[3] == 2);
    CHECK(now.of<LastRequest>().size() == 1);
    CHECK(now.of<Requests>().size() == 3);
}

TEST_CASE("ledger: slow is what was promised otherwise, if the client stayed", "[traefik]") {
    Ledger ledger;
    Judgement judgement = of_acme();
    judgement.promised = 40 * kMs;
    count(ledger, answered(), judgement);
    CHECK(ledger.traffic().of<Slow>().at(0).cell == 0);
    judgement.promised = 39 * kMs;
    count(ledger, answered(), judgement);
    judgement.outcome.cause = Cause::client_abort_early;
    count(ledger, answered(), judgement);
    CHECK(ledger.traffic().of<Slow>().at(0).cell == 1);
}

TEST_CASE("ledger: a status that nobody knows is `other`", "[traefik]") {
    Ledger ledger;
    for (const int status : {299, 599, 999, -5, 100'000}) {
        Entry entry = answered();
        entry.status = status;
        count(ledger, entry, of_acme());
    }
    const Traffic now = ledger.traffic();
    REQUIRE(now.of<Requests>().size() == 1);
    CHECK(now.text(Label::code, now.of<Requests>()[0].key[5]) == "other");
}

std::string encoded(Ledger& ledger) {
    std::string bytes;
    encode(ledger.traffic(), bytes);
    return bytes;
}

std::optional<Traffic> decoded(std::string_view bytes) {
    tail::ByteReader in(bytes);
    auto traffic = decode(in);
    return in.at_end() ? std::move(traffic) : std::nullopt;
}

TEST_CASE("ledger: what is restored goes on as if nothing had happened", "[traefik]") {
    Ledger ledger;
    Ledger other;
    for (int i = 0; i < 50; ++i) {
        const std::string router = "r" + std::to_string(i % 9) + "@file";
        Entry entry = answered();
        entry.router = router;
        entry.duration = (7 + i) * kMs;
        entry.status = 200 + i % 5;
        Judgement judgement = of_acme();
        judgement.promised = 20 * kMs;
        judgement.native = true;
        judgement.native_code = "200";
        count(ledger, entry, judgement);
        if (i == 25) {
            const auto traffic = decoded(encoded(ledger));
            REQUIRE(traffic);
            REQUIRE(other.restore(*traffic));
        }
        if (i > 25) count(other, entry, judgement);
    }
    CHECK(encoded(other) == encoded(ledger));
}

TEST_CASE("ledger: traces become exemplars, the newest of each bucket", "[traefik]") {
    Ledger ledger;
    Entry entry = answered();
    for (const char* trace : {"aa01", "", "aa02", "no trace", "aa0x"}) {
        entry.trace = trace;
        count(ledger, entry, of_acme());
    }
    const counting::Details details = ledger.traffic().durations;
    REQUIRE(details.size() == 1);
    REQUIRE(details[0]->exemplars.size() == 1);
    CHECK(details[0]->exemplars[0].labels[0].second == "aa02");
    CHECK(details[0]->exemplars[0].value == 0.04);
    CHECK(details[0]->native == nullptr);
    // An unchanged row is the same object.
    CHECK(ledger.traffic().durations[0] == details[0]);
}

TEST_CASE("ledger: native buckets are kept when they are wanted, and go on", "[traefik]") {
    Ledger ledger({.native_histograms = true, .full_histograms = true});
    count(ledger, answered(), of_acme());
    const auto traffic = decoded(encoded(ledger));
    REQUIRE(traffic);
    Ledger again({.native_histograms = true, .full_histograms = true});
    REQUIRE(again.restore(*traffic));
    count(ledger, answered(), of_acme());
    count(again, answered(), of_acme());
    CHECK(encoded(again) == encoded(ledger));
    const Traffic now = again.traffic();
    REQUIRE(now.durations.at(0)->native);
    CHECK(now.durations[0]->native->deltas == std::vector<std::int64_t>{2});
    CHECK(now.upstream.at(0)->native->deltas == std::vector<std::int64_t>{2});
    // Another reader, that does not want them, takes the rest.
    Ledger without;
    REQUIRE(without.restore(now));
    CHECK(without.traffic().durations.empty());
}

TEST_CASE("ledger: native buckets that are wanted later hold all that was counted before",
          "[traefik]") {
    const bool full = GENERATE(true, false);
    Ledger before({.full_histograms = true});
    Entry entry = answered();
    entry.trace = "aa01";
    for (const std::int64_t duration : {-kMs, 1 * kMs, 40 * kMs, 300 * kMs, 600'000 * kMs}) {
        entry.duration = duration;
        count(before, entry, of_acme());
    }
    const auto traffic = decoded(encoded(before));
    REQUIRE(traffic);
    Ledger ledger({.native_histograms = true, .full_histograms = full});
    REQUIRE(ledger.restore(*traffic));
    const auto is_whole = [&ledger](std::uint64_t requests) {
        const Traffic now = ledger.traffic();
        REQUIRE(now.durations.at(0)->native);
        CHECK(NativeHistogram(*now.durations[0]->native).count() == requests);
        CHECK(NativeHistogram(*now.upstream.at(0)->native).count() == requests);
        CHECK(now.durations[0]->native->schema == NativeHistogram::kSchema);
    };
    is_whole(5);
    entry.duration = -kMs;
    count(ledger, entry, of_acme());
    is_whole(6);
}

TEST_CASE("ledger: damaged bytes are refused", "[traefik]") {
    Ledger ledger;
    count(ledger, answered(), of_acme());
    const std::string bytes = encoded(ledger);
    CHECK(decoded(bytes));
    for (std::size_t size = 0; size < bytes.size(); size += 5)
        CHECK_FALSE(decoded(std::string_view(bytes).substr(0, size)));
    std::string wrong = bytes;
    for (std::size_t i = 0; i < wrong.size(); ++i) {
        const char before = wrong[i];
        wrong[i] = static_cast<char>(before ^ 0x55);
        // Not all damage shows here; the snapshot's checksum is for that.
        if (const auto traffic = decoded(wrong)) (void)Ledger().restore(*traffic);
        wrong[i] = before;
    }
}

}  // namespace
}  // namespace erp::traefik
