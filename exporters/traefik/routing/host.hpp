#pragma once

#include <string>
#include <string_view>

namespace erp::traefik {

/// A client's Host header as rules of tenancy see it: lower case, without port, without a trailing
/// dot and without the brackets of an IPv6 address ("ACME.erp.example.:443" is
/// "acme.erp.example"). What is longer than a name in DNS can be is empty.
[[nodiscard]] std::string normalised_host(std::string_view host);

/// Whether a normalised host is an IPv4 or IPv6 address, or is written as one.
[[nodiscard]] bool is_address(std::string_view host);

}  // namespace erp::traefik
