#pragma once

#include "core/counting/detail.hpp"
#include "core/counting/histogram.hpp"
#include "core/counting/scheme.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace erp::traefik {

using counting::Histogram;
using counting::Kind;

/// What traffic is counted by.
enum class Label : std::uint8_t {
    entrypoint,
    router,
    service,
    tenant,
    workload,  ///< label `class`
    code,
    cause,
    fault,
    status_class,
    server,
    tls_version,
    tls_cipher,
    protocol,
    host_kind,
    probe,
    method,
};
inline constexpr std::size_t kLabels = 16;

/// Routers, services and servers come from Traefik's configuration, tenants from ours, the others
/// are bounded by their nature.
consteval std::array<std::size_t, kLabels> most_texts() {
    std::array<std::size_t, kLabels> most{};
    most.fill(64);
    most[static_cast<std::size_t>(Label::tenant)] = 6'000;
    most[static_cast<std::size_t>(Label::router)] = 2'000;
    most[static_cast<std::size_t>(Label::service)] = 2'000;
    most[static_cast<std::size_t>(Label::server)] = 4'000;
    return most;
}

/// Upper bounds in ns. Those of the latencies hold the bounds of Traefik's own metrics (0.1, 0.3,
/// 1.2, 5 s) and reach Odoo's time limit of a request (120 s).
namespace bounds {
using counting::kMicrosecond;
using counting::kMillisecond;
using counting::kSecond;

inline constexpr std::array<std::int64_t, 19> kLatency{
    5 * kMillisecond,   10 * kMillisecond,  25 * kMillisecond,    50 * kMillisecond,
    100 * kMillisecond, 200 * kMillisecond, 300 * kMillisecond,   500 * kMillisecond,
    750 * kMillisecond, 1 * kSecond,        1'200 * kMillisecond, 2 * kSecond,
    3 * kSecond,        5 * kSecond,        10 * kSecond,         15 * kSecond,
    30 * kSecond,       60 * kSecond,       120 * kSecond};
inline constexpr std::array<std::int64_t, 11> kOverhead{
    100 * kMicrosecond,   250 * kMicrosecond, 500 * kMicrosecond, 1 * kMillisecond,
    2'500 * kMicrosecond, 5 * kMillisecond,   10 * kMillisecond,  25 * kMillisecond,
    100 * kMillisecond,   500 * kMillisecond, 2 * kSecond};
/// Odoo closes idle websockets after 45 or 60 s, polls after 50 s, all after an hour.
inline constexpr std::array<std::int64_t, 11> kConnection{
    1 * kSecond,     10 * kSecond,     45 * kSecond,    60 * kSecond,
    300 * kSecond,   900 * kSecond,    1'800 * kSecond, 3'600 * kSecond,
    7'200 * kSecond, 28'800 * kSecond, 86'400 * kSecond};
/// Those that are shown of brief histograms: what alerts ask for and Traefik's own are among them.
inline constexpr std::array<std::int64_t, 9> kFewLatency{
    50 * kMillisecond,  100 * kMillisecond,   300 * kMillisecond,
    500 * kMillisecond, 1'200 * kMillisecond, 2 * kSecond,
    5 * kSecond,        15 * kSecond,         60 * kSecond};
inline constexpr std::array<std::int64_t, 5> kFewOverhead{
    1 * kMillisecond, 10 * kMillisecond, 100 * kMillisecond, 500 * kMillisecond, 2 * kSecond};
inline constexpr std::array<std::int64_t, 5> kFewConnection{
    10 * kSecond, 45 * kSecond, 300 * kSecond, 3'600 * kSecond, 28'800 * kSecond};
inline constexpr std::array<std::int64_t, 4> kNative{100 * kMillisecond, 300 * kMillisecond,
                                                     1'200 * kMillisecond, 5 * kSecond};
}  // namespace bounds

struct RequestCell {
    std::uint64_t requests = 0;
    std::uint64_t request_bytes = 0;   ///< of bodies, as read from the client
    std::uint64_t response_bytes = 0;  ///< of bodies, as written to the client
};

struct ServerCell {
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;       ///< for which the server is to blame
    std::int64_t last_success = 0;  ///< Unix time in ns; 0: none
};

/// What Traefik's own metrics count, for the compatibility families.
struct NativeCell {
    Histogram<bounds::kNative.size()> durations;
    std::uint64_t requests = 0;
    std::uint64_t request_bytes = 0;
    std::uint64_t response_bytes = 0;
};

using Latencies = Histogram<bounds::kLatency.size()>;
using Overheads = Histogram<bounds::kOverhead.size()>;
using Lives = Histogram<bounds::kConnection.size()>;

/// Finer than any family: those are sums over it.
using Requests = Kind<100'000,
                      RequestCell,
                      Label::entrypoint,
                      Label::router,
                      Label::service,
                      Label::tenant,
                      Label::workload,
                      Label::code,
                      Label::cause,
                      Label::fault>;
/// Of a brief one, of status classes only 5xx, and of the upstream time tenants only: the other
/// labels are empty then.
using Durations = Kind<20'000, Latencies, Label::tenant, Label::workload, Label::status_class>;
using Upstream = Kind<20'000, Latencies, Label::tenant, Label::workload, Label::service>;
using Overhead = Kind<4'000, Overheads, Label::entrypoint, Label::router>;
using Connections = Kind<10'000, Lives, Label::tenant, Label::workload>;
using Slow = Kind<20'000, std::uint64_t, Label::tenant, Label::workload>;
using LastRequest = Kind<20'000, std::int64_t, Label::tenant, Label::workload>;  ///< Unix, ns
using Tls = Kind<20'000,
                 std::uint64_t,
                 Label::entrypoint,
                 Label::router,
                 Label::service,
                 Label::tls_version,
                 Label::tls_cipher>;
using Protocols = Kind<1'000, std::uint64_t, Label::entrypoint, Label::protocol>;
using Servers = Kind<4'000, ServerCell, Label::service, Label::server>;
using Unmatched = Kind<2'000, std::uint64_t, Label::entrypoint, Label::host_kind, Label::probe>;
using Native = Kind<50'000,
                    NativeCell,
                    Label::entrypoint,
                    Label::router,
                    Label::service,
                    Label::code,
                    Label::method,
                    Label::protocol>;

struct Scheme {
    using Label = traefik::Label;
    static constexpr std::uint64_t kVersion = 1;
    static constexpr std::array<std::size_t, kLabels> kMostTexts = most_texts();
    using Kinds = counting::KindList<Requests,
                                     Durations,
                                     Upstream,
                                     Overhead,
                                     Connections,
                                     Slow,
                                     LastRequest,
                                     Tls,
                                     Protocols,
                                     Servers,
                                     Unmatched,
                                     Native>;
};

struct Traffic : counting::Counts<Scheme> {
    counting::Details durations;  ///< by row of Durations
    counting::Details upstream;   ///< by row of Upstream
};

}  // namespace erp::traefik
