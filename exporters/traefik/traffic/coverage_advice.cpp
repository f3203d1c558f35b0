#include "exporters/traefik/traffic/coverage.hpp"

#include <utility>

namespace erp::traefik {
namespace {

struct Loss {
    Field field;
    const char* key;   ///< in Traefik's configuration
    const char* what;  ///< "Without <key> there …"
};
constexpr Loss kLosses[] = {
    {Field::status, "DownstreamStatus", "is nothing at all: each entry counts as malformed"},
    {Field::start, "StartUTC",
     "is no telling when a tenant was last served, nor which lines are there twice"},
    {Field::duration, "Duration", "are no latencies"},
    {Field::upstream_time, "OriginDuration",
     "are no upstream times, and answers that broke look complete"},
    {Field::origin_status, "OriginStatus",
     "is no telling a server's error from an error page's or a buffer's"},
    {Field::bytes, "DownstreamContentSize",
     "are no response bytes, and Traefik's own 502, 503 and 504 look like a server's"},
    {Field::request_bytes, "RequestContentSize", "are no request bytes"},
    {Field::number, "RequestCount",
     "is no telling of lines that are lost, filtered or there twice"},
    {Field::entrypoint, "entryPointName", "is no telling entrypoints apart"},
    {Field::router, "RouterName", "is no tenant by router, and no router of an error"},
    {Field::service, "ServiceName", "is no service of a request, nor of a server"},
    {Field::server, "ServiceURL", "is no health of servers"},
    {Field::host, "RequestHost",
     "is no tenant by host, and no telling whose host no router matched"},
    {Field::client, "ClientHost", "is no estimate of who knocks in vain"},
    {Field::method, "RequestMethod", "is no telling a broken upload from a broken answer"},
    {Field::path, "RequestPath", "are no classes of requests"},
    {Field::protocol, "RequestProtocol", "are no versions of HTTP"},
    {Field::tls, "TLSVersion and TLSCipher", "are no versions and ciphers of TLS"},
};

/// More than a log lacks of requests that run still.
bool is_filtered(const CoverageReport& report) {
    return report.absent * 4 > report.numbers;
}

}  // namespace

std::vector<std::string> advice(const CoverageReport& report) {
    std::vector<std::string> all;
    if (report.other_format) {
        all.emplace_back(
            "Entries are in another format than `format` of this target says, and count as "
            "malformed: leave `format` out, or set it to accessLog.format of Traefik.");
    }
    const bool clf = report.format == LogFormat::common || report.format == LogFormat::generic;
    if (report.format == LogFormat::common) {
        all.emplace_back(
            "CLF has no upstream times, hosts, entrypoints, services and TLS, and answers that "
            "broke look complete: set accessLog.format to json.");
    }
    if (report.format == LogFormat::generic) {
        all.emplace_back(
            "genericCLF has no durations, routers, servers and numbers of requests, and so no "
            "latencies and no tenants; nor has it upstream times, hosts, entrypoints, services "
            "and TLS: set accessLog.format to json.");
    }
    for (const Loss& loss : kLosses) {
        // What the format has no place for is said above.
        const auto there = report.fields.at(static_cast<std::size_t>(loss.field));
        if (there.value_or(true) || (clf && !has_place(report.format, loss.field))) continue;
        all.push_back(std::string("Without ") + loss.key + " there " + loss.what +
                      ": keep it (accessLog.fields.names).");
    }
    if (is_filtered(report)) {
        all.push_back(
            "Of the last " + std::to_string(report.numbers) + " numbers of requests " +
            std::to_string(report.absent) +
            " are not in the log: accessLog.filters (statusCodes, minDuration) leave them out, or "
            "lines are lost. What is left out is in no count, ratio and latency: remove the "
            "filters.");
    }
    if (report.slow_proxy) {
        all.emplace_back(
            "Most requests spend over 100 ms in Traefik: in middlewares, or in the queue of its "
            "log, which Duration and Overhead hold. With accessLog.bufferingSize lines come late, "
            "and are lost when Traefik is killed: set it to 0, or give the log a faster disk.");
    }
    if (report.statusless_abort) {
        all.emplace_back(
            "This Traefik writes the status 0 and no bytes for answers that broke: update it "
            "(3.1.3, 2.11.9) to see what was sent of them.");
    }
    if (report.v2) {
        all.emplace_back(
            "This is Traefik 2: its 503 for a lack of servers looks like that of an open circuit "
            "breaker (cause `unavailable`), and an upload that its client breaks off like a "
            "server's failure: update to version 3 to tell them apart.");
    }
    if (report.zero_trace) {
        all.emplace_back(
            "Trace ids are zeros, as Traefik 3.3.3 to 3.3.6 writes without tracing: turn tracing "
            "on to get exemplars, or update Traefik.");
    }
    return all;
}

std::string advice(const LikelyCopy& copy) {
    if (copy.router.empty()) return {};
    return "Router " + copy.router + " is of no tenant: if " + copy.entrypoint +
           " is an entrypoint of this Traefik, add it to `entrypoints`, and copies of routers for "
           "it are their tenants' (this one " +
           copy.tenant + "'s); else add a rule for the router.";
}

}  // namespace erp::traefik
