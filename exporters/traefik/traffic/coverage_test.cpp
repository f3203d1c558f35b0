#include "exporters/traefik/traffic/coverage.hpp"

#include "exporters/traefik/log/recording.hpp"

#include <catch2/catch.hpp>

#include <map>

namespace erp::traefik {
namespace {

using Sentences = std::vector<std::string>;

void read(Coverage& coverage, const std::string& text) {
    LineParser parser(LogFormat::detect);
    Entry entry;
    const Padded padded(text);
    const ParseReason reason = parser.parse(padded.text(), entry);
    if (reason == ParseReason::none) coverage.see(entry);
    if (reason == ParseReason::missing_status) coverage.see_without_status();
}

Coverage after(const std::string& file, const std::string& without = {}) {
    Coverage coverage;
    const Recording recording(file);
    for (const std::string_view line : recording.lines()) {
        std::string text(line);
        if (!without.empty()) {  // another key that nobody reads
            for (std::size_t at = 0; (at = text.find('"' + without, at)) != std::string::npos;)
                text[at + 1] = '_';
        }
        read(coverage, text);
    }
    return coverage;
}

std::optional<bool> there(const Coverage& coverage, Field field) {
    return coverage.report().fields.at(static_cast<std::size_t>(field));
}

std::string kept(const std::string& loss) {
    return "Without " + loss + ": keep it (accessLog.fields.names).";
}

TEST_CASE("coverage: a whole JSON log needs no advice", "[traefik]") {
    CHECK(advice(after("3.7.15/access.json.log").report()).empty());
    CHECK(advice(after("3.7.15/access.buffered.json.log").report()).empty());
    CHECK(there(after("3.7.15/access.json.log"), Field::trace) == false);
    CHECK(there(after("3.7.15/access.json.log"), Field::tls) == true);
}

TEST_CASE("coverage: of each field that is dropped is said what is not seen", "[traefik]") {
    const std::map<std::string, std::string> losses = {
        {"DownstreamStatus", "is nothing at all: each entry counts as malformed"},
        {"OriginDuration", "are no upstream times, and answers that broke look complete"},
        {"OriginStatus", "is no telling a server's error from an error page's or a buffer's"},
        {"DownstreamContentSize",
         "are no response bytes, and Traefik's own 502, 503 and 504 look like a server's"},
        {"RequestContentSize", "are no request bytes"},
        {"RequestCount", "is no telling of lines that are lost, filtered or there twice"},
        {"entryPointName", "is no telling entrypoints apart"},
        {"RouterName", "is no tenant by router, and no router of an error"},
        {"ServiceName", "is no service of a request, nor of a server"},
        {"RequestHost", "is no tenant by host, and no telling whose host no router matched"},
        {"ClientHost", "is no estimate of who knocks in vain"},
        {"RequestMethod", "is no telling a broken upload from a broken answer"},
        {"RequestPath", "are no classes of requests"},
        {"RequestProtocol", "are no versions of HTTP"}};
    for (const auto& [key, loss] : losses) {
        CAPTURE(key);
        CHECK(advice(after("3.7.15/access.json.log", key).report()) ==
              Sentences{kept(std::string(key).append(" there ").append(loss))});
    }
    CHECK(advice(after("3.7.15/access.json.log", "Duration\"").report()) ==
          Sentences{kept("Duration there are no latencies")});
    CHECK(advice(after("3.7.15/access.json.log", "Start").report()) ==
          Sentences{kept("StartUTC there is no telling when a tenant was last served, nor which "
                         "lines are there twice")});
    CHECK(advice(after("3.7.15/access.json.log", "TLSVersion").report()) ==
          Sentences{kept("TLSVersion and TLSCipher there are no versions and ciphers of TLS")});
    // Either of these two names a server.
    CHECK(advice(after("3.7.15/access.json.log", "ServiceAddr").report()).empty());
}

TEST_CASE("coverage: a log of few fields is no other format", "[traefik]") {
    const Sentences all = advice(after("3.7.15/access.dropped.json.log").report());
    CHECK(all.size() == 13);
    for (const std::string& sentence : all) {
        CAPTURE(sentence);
        CHECK(sentence.find("accessLog.format") == std::string::npos);
    }
    CHECK(there(after("3.7.15/access.dropped.json.log"), Field::duration) == true);
    CHECK(there(after("3.7.15/access.dropped.json.log"), Field::router) == true);
    CHECK(there(after("3.7.15/access.dropped.json.log"), Field::upstream_time) == false);
}

TEST_CASE("coverage: CLF is advised to be JSON, and to keep what it can have", "[traefik]") {
    const std::string common =
        "CLF has no upstream times, hosts, entrypoints, services and TLS, and answers that broke "
        "look complete: set accessLog.format to json.";
    CHECK(advice(after("3.7.15/access.clf.log").report()) == Sentences{common});
    CHECK(advice(after("3.7.15/access.clf-default.log").report()) == Sentences{common});
    CHECK(advice(after("3.7.15/access.clf-dropped.log").report()) ==
          Sentences{common, kept("Duration there are no latencies"),
                    kept("RequestCount there is no telling of lines that are lost, filtered or "
                         "there twice"),
                    kept("RouterName there is no tenant by router, and no router of an error"),
                    kept("ServiceURL there is no health of servers")});
    CHECK(advice(after("3.7.15/access.genericclf.log").report()) ==
          Sentences{"genericCLF has no durations, routers, servers and numbers of requests, and so "
                    "no latencies and no tenants; nor has it upstream times, hosts, entrypoints, "
                    "services and TLS: set accessLog.format to json."});
}

TEST_CASE("coverage: filters leave holes in the numbers of requests", "[traefik]") {
    CHECK(advice(after("3.7.15/access.filters.json.log").report()) ==
          Sentences{"Of the last 21 numbers of requests 7 are not in the log: accessLog.filters "
                    "(statusCodes, minDuration) leave them out, or lines are lost. What is left "
                    "out is in no count, ratio and latency: remove the filters."});
    // Long connections end with the numbers of long ago, and Traefik begins again from 1.
    Coverage coverage;
    for (const int number :
         {5'000, 5'001, 5'002, 17, 5'003, 5'004, 4'990, 5'005, 5'006, 5'007, 5'008, 5'009, 5'010,
          5'011, 1,     2,     3,  4,     5,     6,     7,     8,     9,     10,    11,    12})
        read(coverage, R"({"DownstreamStatus":200,"RequestCount":)" + std::to_string(number) + "}");
    CHECK(coverage.report().absent == 0);
    CHECK(coverage.report().numbers > 10);
}

TEST_CASE("coverage: what versions of Traefik write in another way is said of those", "[traefik]") {
    CHECK(advice(after("3.0.4/access.json.log").report()) ==
          Sentences{"This Traefik writes the status 0 and no bytes for answers that broke: update "
                    "it (3.1.3, 2.11.9) to see what was sent of them."});
    CHECK(advice(after("3.3.6/access.json.log").report()) ==
          Sentences{"Trace ids are zeros, as Traefik 3.3.3 to 3.3.6 writes without tracing: turn "
                    "tracing on to get exemplars, or update Traefik."});
    CHECK(advice(after("2.11.53/access.json.log").report()) ==
          Sentences{"This is Traefik 2: its 503 for a lack of servers looks like that of an open "
                    "circuit breaker (cause `unavailable`), and an upload that its client breaks "
                    "off like a server's failure: update to version 3 to tell them apart."});
}

TEST_CASE("coverage: a queue that log lines wait in shows as time in Traefik", "[traefik]") {
    Coverage coverage;
    for (int i = 0; i < 25; ++i) {
        Entry entry;
        entry.duration = 1'240'000'000;
        entry.origin_duration = 5'000'000;
        entry.overhead = 1'235'000'000;
        coverage.see(entry);
    }
    CHECK(coverage.report().slow_proxy);
    bool told = false;
    for (const std::string& sentence : advice(coverage.report()))
        told |= sentence.find("accessLog.bufferingSize") != std::string::npos;
    CHECK(told);
}

TEST_CASE("coverage: who knocks in vain says nothing of routers, services and servers",
          "[traefik]") {
    Coverage coverage;
    for (int i = 0; i < 30; ++i)
        read(coverage, std::string(Recording("3.7.15/access.filters.json.log").lines()[1]));
    CHECK_FALSE(there(coverage, Field::router));
    CHECK_FALSE(there(coverage, Field::service));
    CHECK_FALSE(there(coverage, Field::server));
    CHECK(there(coverage, Field::host) == true);
}

TEST_CASE("coverage: what clients make of a key is not what the configuration keeps", "[traefik]") {
    Coverage coverage;
    for (int i = 0; i < 30; ++i)
        read(coverage, R"({"DownstreamStatus":405,"RequestMethod":"-","RequestHost":""})");
    CHECK(there(coverage, Field::method) == true);
    CHECK(there(coverage, Field::host) == true);
    CHECK(there(coverage, Field::path) == false);
    CHECK_FALSE(there(coverage, Field::tls));
    for (int i = 0; i < 30; ++i)
        read(coverage, R"({"DownstreamStatus":405,"RequestScheme":"https","TLSVersion":"1.3"})");
    CHECK(there(coverage, Field::tls) == false);  // without its cipher
    read(coverage, R"({"DownstreamStatus":405,"TLSCipher":"X","TLSVersion":"1.3"})");
    CHECK(there(coverage, Field::tls) == true);
    CHECK(there(coverage, Field::method) == true);
}

TEST_CASE(
    "coverage: few entries tell nothing, what is kept again is seen again, and a restart "
    "forgets none of it",
    "[traefik]") {
    Coverage coverage;
    const std::string timed = R"({"DownstreamStatus":200,"Duration":1})";
    const std::string numbered = R"({"DownstreamStatus":200,"RequestCount":7})";
    for (int i = 0; i < 19; ++i)
        read(coverage, timed);
    CHECK(there(coverage, Field::duration) == true);
    CHECK_FALSE(there(coverage, Field::number));
    read(coverage, timed);
    CHECK(there(coverage, Field::number) == false);
    for (std::uint32_t i = 0; i + 1 < Coverage::kWindow; ++i)
        read(coverage, numbered);
    CHECK(there(coverage, Field::duration) == true);
    CHECK(there(coverage, Field::number) == true);
    std::string bytes;
    coverage.save(bytes);
    Coverage second;
    tail::ByteReader in(bytes);
    REQUIRE(second.restore(in));
    CHECK(second.report().fields == coverage.report().fields);
    read(second, numbered);
    CHECK(there(second, Field::duration) == false);
    read(second, timed);
    CHECK(there(second, Field::duration) == true);
    for (std::uint32_t i = 0; i < Coverage::kWindow; ++i)
        read(second, numbered);
    CHECK(there(second, Field::duration) == false);
}

TEST_CASE("coverage: the 0ms of CLF is a duration where others are longer", "[traefik]") {
    Coverage coverage;
    const auto seen = [&](std::int64_t duration) {
        Entry entry;
        entry.format = LogFormat::common;
        entry.duration = duration;
        coverage.see(entry);
        return entry.duration;
    };
    CHECK_FALSE(seen(0));
    CHECK(seen(3'000'000) == 3'000'000);
    CHECK(seen(0) == 0);
    for (std::uint32_t i = 2; i < Coverage::kWindow; ++i)
        (void)seen(0);
    CHECK_FALSE(seen(0));
    CHECK(there(coverage, Field::duration) == false);
}

}  // namespace
}  // namespace erp::traefik
