#include "core/net/host_port.hpp"

#include "core/base/number.hpp"

namespace erp {

Result<HostPort> parse_host_port(const std::string& text, const std::string& default_port) {
    if (text.find("://") != std::string::npos) {
        return Error{Phase::resolve, "a URL is no address: write host:port"};
    }
    HostPort address{text, default_port};
    const std::size_t bracket = text.rfind(']');
    const std::size_t colon = text.rfind(':');
    if (colon != std::string::npos && (bracket == std::string::npos || colon > bracket)) {
        address.host = text.substr(0, colon);
        address.port = text.substr(colon + 1);
    }
    if (address.host.starts_with('[') && address.host.ends_with(']')) {
        address.host = address.host.substr(1, address.host.size() - 2);
    } else if (address.host.find(':') != std::string::npos) {
        return Error{Phase::resolve, "an IPv6 address is written [address]:port"};
    }
    const auto port = to_int(address.port);
    if (address.host.empty() || !port || *port < 1 || *port > 65535 ||
        std::to_string(*port) != address.port) {
        return Error{Phase::resolve, "expected host:port"};
    }
    return address;
}

}  // namespace erp
