#include "core/net/sockets/tcp_socket.hpp"

#include <arpa/inet.h>

#include <string>

namespace erp {

std::optional<IpAddress> to_ip_address(std::string_view text) {
    const std::string copy(text);  // with a NUL
    IpAddress ip{};
    if (::inet_pton(AF_INET6, copy.c_str(), ip.data()) == 1) return ip;
    ip = kMappedPrefix;
    if (::inet_pton(AF_INET, copy.c_str(), ip.data() + 12) == 1) return ip;
    return std::nullopt;
}

}  // namespace erp
