#include "exporters/postgres/watchers/client_ends.hpp"

#include "core/base/descriptor.hpp"
#include "core/base/text.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

namespace erp::postgres {
namespace {

constexpr std::size_t kLargestDatagram = 64UL * 1024;  // the kernel makes them of 32 KiB at most

/// Of "0100007F:1538".
std::optional<std::uint16_t> port_of(std::string_view address) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view digits = address.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), port, 16);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return port;
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (const std::string_view word : split(line, ' ')) {
        if (!word.empty()) words.push_back(word);
    }
    return words;
}

template <typename T>
T at(std::span<const std::byte> bytes) {
    T value{};
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

/// What of a unix socket is of interest.
struct UnixSocket {
    std::string_view name;
    std::uint32_t peer = 0;  ///< inode; 0: closed, or there is none
};

UnixSocket attributes(std::span<const std::byte> bytes) {
    UnixSocket found;
    while (bytes.size() >= sizeof(rtattr)) {
        const auto head = at<rtattr>(bytes);
        if (head.rta_len < sizeof head || head.rta_len > bytes.size()) break;
        const auto value = bytes.subspan(sizeof head, head.rta_len - sizeof head);
        if (head.rta_type == UNIX_DIAG_NAME) {
            found.name = {reinterpret_cast<const char*>(value.data()), value.size()};
            if (found.name.ends_with('\0')) found.name.remove_suffix(1);
        }
        if (head.rta_type == UNIX_DIAG_PEER && value.size() >= sizeof found.peer)
            found.peer = at<std::uint32_t>(value);
        bytes = bytes.subspan(std::min<std::size_t>(RTA_ALIGN(head.rta_len), bytes.size()));
    }
    return found;
}

Error failure(int number) {
    return {number == EPERM || number == EACCES ? Phase::privilege : Phase::unsupported,
            "sock_diag: " + std::generic_category().message(number)};
}

Result<void> ask_for_unix_sockets(int socket) {
    if (socket < 0) return failure(errno);
    const timeval patience{.tv_sec = 1, .tv_usec = 0};  // so that nothing ever hangs here
    if (::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0)
        return failure(errno);
    struct {
        nlmsghdr head;
        unix_diag_req request;
    } message{};
    message.head.nlmsg_len = sizeof message;
    message.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    message.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    message.request.sdiag_family = AF_UNIX;
    message.request.udiag_states = 1U << TCP_ESTABLISHED | 1U << TCP_LISTEN;
    message.request.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER;
    if (::send(socket, &message, sizeof message, 0) < 0) return failure(errno);
    return {};
}

}  // namespace

void add_tcp(std::string_view text, std::uint16_t port, ClientEnds& ends) {
    constexpr std::size_t kLocal = 1;
    constexpr std::size_t kRemote = 2;
    constexpr std::size_t kState = 3;
    constexpr std::size_t kInode = 9;
    for (const std::string_view line : split(text, '\n')) {
        const auto words = words_of(line);
        if (words.size() <= kInode) continue;
        const auto local = port_of(words[kLocal]);
        const auto remote = port_of(words[kRemote]);
        if (!local || !remote) continue;
        if (*local == port && words[kState] == "0A") ends.listens_tcp = true;
        // The kernel finishes by itself what a process that is gone had open: no inode.
        if (*remote == port) ends.tcp[*local] |= words[kInode] != "0";
    }
}

Result<bool> add_unix(std::span<const std::byte> datagram, std::uint16_t port, ClientEnds& ends) {
    const std::string wanted = "/.s.PGSQL." + std::to_string(port);
    while (datagram.size() >= sizeof(nlmsghdr)) {
        const auto head = at<nlmsghdr>(datagram);
        if (head.nlmsg_len < sizeof head || head.nlmsg_len > datagram.size()) break;
        const auto body = datagram.subspan(sizeof head, head.nlmsg_len - sizeof head);
        if (head.nlmsg_type == NLMSG_DONE) return true;
        if (head.nlmsg_type == NLMSG_ERROR) {
            return failure(body.size() < sizeof(nlmsgerr) ? EPROTO : -at<nlmsgerr>(body).error);
        }
        if (head.nlmsg_type == SOCK_DIAG_BY_FAMILY && body.size() >= sizeof(unix_diag_msg)) {
            const UnixSocket socket = attributes(body.subspan(sizeof(unix_diag_msg)));
            const bool listens = at<unix_diag_msg>(body).udiag_state == TCP_LISTEN;
            if (socket.name.ends_with(wanted)) {
                ends.listens_unix |= listens;
                if (!listens && socket.peer == 0) ++ends.abandoned_unix;
            }
        }
        datagram =
            datagram.subspan(std::min<std::size_t>(NLMSG_ALIGN(head.nlmsg_len), datagram.size()));
    }
    return false;
}

Result<ClientEnds> look_at_client_ends(std::uint16_t port) {
    ClientEnds ends;
    for (const char* path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        std::ifstream file(path);
        add_tcp(std::string(std::istreambuf_iterator<char>(file), {}), port, ends);
    }
    const Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    const auto asked = ask_for_unix_sockets(socket.get());
    if (!asked) return asked.error();
    std::vector<std::byte> buffer(kLargestDatagram);
    for (;;) {
        sockaddr_nl from{};
        socklen_t size = sizeof from;
        const ssize_t got = ::recvfrom(socket.get(), buffer.data(), buffer.size(), 0,
                                       reinterpret_cast<sockaddr*>(&from), &size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return failure(got < 0 ? errno : EPROTO);
        if (from.nl_pid != 0) continue;  // any process may send to us; the kernel is 0
        const auto last =
            add_unix(std::span(buffer).first(static_cast<std::size_t>(got)), port, ends);
        if (!last) return last.error();
        if (*last) return ends;
    }
}

}  // namespace erp::postgres
