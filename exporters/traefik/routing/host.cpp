#include "exporters/traefik/routing/host.hpp"

#include <algorithm>
#include <cstddef>

namespace erp::traefik {
namespace {

constexpr std::size_t kLongestName = 253;  // RFC 1035 2.3.4, without the dot of the root

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// "[::1]:443" and "[::1]" are ::1; an address without brackets has no port; "name:443" is name.
std::string_view without_port(std::string_view host) {
    if (host.starts_with('[')) {
        const std::size_t end = host.find(']');
        return end == std::string_view::npos ? host : host.substr(1, end - 1);
    }
    const std::size_t colon = host.find(':');
    if (colon == std::string_view::npos || host.find(':', colon + 1) != std::string_view::npos) {
        return host;
    }
    return host.substr(0, colon);
}

}  // namespace

std::string normalised_host(std::string_view host) {
    host = without_port(host);
    if (host.ends_with('.')) host.remove_suffix(1);
    if (host.size() > kLongestName) return {};
    std::string made(host);
    for (char& c : made) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return made;
}

bool is_address(std::string_view host) {
    if (host.find(':') != std::string_view::npos) {
        const std::string_view digits = host.substr(0, host.find('%'));  // without a zone
        return std::ranges::all_of(digits,
                                   [](char c) { return is_hex(c) || c == ':' || c == '.'; });
    }
    // No top-level domain begins with a digit, so that "1.2.3", "127.1" and "2130706433" are
    // addresses to who resolves them.
    const std::size_t dot = host.rfind('.');
    const std::string_view last = dot == std::string_view::npos ? host : host.substr(dot + 1);
    return !last.empty() && std::ranges::all_of(last, is_digit);
}

}  // namespace erp::traefik
