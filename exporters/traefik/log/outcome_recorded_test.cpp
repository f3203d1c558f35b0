#include "exporters/traefik/log/outcome.hpp"
#include "exporters/traefik/log/recording.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace erp::traefik {
namespace {

/// What the driver did to the request, where it is not the server that answered.
struct Known {
    Cause cause;
    int status = 0;  ///< of the lines meant, where a case has others as well
};
const std::map<std::string, Known> kKnown = {
    {"redir-entrypoint", {Cause::redirect}},
    {"redir-middleware", {Cause::redirect}},
    {"redir-scheme", {Cause::redirect}},
    {"404-no-router", {Cause::no_router}},
    {"404-no-router-ip", {Cause::no_router}},
    {"404-bad-sni", {Cause::no_router}},
    {"404-disabled-router", {Cause::no_router}},
    {"404-disabled-rule", {Cause::no_router}},
    {"404-metrics-ep", {Cause::no_router}},
    {"404-internal-ep", {Cause::no_router}},
    {"layers-404", {Cause::no_router}},
    {"host-empty", {Cause::no_router}},
    {"host-missing-10", {Cause::no_router}},
    {"host-ipv6", {Cause::no_router}},
    {"tls-plaintext", {Cause::no_router}},
    {"421-tls-options", {Cause::middleware_deny}},
    {"401-none", {Cause::middleware_deny}},
    {"401-wrong", {Cause::middleware_deny}},
    {"basic-newline", {Cause::middleware_deny}},
    {"fwd-deny", {Cause::middleware_deny}},
    {"403-ip", {Cause::middleware_deny}},
    {"413-buffering", {Cause::middleware_deny}},
    {"429-rate", {Cause::rate_limited, 429}},
    {"429-noburst", {Cause::rate_limited, 429}},
    {"429-inflight", {Cause::rate_limited, 429}},
    {"fwd-server-down", {Cause::auth_unreachable}},
    {"cors-preflight", {Cause::middleware}},
    {"internal-ping", {Cause::middleware}},
    {"internal-api", {Cause::middleware}},
    {"api-routed", {Cause::middleware}},
    {"503-breaker", {Cause::breaker_open, 503}},
    {"503-all-down", {Cause::no_server}},
    {"503-no-server", {Cause::no_server}},
    {"503-p2c", {Cause::no_server}},
    {"503-hrw", {Cause::no_server}},
    {"503-leasttime", {Cause::no_server}},
    {"502-refused", {Cause::dial_error}},
    {"502-reset", {Cause::dial_error}},
    {"502-eof", {Cause::dial_error}},
    {"502-post-eof", {Cause::dial_error}},
    {"retry-all-fail", {Cause::dial_error}},
    {"ws-server-down", {Cause::dial_error}},
    {"504-header", {Cause::upstream_timeout}},
    {"504-dial", {Cause::upstream_timeout}},
    {"502-garbage", {Cause::proxy_error}},
    {"502-hugehead", {Cause::proxy_error}},
    {"500-bad-backend-cert", {Cause::proxy_error}},
    {"500-buffering", {Cause::proxy_error}},
    {"hdr-evil-origin", {Cause::proxy_error}},
    {"bad-chunk", {Cause::proxy_error}},
    {"499-early", {Cause::client_abort_early}},
    {"abort-early-h2", {Cause::client_abort_early}},
    {"abort-upload", {Cause::client_abort_early}},
    {"longpoll-abort", {Cause::client_abort_early}},
    {"abort-midbody-client", {Cause::abort_midstream}},
    {"abort-midbody-h2", {Cause::abort_midstream}},
    {"abort-stall", {Cause::abort_midstream}},
    {"sse-abort", {Cause::abort_midstream}},
    {"backend-reset-mid", {Cause::abort_midstream}},
    {"backend-eof-mid", {Cause::abort_midstream}},
    {"backend-chunk-reset", {Cause::abort_midstream}},
    {"ws-client-close", {Cause::upgraded}},
    {"ws-server-close", {Cause::upgraded}},
    {"ws-client-rst", {Cause::upgraded}},
    {"ws-server-rst", {Cause::upgraded}},
    {"ws-plain", {Cause::upgraded}},
};

/// Where an entry cannot tell what the driver knows.
struct Exception {
    std::string files;  ///< part of the name of the logs meant
    std::string name;
    int status;
    Outcome outcome;
    const char* reason;
};
const Outcome kBroken = {Cause::abort_midstream, Fault::unknown};
const Outcome kUnavailable = {Cause::unavailable, Fault::backend};
const Outcome kProxyError = {Cause::proxy_error, Fault::unknown};
const Outcome kAnswered = {Cause::origin, Fault::none};
const Outcome kDialError = {Cause::dial_error, Fault::backend};
const Outcome kTakenOver = {Cause::upgraded, Fault::none};
const Outcome kFailedServer = {Cause::origin, Fault::backend};

const char* const kWhoBroke = "an answer that broke does not say who broke it";
const char* const kClfBroken = "CLF has no OriginStatus: a broken answer is like a whole one";
const char* const kClfProxy = "CLF has no OriginStatus: a buffer or the server's answer";
const char* const kV2Sizes = "an open breaker and a lack of servers have one size in v2";
const char* const kClfVersion = "CLF does not tell v2, where a lack of servers has this size";
const char* const kNotInstalled = "a router that is not installed leaves no trace";
const char* const kEmptyService = "a service without servers is like one whose servers are down";
const char* const kClient4xx = "a 4xx of the server's counts as the client's";
const char* const kUpload = "a broken upload is 499 at times, and at times like a broken server";

const std::vector<Exception> kExceptions = {
    {"", "404-disabled-router", 404, {Cause::no_router, Fault::client}, kNotInstalled},
    {"", "404-disabled-rule", 404, {Cause::no_router, Fault::client}, kNotInstalled},
    {"", "ok-418", 418, {Cause::origin, Fault::client}, kClient4xx},
    {"", "ws-refused-400", 400, {Cause::origin, Fault::client}, kClient4xx},
    {"", "ws-misrouted", 500, kFailedServer, "the server answers, whoever sent it the request"},
    {"", "ws-client-rst", 0, kTakenOver, "nothing tells how a taken-over connection ended"},
    {"", "ws-server-rst", 0, kTakenOver, "nothing tells how a taken-over connection ended"},
    {"", "bad-chunk", 500, kProxyError, "a broken request is like a broken answer"},
    {"2.11.53/", "method-CONNECT", 501, kFailedServer, "Traefik's own, with a server's signature"},
    {"", "abort-upload", 502, kDialError, kUpload},
    // JSON
    {"json", "503-no-server", 503, {Cause::no_server, Fault::backend}, kEmptyService},
    {"json",
     "hdr-evil-origin",
     500,
     {Cause::proxy_error, Fault::backend},
     "the driver blames nobody for a header that Traefik refuses"},
    {"json", "errpage-502", 502, {Cause::unknown, Fault::backend}, "the error page is seen"},
    {"json", "errpage-503", 503, {Cause::unknown, Fault::backend}, "the error page is seen"},
    {"access.json", "grpc", 200, {Cause::origin, Fault::client}, "its status is 5, not found"},
    {"json", "abort-midbody-client", -1, kBroken, kWhoBroke},
    {"json", "abort-midbody-h2", -1, kBroken, kWhoBroke},
    {"json", "abort-stall", -1, kBroken, kWhoBroke},
    {"json", "sse-abort", -1, kBroken, kWhoBroke},
    {"json", "backend-reset-mid", -1, kBroken, kWhoBroke},
    {"json", "backend-eof-mid", -1, kBroken, kWhoBroke},
    {"json", "backend-chunk-reset", -1, kBroken, kWhoBroke},
    {"2.11.53/access.json", "503-breaker", 503, kUnavailable, kV2Sizes},
    {"2.11.53/access.json", "503-all-down", 503, kUnavailable, kV2Sizes},
    {"2.11.53/access.json", "503-no-server", 503, kUnavailable, kV2Sizes},
    // CLF
    {"3.7.15/access.clf", "503-no-server", 503, {Cause::no_server, Fault::backend}, kEmptyService},
    {"3.0.4/access.clf", "503-no-server", 503, {Cause::no_server, Fault::backend}, kEmptyService},
    {"clf", "503-breaker", 503, kUnavailable, kClfVersion},
    {"2.11.53/access.clf", "503-all-down", 503, kUnavailable, kClfVersion},
    {"2.11.53/access.clf", "503-no-server", 503, kUnavailable, kClfVersion},
    {"clf", "500-buffering", 500, kProxyError, kClfProxy},
    {"clf", "502-garbage", 500, kProxyError, kClfProxy},
    {"clf", "502-hugehead", 500, kProxyError, kClfProxy},
    {"clf", "500-bad-backend-cert", 500, kProxyError, kClfProxy},
    {"clf", "hdr-evil-origin", 500, kProxyError, kClfProxy},
    {"clf", "abort-midbody-client", 200, kAnswered, kClfBroken},
    {"clf", "abort-midbody-h2", 200, kAnswered, kClfBroken},
    {"clf", "abort-stall", 200, kAnswered, kClfBroken},
    {"clf", "sse-abort", 200, kAnswered, kClfBroken},
    {"clf", "backend-reset-mid", 200, kAnswered, kClfBroken},
    {"clf", "backend-eof-mid", 200, kAnswered, kClfBroken},
    {"clf", "backend-chunk-reset", 200, kAnswered, kClfBroken},
    {"clf", "abort-midbody-client", 0, kTakenOver, kClfBroken},
    {"clf", "abort-midbody-h2", 0, kTakenOver, kClfBroken},
    {"clf", "abort-stall", 0, kTakenOver, kClfBroken},
    {"clf", "sse-abort", 0, kTakenOver, kClfBroken},
    {"clf", "backend-reset-mid", 0, kTakenOver, kClfBroken},
    {"clf", "backend-eof-mid", 0, kTakenOver, kClfBroken},
    {"clf", "backend-chunk-reset", 0, kTakenOver, kClfBroken},
};

/// What the driver knows of one line.
Outcome known(const Case& found, int status) {
    const auto row = kKnown.find(found.name);
    Outcome outcome = {Cause::origin, Fault::none};
    if (row != kKnown.end() && (row->second.status == 0 || row->second.status == status))
        outcome.cause = row->second.cause;
    // Nobody has to act on a request that was answered as asked, however odd it was.
    if (outcome.cause == Cause::origin && status < 400) return outcome;
    if (outcome.cause == Cause::origin && found.name == "503-breaker") return kFailedServer;
    if (found.fault.starts_with("client")) outcome.fault = Fault::client;
    if (found.fault.starts_with("backend")) outcome.fault = Fault::backend;
    if (found.fault.starts_with("ingress")) outcome.fault = Fault::ingress;
    if (found.fault.starts_with("operator")) outcome.fault = Fault::ingress;
    // The one that the driver leaves open.
    if (found.fault.starts_with("ingress/backend")) outcome.fault = Fault::backend;
    return outcome;
}

std::string words(Outcome outcome) {
    return std::string(to_string(outcome.cause)).append(", ").append(to_string(outcome.fault));
}

const Exception* exception_of(const std::string& file, const Case& found, int status) {
    // The last that fits: what is true of one version stands behind what is true of all.
    const Exception* last = nullptr;
    for (const Exception& row : kExceptions) {
        if (file.find(row.files) != std::string::npos && row.name == found.name &&
            (row.status == status || row.status == -1))
            last = &row;
    }
    return last;
}

TEST_CASE("every driven case of four versions gets its cause and who is at fault", "[traefik]") {
    std::set<const Exception*> needed;
    for (const std::string file :
         {"3.7.15/access.json.log", "3.3.6/access.json.log", "3.0.4/access.json.log",
          "2.11.53/access.json.log", "3.7.15/access.default.json.log",
          "3.7.15/access.buffered.json.log", "3.7.15/access.internals.json.log",
          "3.7.15/access.filters.json.log", "3.7.15/access.clf.log",
          "3.7.15/access.clf-default.log", "3.0.4/access.clf.log", "2.11.53/access.clf.log"}) {
        const Recording recording(file);
        LineParser parser(LogFormat::detect);
        Entry entry;
        std::size_t judged = 0;
        for (const Case& found : cases_of(file)) {
            for (std::size_t i = 0; i < found.lines; ++i) {
                const std::string_view line = recording.lines().at(found.first_line - 1 + i);
                if (parser.parse(line, entry) != ParseReason::none) continue;
                const int status = entry.status.value_or(-1);
                const Outcome truth = known(found, status);
                const Exception* exception = exception_of(file, found, status);
                CAPTURE(file, found.name, status);
                if (exception != nullptr) {
                    CAPTURE(exception->reason);
                    CHECK(words(outcome_of(entry)) == words(exception->outcome));
                    if (words(truth) != words(exception->outcome)) needed.insert(exception);
                } else {
                    CHECK(words(outcome_of(entry)) == words(truth));
                }
                ++judged;
            }
        }
        CHECK(judged >= (file.find("filters") != std::string::npos ? 10U : 33U));
    }
    for (const Exception& row : kExceptions) {
        CAPTURE(row.files, row.name, row.status);
        CHECK(needed.count(&row) == 1);
    }
}

}  // namespace
}  // namespace erp::traefik
