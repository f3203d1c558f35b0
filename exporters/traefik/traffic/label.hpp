#pragma once

#include <cstddef>
#include <cstdint>

namespace erp::traefik {

/// What traffic is counted by. Each has its own numbers for its texts, see Names.
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

/// Texts that keep their names; what is beyond becomes `_other`. Routers, services and servers come
/// from Traefik's configuration, tenants from ours, the others are bounded by their nature.
[[nodiscard]] constexpr std::size_t most_of(Label label) {
    switch (label) {
        case Label::tenant:
            return 6'000;
        case Label::router:
        case Label::service:
            return 2'000;
        case Label::server:
            return 4'000;
        default:
            return 64;
    }
}

}  // namespace erp::traefik
