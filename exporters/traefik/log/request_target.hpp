#pragma once

#include <string_view>

namespace erp::traefik {

/// RequestPath up to its query, which holds secrets.
[[nodiscard]] inline std::string_view without_query(std::string_view path) {
    return path.substr(0, path.find('?'));
}

/// host:port of "http://user:secret@host:port/path": what ServiceAddr says of the same server.
[[nodiscard]] inline std::string_view authority(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    const std::size_t user = url.rfind('@');
    if (user != std::string_view::npos) url.remove_prefix(user + 1);
    return url;
}

}  // namespace erp::traefik
