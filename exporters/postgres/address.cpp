#include "exporters/postgres/address.hpp"

#include "core/base/handle.hpp"
#include "core/base/number.hpp"

#include <sys/socket.h>

#include <netdb.h>

#include <array>

namespace erp::postgres {
namespace {

constexpr std::size_t kMostAddresses = 4;

}  // namespace

Result<Address> parse_address(const std::string& text) {
    Address address;
    const bool is_socket = text.starts_with('/');
    const std::size_t bracket = text.rfind(']');
    const std::size_t colon = text.rfind(':');
    const bool has_port =
        colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
    address.host = has_port ? text.substr(0, colon) : text;
    if (has_port) address.port = text.substr(colon + 1);
    address.is_socket = is_socket;
    if (address.host.starts_with('[') && address.host.ends_with(']')) {
        address.host = address.host.substr(1, address.host.size() - 2);
    } else if (!is_socket && address.host.find(':') != std::string::npos) {
        return Error{Phase::resolve, "an IPv6 address is written [address]:port"};
    }
    const auto port = to_int(address.port);
    if (address.host.empty() || !port || *port < 1 || *port > 65535) {
        return Error{Phase::resolve, "expected host:port or a socket folder"};
    }
    return address;
}

Result<std::vector<std::string>> resolve(const Address& address) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    const int error = ::getaddrinfo(address.host.c_str(), nullptr, &hints, &raw);
    const Handle<addrinfo, ::freeaddrinfo> found(raw);
    if (error != 0 || !found) {
        return Error{Phase::resolve, address.host + ": " + ::gai_strerror(error)};
    }
    std::vector<std::string> all;
    for (const addrinfo* a = found.get(); a != nullptr && all.size() < kMostAddresses;
         a = a->ai_next) {
        std::array<char, NI_MAXHOST> numeric{};
        if (::getnameinfo(a->ai_addr, a->ai_addrlen, numeric.data(), numeric.size(), nullptr, 0,
                          NI_NUMERICHOST) == 0) {
            all.emplace_back(numeric.data());
        }
    }
    if (all.empty()) return Error{Phase::resolve, address.host + ": no numeric address"};
    return all;
}

}  // namespace erp::postgres
