#include "core/config/listen.hpp"

#include "core/base/number.hpp"
#include "core/net/host_port.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace erp {
namespace {

constexpr std::size_t kLongestSocketPath = 107;  // sun_path of unix(7), less its NUL
constexpr std::size_t kMostAddresses = 64;

std::optional<std::string> socket_problem(std::string_view path) {
    if (!path.starts_with('/')) return "the path of a unix socket is absolute";
    if (path.size() > kLongestSocketPath) return "the path of a unix socket has at most 107 bytes";
    return std::nullopt;
}

}  // namespace

std::optional<std::string> listen_problem(std::string_view address) {
    constexpr std::string_view kUnix = "unix:";
    if (address.starts_with(kUnix)) return socket_problem(address.substr(kUnix.size()));
    const std::size_t colon = address.rfind(':');
    if (colon == std::string_view::npos) return "expected host:port, [v6]:port or unix:/path";
    const auto port = to_int(address.substr(colon + 1));
    if (!port || *port < 0 || *port > 65535) return "the port is a number from 0 to 65535";
    std::string_view host = address.substr(0, colon);
    if (host.empty() || host == "localhost") return std::nullopt;
    const bool brackets = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
    if (brackets) host = host.substr(1, host.size() - 2);
    boost::system::error_code error;
    const auto number = boost::asio::ip::make_address(std::string(host), error);
    if (error) return "the host is an IP address, localhost or empty";
    if (number.is_v6() != brackets) return "an IPv6 address, and only that, stands in brackets";
    return std::nullopt;
}

std::string read_advertise(const ConfigValue& value) {
    const auto address = value.text();
    if (!address) return {};
    const auto parsed = parse_host_port(*address);
    if (!parsed) {
        value.fail(parsed.error().text);
        return {};
    }
    // It goes into URLs.
    boost::system::error_code no_v6;
    boost::asio::ip::make_address_v6(parsed->host, no_v6);
    const bool brackets = address->starts_with('[');
    const bool is_name = std::all_of(parsed->host.begin(), parsed->host.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
    });
    if (brackets ? !no_v6 : is_name) return *address;
    value.fail("the host is a name or a number, found " + value.shown());
    return {};
}

std::vector<std::string> read_listen(const ConfigValue& value) {
    std::vector<std::string> addresses;
    const auto items = value.list();
    if (!items) return addresses;
    if (items->empty() || items->size() > kMostAddresses) {
        value.fail("expected 1 to 64 addresses, found " + std::to_string(items->size()));
        return addresses;
    }
    for (const ConfigValue& item : *items) {
        const auto address = item.text();
        if (!address) continue;
        if (const auto problem = listen_problem(*address)) {
            item.fail(*problem + ", found " + item.shown());
        } else if (std::find(addresses.begin(), addresses.end(), *address) != addresses.end()) {
            item.fail("the address is given twice");
        } else {
            addresses.push_back(*address);
        }
    }
    return addresses;
}

}  // namespace erp
