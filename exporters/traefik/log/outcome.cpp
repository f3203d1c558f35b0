#include "exporters/traefik/log/outcome.hpp"

#include <array>

namespace erp::traefik {
namespace {

/// The bodies that Go's net/http and Traefik write, in bytes.
constexpr std::int64_t kBadGateway = 11;           // "Bad Gateway"
constexpr std::int64_t kGatewayTimeout = 15;       // "Gateway Timeout"
constexpr std::int64_t kNotFound = 19;             // "404 page not found\n"
constexpr std::int64_t kServiceUnavailable = 19;   // "Service Unavailable"
constexpr std::int64_t kNoAvailableServer = 20;    // "no available server\n", v3
constexpr std::int64_t kInternalServerError = 21;  // "Internal Server Error"

bool reached_server(const Entry& entry) {
    return !entry.service.empty() || !entry.server.empty() ||
           entry.origin_duration.value_or(0) > 0 || entry.origin_status.value_or(0) > 0;
}

Fault of_status(int status) {
    if (status >= 500) return Fault::backend;
    return status >= 400 ? Fault::client : Fault::none;
}

/// Where nothing else is known. No client makes a 5xx.
Fault of_status_alone(int status) {
    if (status >= 500) return Fault::backend;
    return status >= 400 ? Fault::unknown : Fault::none;
}

/// OpenTelemetry, "Semantic conventions for gRPC": the codes that are errors of a server.
Fault of_grpc(std::string_view code) {
    for (const std::string_view servers : {"2", "4", "12", "13", "14", "15"})
        if (code == servers) return Fault::backend;
    return code == "0" ? Fault::none : Fault::client;
}

/// What Traefik answers for a server that it could not get an answer from.
Outcome of_proxy(const Entry& entry, int status) {
    const bool has_body =
        entry.request_bytes.value_or(0) > 0 || (entry.method != "GET" && entry.method != "HEAD");
    if (status == 499) return {Cause::client_abort_early, Fault::client};
    if (status == 502 && entry.response_bytes == kBadGateway)
        return {Cause::dial_error, Fault::backend};
    if (status == 504 && entry.response_bytes == kGatewayTimeout)
        return {Cause::upstream_timeout, Fault::backend};
    if (status == 500 && entry.response_bytes == kInternalServerError) {
        // A broken chunk of the request's body looks like a broken answer.
        if (!entry.origin_status || has_body) return {Cause::proxy_error, Fault::unknown};
        // A good answer was too large for a middleware that buffers.
        return {Cause::proxy_error, *entry.origin_status < 500 ? Fault::ingress : Fault::backend};
    }
    return {};
}

Outcome of_server(const Entry& entry, int status) {
    if (const Outcome own = of_proxy(entry, status); own.cause != Cause::unknown) return own;
    // Both are zero if the copying of an answer broke; a short answer can have the status zero
    // alone, and the configuration may drop it.
    if (entry.origin_status.value_or(0) == 0 && entry.origin_duration == 0)
        return {Cause::abort_midstream, Fault::unknown};
    // The error page's status stands in the place of the server's.
    if (status >= 500 && entry.origin_status && *entry.origin_status < 500)
        return {Cause::unknown, Fault::backend};
    if (!entry.grpc_status.empty() && status == 200)
        return {Cause::origin, of_grpc(entry.grpc_status)};
    return {Cause::origin, of_status(status)};
}

/// 503 without a server. The two texts of v2 have one size; whichever it was, no client is to
/// blame.
Outcome of_unavailable(const Entry& entry) {
    if (entry.response_bytes == kNoAvailableServer) return {Cause::no_server, Fault::backend};
    if (entry.response_bytes == kServiceUnavailable && entry.generation == Generation::v3)
        return {Cause::breaker_open, Fault::ingress};
    if (entry.response_bytes.value_or(kServiceUnavailable) == kServiceUnavailable)
        return {Cause::unavailable, Fault::backend};
    return {};
}

Outcome of_ingress(const Entry& entry, int status) {
    if (status == 404 && entry.response_bytes.value_or(kNotFound) == kNotFound)
        return {Cause::no_router, Fault::client};
    if (status == 503) {
        if (const Outcome own = of_unavailable(entry); own.cause != Cause::unknown) return own;
    }
    // Only routers have middlewares: the name is dropped by the configuration.
    if (entry.router.empty()) return {Cause::unknown, of_status_alone(status)};
    if (status == 429) return {Cause::rate_limited, Fault::client};
    if (status == 500 && entry.response_bytes == 0)
        return {Cause::auth_unreachable, Fault::ingress};
    if (status >= 500) return {Cause::unknown, Fault::ingress};
    if (status >= 400) return {Cause::middleware_deny, Fault::client};
    // 304 and 300 are no redirects.
    const bool redirect = (status > 300 && status <= 303) || status == 307 || status == 308;
    return {redirect ? Cause::redirect : Cause::middleware, Fault::none};
}

/// It is not known whether there was a server: what the status alone says.
Outcome of_unplaced(const Entry& entry, int status) {
    if (const Outcome own = of_proxy(entry, status); own.cause != Cause::unknown) return own;
    if (status == 503 && entry.response_bytes) {
        if (const Outcome own = of_unavailable(entry); own.cause != Cause::unknown) return own;
    }
    if (status == 404 && entry.router_known && entry.router.empty())
        return of_ingress(entry, status);
    return {Cause::unknown, of_status_alone(status)};
}

}  // namespace

std::string_view to_string(Cause cause) {
    static constexpr std::array<std::string_view, kCauses> kWords = {
        "origin",           "upgraded",     "redirect",         "no_router",
        "no_server",        "breaker_open", "unavailable",      "dial_error",
        "upstream_timeout", "proxy_error",  "auth_unreachable", "client_abort_early",
        "abort_midstream",  "rate_limited", "middleware_deny",  "middleware",
        "unknown"};
    return kWords.at(static_cast<std::size_t>(cause));
}

std::string_view to_string(Fault fault) {
    static constexpr std::array<std::string_view, kFaults> kWords = {"none", "client", "ingress",
                                                                     "backend", "unknown"};
    return kWords.at(static_cast<std::size_t>(fault));
}

Outcome outcome_of(const Entry& entry) {
    if (!entry.status) return {};
    const int status = *entry.status;
    // 101: v1. Zero without a time at the server is an answer that broke, up to 3.1.2 and 2.11.8.
    if (status == 101) return {Cause::upgraded, Fault::none};
    if (status == 0) {
        if (entry.origin_duration == 0) return {Cause::abort_midstream, Fault::unknown};
        return {Cause::upgraded, Fault::none};
    }
    if (reached_server(entry)) return of_server(entry, status);
    return entry.server_known ? of_ingress(entry, status) : of_unplaced(entry, status);
}

}  // namespace erp::traefik
