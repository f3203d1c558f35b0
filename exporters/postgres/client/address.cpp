#include "exporters/postgres/client/address.hpp"

#include "core/base/handle.hpp"
#include "core/net/host_port.hpp"

#include <sys/socket.h>

#include <netdb.h>

#include <array>

namespace erp::postgres {
namespace {

constexpr std::size_t kMostAddresses = 4;

}  // namespace

Result<Address> parse_address(const std::string& text) {
    // The name of a socket has the port in it, so a folder may have one too.
    const bool is_socket = text.starts_with('/');
    const Result<HostPort> parsed = parse_host_port(text, "5432");
    if (!parsed) {
        return Error{parsed.error().phase, parsed.error().text + " or a socket folder"};
    }
    return Address{parsed->host, parsed->port, is_socket};
}

std::string shown_address(const std::string& text) {
    const Result<Address> address = parse_address(text);
    if (!address) return text;
    const bool v6 = !address->is_socket && address->host.find(':') != std::string::npos;
    return (v6 ? '[' + address->host + ']' : address->host) + ':' + address->port;
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
