#include "exporters/odoo/sockets/inet_diag.hpp"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <system_error>

namespace erp::odoo {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint32_t bit(TcpState state) {
    return 1U << static_cast<unsigned>(state);
}

/// The bytes are not aligned for T in general.
template <class T>
T read(Bytes bytes) {
    T value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

constexpr std::size_t aligned(std::size_t length) {
    return (length + NLMSG_ALIGNTO - 1) & ~std::size_t{NLMSG_ALIGNTO - 1};
}
constexpr std::size_t kHeader = aligned(sizeof(nlmsghdr));

Error malformed(const char* what) {
    return {Phase::protocol, std::string("sock_diag: ") + what};
}

/// The kernel's answer to the request as a whole, a negative errno.
Error refused(int code) {
    const int number = code < 0 ? -code : code;
    const std::string text = "sock_diag: " + std::generic_category().message(number);
    if (number == EPERM || number == EACCES) return {Phase::privilege, text};
    // No module of the kernel knows the request.
    if (number == ENOENT || number == EOPNOTSUPP || number == EINVAL)
        return {Phase::unsupported, text};
    return {Phase::query, text};
}

/// Addresses and ports come in network byte order.
SocketAddress address(const __be32 (&words)[4], __be16 port, bool v6) {
    SocketAddress address;
    if (v6) {
        std::memcpy(address.ip.data(), words, address.ip.size());
    } else {
        address.ip = kMappedPrefix;
        std::memcpy(address.ip.data() + 12, words, 4);
    }
    address.port = ntohs(port);
    return address;
}

std::optional<std::uint32_t> last_received_ms(Bytes attributes) {
    constexpr std::size_t kAt = offsetof(tcp_info, tcpi_last_data_recv);
    while (attributes.size() >= sizeof(rtattr)) {
        const auto head = read<rtattr>(attributes);
        if (head.rta_len < sizeof(rtattr) || head.rta_len > attributes.size()) break;
        const Bytes value = attributes.first(head.rta_len).subspan(RTA_LENGTH(0));
        if (head.rta_type == INET_DIAG_INFO) {
            if (value.size() < kAt + sizeof(std::uint32_t)) break;
            return read<std::uint32_t>(value.subspan(kAt));
        }
        attributes = attributes.subspan(std::min(aligned(head.rta_len), attributes.size()));
    }
    return std::nullopt;
}

std::optional<TcpState> state_of(std::uint8_t number) {
    for (const TcpState state : {TcpState::established, TcpState::close_wait, TcpState::listen})
        if (number == static_cast<std::uint8_t>(state)) return state;
    return std::nullopt;
}

/// Nothing: a socket in a state that was not asked for.
std::optional<SocketRow> to_row(Bytes payload) {
    const auto message = read<inet_diag_msg>(payload);
    const auto state = state_of(message.idiag_state);
    const bool v6 = message.idiag_family == AF_INET6;
    if (!state || (!v6 && message.idiag_family != AF_INET)) return std::nullopt;
    SocketRow row;
    row.id = std::uint64_t{message.id.idiag_cookie[1]} << 32U | message.id.idiag_cookie[0];
    row.state = *state;
    row.v6 = v6;
    row.local = address(message.id.idiag_src, message.id.idiag_sport, v6);
    row.remote = address(message.id.idiag_dst, message.id.idiag_dport, v6);
    row.inode = message.idiag_inode;
    row.uid = message.idiag_uid;
    row.receive_queue = message.idiag_rqueue;
    row.send_queue = message.idiag_wqueue;
    if (*state != TcpState::listen) {
        const std::size_t head = std::min(aligned(sizeof message), payload.size());
        row.last_received_ms = last_received_ms(payload.subspan(head));
    }
    return row;
}

}  // namespace

std::vector<std::byte> diag_request(const DiagRequest& request, std::uint32_t sequence) {
    struct {
        nlmsghdr header{};
        inet_diag_req_v2 body{};
    } message;
    message.header.nlmsg_len = sizeof message;
    message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    message.header.nlmsg_seq = sequence;
    message.body.sdiag_family = request.v6 ? AF_INET6 : AF_INET;
    message.body.sdiag_protocol = IPPROTO_TCP;
    if (request.ages) message.body.idiag_ext = 1U << (INET_DIAG_INFO - 1U);
    message.body.idiag_states = bit(TcpState::listen);
    if (request.connections)
        message.body.idiag_states |= bit(TcpState::established) | bit(TcpState::close_wait);
    // A dump compares the source port by itself, since Linux 2.6 and without any bytecode.
    message.body.id.idiag_sport = htons(request.port);
    const auto bytes = std::as_bytes(std::span(&message, 1));
    return {bytes.begin(), bytes.end()};
}

Result<bool> DiagReply::add(Bytes datagram) {
    while (!datagram.empty()) {
        if (datagram.size() < kHeader) return malformed("a message without a header");
        const auto header = read<nlmsghdr>(datagram);
        if (header.nlmsg_len < kHeader || header.nlmsg_len > datagram.size())
            return malformed("a message that is cut off");
        const Bytes payload = datagram.first(header.nlmsg_len).subspan(kHeader);
        datagram = datagram.subspan(std::min(aligned(header.nlmsg_len), datagram.size()));
        if (header.nlmsg_seq != sequence_) continue;  // the rest of an earlier reply
        if ((header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) interrupted_ = true;
        switch (header.nlmsg_type) {
            case NLMSG_NOOP:
                break;
            case NLMSG_DONE:
                // A dump that fails half-way ends in its error.
                if (payload.size() >= sizeof(int)) {
                    if (const int code = read<int>(payload); code < 0) return refused(code);
                }
                return true;
            case NLMSG_ERROR:
                if (payload.size() < sizeof(int)) return malformed("an error without a number");
                return refused(read<int>(payload));
            case NLMSG_OVERRUN:
                return malformed("messages were lost");
            case SOCK_DIAG_BY_FAMILY: {
                if (payload.size() < sizeof(inet_diag_msg)) return malformed("a short row");
                const auto row = to_row(payload);
                if (!row || row->local.port != port_) break;
                if (rows_.size() == kMostRows)
                    return Error{Phase::limit, "sock_diag: too many sockets on one port"};
                rows_.push_back(*row);
                break;
            }
            default:
                return malformed("a message of an unknown type");
        }
    }
    return false;
}

}  // namespace erp::odoo
