#include "exporters/traefik/log/native_labels.hpp"

#include "exporters/traefik/log/recording.hpp"

#include <catch2/catch.hpp>

namespace erp::traefik {
namespace {

using Counts = std::map<std::string, int>;

std::string label(std::string_view line, const std::string& name) {
    const std::string before = name + "=\"";
    const std::size_t at = line.find(before);
    REQUIRE(at != std::string_view::npos);
    line.remove_prefix(at + before.size());
    return std::string(line.substr(0, line.find('"')));
}

/// traefik_router_requests_total of the same Traefik after the same requests.
Counts counted_by_traefik(const std::string& version) {
    Counts counts;
    const Recording page(version + "/metrics.router-requests.txt");
    for (const std::string_view line : page.lines()) {
        const std::string router = label(line, "router");
        // The test read the API before and after. A router may be left out of the log.
        if (router.ends_with("@internal") || router == "quiet@file") continue;
        const std::string key = label(line, "code") + " " + label(line, "method") + " " +
                                label(line, "protocol") + " " + router;
        counts[key] += std::stoi(std::string(line.substr(line.rfind(' '))));
    }
    return counts;
}

Counts counted_from_log(const std::string& version) {
    Counts counts;
    const Recording recording(version + "/access.json.log");
    LineParser parser(LogFormat::json);
    Entry entry;
    for (const std::string_view line : recording.lines()) {
        REQUIRE(parser.parse(line, entry) == ParseReason::none);
        if (entry.router.ends_with("@internal") || !native_counts(entry)) continue;
        std::string labels = native_code(entry);
        labels.append(" ").append(native_method(entry));
        labels.append(" ").append(native_protocol(entry)).append(" ");
        for (const std::string_view router : native_routers(entry))
            ++counts[labels + std::string(router)];
    }
    return counts;
}

std::string lines_of(const Counts& counts) {
    std::string lines;
    for (const auto& [labels, count] : counts)
        lines += labels + " " + std::to_string(count) + "\n";
    return lines;
}

TEST_CASE("labels from the log are those of Traefik's own metrics", "[traefik]") {
    for (const std::string version : {"3.7.15", "3.3.6", "3.0.4", "2.11.53"}) {
        CAPTURE(version);
        CHECK(lines_of(counted_from_log(version)) == lines_of(counted_by_traefik(version)));
    }
}

TEST_CASE("labels are bounded, and inferred where headers are not kept", "[traefik]") {
    Entry entry;
    entry.status = 200;
    entry.origin_status = 200;
    entry.origin_duration = 1;
    entry.service = "s";
    entry.method = "PRI";
    CHECK(native_method(entry) == "PRI");
    entry.method = "get";
    CHECK(native_method(entry) == "EXTENSION_METHOD");
    CHECK(native_protocol(entry) == "http");
    CHECK(native_routers(entry).empty());
    entry.accept = "text/html, Text/Event-Stream";
    CHECK(native_protocol(entry) == "sse");
    entry.accept = {};
    entry.content_type = "text/event-stream";
    CHECK(native_protocol(entry) == "sse");
    // A server's answer in this type to a request that did not ask for it.
    entry.accept = "*/*";
    CHECK(native_protocol(entry) == "http");
    entry.content_type = "application/grpc-web+proto";
    CHECK(native_protocol(entry) == "grpc-web");
    entry.content_type = "application/grpc";
    CHECK(native_protocol(entry) == "grpc");
    CHECK(native_code(entry) == "200");
    entry.grpc_status = "14";
    CHECK(native_code(entry) == "14");
    entry.grpc_status = "1400";
    CHECK(native_code(entry) == "200");
    entry.generation = Generation::v2;
    CHECK(native_protocol(entry) == "http");
    entry.upgrade = "WebSocket";
    CHECK(native_protocol(entry) == "websocket");
    entry.upgrade = {};
    entry.status = 0;
    CHECK(native_protocol(entry) == "websocket");
    CHECK(native_code(entry) == "0");
    entry.origin_duration = 0;
    CHECK_FALSE(native_counts(entry));
}

}  // namespace
}  // namespace erp::traefik
