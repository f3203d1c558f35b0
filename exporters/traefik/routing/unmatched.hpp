#pragma once

#include <cstddef>
#include <string_view>

/// Requests that no router matched, nearly all of them of scanners: what they were after, without
/// showing what they wrote.
namespace erp::traefik {

/// Label `host_kind`.
enum class HostKind {
    known_tenant,  ///< a tenant's host, and no router for it: users are turned away
    unknown,       ///< a host of nobody
    ip,            ///< an address in place of a name
    empty,         ///< no host, or none in the log
};
inline constexpr std::size_t kHostKinds = 4;
[[nodiscard]] std::string_view to_string(HostKind kind);

/// `host` as the client wrote it; whether a rule attributes the request to a tenant.
[[nodiscard]] HostKind host_kind(std::string_view host, bool attributed);

/// Label `probe`: what a path asks for that this proxy does not have.
enum class Probe {
    php,       ///< PHP files and tools: /index.php, /phpmyadmin/
    dotfile,   ///< /.env, /.git/config; /.well-known/ is none
    wp,        ///< WordPress: /wp-login.php, /xmlrpc.php
    cgi,       ///< /cgi-bin/
    actuator,  ///< Spring Boot: /actuator/env
    other,
};
inline constexpr std::size_t kProbes = 6;
[[nodiscard]] std::string_view to_string(Probe probe);

/// From the path without its query, as the log has it. Where several fit, the first of wp, cgi,
/// actuator, dotfile, php. Looks at the first 512 bytes.
[[nodiscard]] Probe probe_of(std::string_view path);

}  // namespace erp::traefik
