#include "exporters/traefik/traffic/ways.hpp"

namespace erp::traefik {

std::optional<std::string_view> Ways::key_of(const Entry& entry, const Attribution& attribution) {
    std::size_t size = 0;
    bool fits = true;
    const auto add = [&](std::string_view part) {
        fits = fits && part.size() + 2 <= key_.size() - size;
        if (!fits) return;
        key_[size] = static_cast<char>(part.size() & 0xFFU);
        key_[size + 1] = static_cast<char>(part.size() >> 8U);
        part.copy(key_.data() + size + 2, part.size());
        size += part.size() + 2;
    };
    add(entry.router);
    add(entry.service);
    add(entry.server);
    add(entry.entrypoint);
    add(protocol_of(entry.protocol));
    add(entry.tls_version);
    add(entry.tls_cipher);
    if (attribution.looks_at_host()) add(entry.host);
    const bool routed = !entry.router.empty() || !entry.service.empty();
    if (attribution.looks_at_header() && routed) add(entry.tenant_header);
    if (!fits) return std::nullopt;
    return std::string_view(key_.data(), size);
}

}  // namespace erp::traefik
