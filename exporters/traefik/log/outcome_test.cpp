#include "exporters/traefik/log/outcome.hpp"

#include "exporters/traefik/log/recording.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace erp::traefik {
namespace {

std::string words(Outcome outcome) {
    return std::string(to_string(outcome.cause)).append(", ").append(to_string(outcome.fault));
}

TEST_CASE("with fewer fields fewer causes are told, and none is made up", "[traefik]") {
    struct Row {
        const char* name;
        int status;
        const char* words;
    };
    const auto check = [](const std::string& file, const std::vector<Row>& rows) {
        const Recording recording(file);
        LineParser parser(LogFormat::detect);
        Entry entry;
        for (const Row& row : rows) {
            std::size_t seen = 0;
            for (const Case& found : cases_of(file)) {
                for (std::size_t i = 0; i < found.lines && found.name == row.name; ++i) {
                    REQUIRE(parser.parse(recording.lines().at(found.first_line - 1 + i), entry) ==
                            ParseReason::none);
                    if (entry.status != row.status) continue;
                    CAPTURE(file, row.name);
                    CHECK(words(outcome_of(entry)) == row.words);
                    ++seen;
                }
            }
            CAPTURE(file, row.name, row.status);
            CHECK(seen > 0);
        }
    };
    // Status, duration, router and start are all there is.
    check("3.7.15/access.dropped.json.log", {{"ok-h1-tls13", 200, "unknown, none"},
                                             {"404-no-router", 404, "no_router, client"},
                                             {"502-refused", 502, "unknown, backend"},
                                             {"503-all-down", 503, "unknown, backend"},
                                             {"401-wrong", 401, "unknown, unknown"},
                                             {"ws-client-close", 0, "upgraded, none"},
                                             {"499-early", 499, "client_abort_early, client"}});
    // Neither router nor server: sizes are what is left.
    check("3.7.15/access.genericclf.log", {{"ok-h1-tls13", 200, "unknown, none"},
                                           {"404-no-router", 404, "unknown, unknown"},
                                           {"502-refused", 502, "dial_error, backend"},
                                           {"503-all-down", 503, "no_server, backend"},
                                           {"401-wrong", 401, "unknown, unknown"},
                                           {"ws-client-close", 0, "upgraded, none"},
                                           {"499-early", 499, "client_abort_early, client"}});
    check("3.7.15/access.clf-dropped.log", {{"ok-h1-tls13", 200, "unknown, none"},
                                            {"401-wrong", 401, "unknown, unknown"},
                                            {"502-refused", 502, "unknown, backend"}});
}

TEST_CASE("signatures that no recording has", "[traefik]") {
    const auto outcome = [](std::string_view members) {
        LineParser parser(LogFormat::json);
        Entry entry;
        const Padded line("{" + std::string(members) + "}");
        REQUIRE(parser.parse(line.text(), entry) == ParseReason::none);
        return words(outcome_of(entry));
    };
    CHECK(words(outcome_of({})) == "unknown, unknown");
    // v1 has 101 for a WebSocket.
    CHECK(outcome(R"("DownstreamStatus":101,"BackendName":"b")") == "upgraded, none");
    // FastProxy: a connection that breaks in an answer is 502 with its bytes counted.
    CHECK(outcome(R"("DownstreamStatus":502,"OriginStatus":502,"OriginDuration":9,)"
                  R"("ServiceName":"s","DownstreamContentSize":100011)") == "origin, backend");
    // A 204 whose OriginStatus is zero, though a server answered.
    CHECK(outcome(R"("DownstreamStatus":204,"OriginStatus":0,"OriginDuration":9,)"
                  R"("ServiceName":"s","DownstreamContentSize":0)") == "origin, none");
    CHECK(outcome(R"("DownstreamStatus":200,"OriginStatus":200,"OriginDuration":9,)"
                  R"("ServiceName":"s","origin_Grpc-Status":"14")") == "origin, backend");
    CHECK(outcome(R"("DownstreamStatus":200,"OriginStatus":200,"OriginDuration":9,)"
                  R"("ServiceName":"s","downstream_Grpc-Status":"0")") == "origin, none");
    // The server of a forwardAuth answers for itself.
    CHECK(outcome(R"("DownstreamStatus":502,"OriginStatus":0,"OriginDuration":0,)"
                  R"("RouterName":"r","DownstreamContentSize":40)") == "unknown, ingress");
    CHECK(outcome(R"("DownstreamStatus":304,"OriginStatus":0,"OriginDuration":0,)"
                  R"("RouterName":"r","DownstreamContentSize":0)") == "middleware, none");
    // A body may be what was broken.
    CHECK(outcome(R"("DownstreamStatus":500,"OriginStatus":500,"OriginDuration":9,)"
                  R"("RequestContentSize":5,"RequestMethod":"GET","DownstreamContentSize":21)") ==
          "proxy_error, unknown");
}

TEST_CASE("no 5xx is left without a fault that alerts ask for", "[traefik]") {
    // An outage behind v2, in CLF, and where the configuration drops what would tell more.
    const auto fault = [](std::string_view line) {
        LineParser parser(LogFormat::detect);
        parser.set_generation(Generation::v2);
        Entry entry;
        const Padded padded(line);
        REQUIRE(parser.parse(padded.text(), entry) == ParseReason::none);
        const Outcome outcome = outcome_of(entry);
        return outcome.fault == Fault::backend || outcome.fault == Fault::ingress
                   ? std::string(to_string(outcome.cause))
                   : words(outcome);
    };
    CHECK(fault(R"({"DownstreamStatus":503,"DownstreamContentSize":19,"OriginStatus":0,)"
                R"("RouterName":"odoo-acme@file"})") == "unavailable");
    CHECK(fault(R"(10.0.0.1 - - [22/Nov/2026:03:56:59 +0000] "GET /web HTTP/1.1" 503 19 "-" )"
                R"("-" 93 "odoo-acme@file" "-" 0ms)") == "unavailable");
    CHECK(fault(R"({"DownstreamStatus":503,"OriginStatus":0,"RouterName":"odoo-acme@file"})") ==
          "unavailable");
    CHECK(fault(R"({"DownstreamStatus":503,"OriginStatus":0,"DownstreamContentSize":19})") ==
          "unavailable");
    CHECK(fault(R"({"DownstreamStatus":503})") == "unknown");
    CHECK(fault(R"({"DownstreamStatus":500,"DownstreamContentSize":700})") == "unknown");
    // A forwardAuth's server that is overloaded.
    CHECK(fault(R"({"DownstreamStatus":503,"OriginStatus":0,"DownstreamContentSize":90,)"
                R"("RouterName":"odoo-acme@file"})") == "unknown");
}

TEST_CASE("each cause and each fault has its own word", "[traefik]") {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < kCauses; ++i)
        seen.insert(to_string(static_cast<Cause>(i)));
    CHECK(seen.size() == kCauses);
    CHECK(to_string(Cause::unknown) == "unknown");
    CHECK(to_string(Cause::client_abort_early) == "client_abort_early");
    CHECK(to_string(Fault::unknown) == "unknown");
    CHECK(to_string(Fault::backend) == "backend");
    seen.clear();
    for (std::size_t i = 0; i < kParseReasons; ++i)
        seen.insert(to_string(static_cast<ParseReason>(i)));
    CHECK(seen.size() == kParseReasons);
    CHECK(to_string(ParseReason::clf_shape) == "clf_shape");
}

}  // namespace
}  // namespace erp::traefik
