#pragma once

#include "exporters/traefik/log/entry.hpp"

#include <string_view>

namespace erp::traefik {

/// Why a request ended as it did, from the entry's signature: label `cause`.
enum class Cause {
    origin,              ///< the server's own answer, whatever its status
    upgraded,            ///< the connection was taken over (WebSocket) and has ended
    redirect,            ///< answered by a redirect of Traefik's
    no_router,           ///< no router matched, or no child of the one that did: 404
    no_server,           ///< the service has no server, or all are down: 503
    breaker_open,        ///< the circuit breaker is open: 503
    unavailable,         ///< one of those two: they look the same in v2 and in CLF
    dial_error,          ///< no connection, or it broke before an answer: 502
    upstream_timeout,    ///< the server did not answer in time: 504
    proxy_error,         ///< an answer that Traefik could not pass on: 500
    auth_unreachable,    ///< the server of a forwardAuth does not answer: 500
    client_abort_early,  ///< the client left before the answer began: 499
    abort_midstream,     ///< the answer broke in its middle; the log does not say who broke it
    rate_limited,        ///< 429 of a middleware
    middleware_deny,     ///< refused by a middleware (401, 403, 413, 421 …)
    middleware,          ///< a success without a server: a preflight, Traefik's ping, API, pages
    unknown,             ///< what the log keeps does not tell
};
inline constexpr std::size_t kCauses = 17;
[[nodiscard]] std::string_view to_string(Cause cause);

/// Who has to act: label `fault`. A 4xx of a server counts as the client's; who configured a router
/// or a service wrongly cannot be seen, nor who broke an answer in its middle. A 5xx of which the
/// log does not tell who made it is `backend`: no client makes one alone, and alerts ask for it.
enum class Fault { none, client, ingress, backend, unknown };
inline constexpr std::size_t kFaults = 5;
[[nodiscard]] std::string_view to_string(Fault fault);

struct Outcome {
    Cause cause = Cause::unknown;
    Fault fault = Fault::unknown;
};

/// Pure. Traefik's own answers are told from those of servers by their sizes, which is no proof: a
/// server may answer 502 with eleven bytes. Without the fields that a cause needs (CLF has few, and
/// the configuration can drop each) it is `unknown`. Not to be told apart by any field:
/// - an upload that the client breaks off is 499 at times, and at times 502 like a broken
///   connection to the server (both in one version);
/// - a broken answer, where the connection is FastProxy's, is 502 like one of the server;
/// - an answer that broke is like a complete one in CLF.
[[nodiscard]] Outcome outcome_of(const Entry& entry);

}  // namespace erp::traefik
