#include "core/daemon/local_servers.hpp"

#include "core/base/descriptor.hpp"
#include "core/base/handle.hpp"
#include "core/base/number.hpp"
#include "core/net/host_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <dirent.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace erp {
namespace {

constexpr int kConnectMilliseconds = 200;
constexpr std::size_t kMostSockets = 16;  ///< of one pattern

/// Whether a server takes the connection; a full backlog (EAGAIN) is a server too.
bool connects(int family, const void* address, std::size_t size) {
    const Descriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) return false;
    const auto* to = static_cast<const sockaddr*>(address);
    if (::connect(socket.get(), to, static_cast<socklen_t>(size)) == 0 || errno == EAGAIN) {
        return true;
    }
    if (errno != EINPROGRESS) return false;
    pollfd waiting{socket.get(), POLLOUT, 0};
    int error = 0;
    socklen_t length = sizeof(error);
    return ::poll(&waiting, 1, kConnectMilliseconds) == 1 &&
           ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0;
}

bool socket_answers(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) return false;
    std::memcpy(address.sun_path, path.data(), path.size());
    return connects(AF_UNIX, &address, sizeof(address));
}

bool port_answers(const std::string& text) {
    const auto parsed = parse_host_port(text);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (!parsed || ::inet_pton(AF_INET, parsed->host.c_str(), &address.sin_addr) != 1) return false;
    address.sin_port = htons(static_cast<std::uint16_t>(to_int(parsed->port).value_or(0)));
    return connects(AF_INET, &address, sizeof(address));
}

/// What the star stands for in the names that are there; one empty text for a path without a star.
std::vector<std::string> numbers_of(std::string_view path) {
    const std::size_t star = path.find('*');
    if (star == std::string_view::npos) return {""};
    const std::size_t slash = path.rfind('/', star);
    const std::string_view prefix = path.substr(slash + 1, star - slash - 1);
    const std::string_view suffix = path.substr(star + 1);
    const Handle<DIR, ::closedir> folder(::opendir(std::string(path.substr(0, slash)).c_str()));
    std::vector<std::string> numbers;
    if (!folder) return numbers;
    while (const dirent* entry = ::readdir(folder.get())) {
        std::string_view name = entry->d_name;
        if (name.size() <= prefix.size() + suffix.size() || !name.starts_with(prefix) ||
            !name.ends_with(suffix)) {
            continue;
        }
        name = name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
        const auto number = to_int(name);  // a port, written as such
        if (number && *number >= 1 && *number <= 65535 && std::to_string(*number) == name) {
            numbers.emplace_back(name);
        }
    }
    std::ranges::sort(numbers);
    if (numbers.size() > kMostSockets) numbers.resize(kMostSockets);
    return numbers;
}

std::string with_number(std::string_view pattern, const std::string& number) {
    std::string text(pattern);
    if (const std::size_t star = text.find('*'); star != std::string::npos) {
        text.replace(star, 1, number);
    }
    return text;
}

}  // namespace

std::vector<LocalServer> find_local_servers(std::span<const Exporter* const> exporters,
                                            std::span<const LocalServer> known) {
    std::vector<LocalServer> found(known.begin(), known.end());
    const auto has = [&](const std::string& name) {
        return std::ranges::find(found, name, &LocalServer::name) != found.end();
    };
    for (const Exporter* exporter : exporters) {
        for (const Place& place : exporter->places) {
            for (const std::string& number : numbers_of(place.socket)) {
                std::string name(exporter->name);
                if (!number.empty() && number != place.usual) name += '-' + number;
                if (has(name)) continue;
                std::string address = with_number(place.address, number);
                const bool answers = place.socket.empty()
                                         ? port_answers(address)
                                         : socket_answers(with_number(place.socket, number));
                if (answers) {
                    found.push_back(
                        {std::move(name), std::string(exporter->name), std::move(address)});
                }
            }
        }
    }
    return found;
}

std::string to_yaml(std::span<const LocalServer> servers) {
    if (servers.empty()) return "targets: []\n";
    std::string yaml = "targets:\n";
    for (const LocalServer& server : servers) {
        yaml += "  - name: " + server.name + "\n    exporter: " + server.exporter +
                "\n    address: \"" + server.address + "\"\n";
    }
    return yaml;
}

}  // namespace erp
