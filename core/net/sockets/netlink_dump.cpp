#include "core/net/sockets/netlink_dump.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

namespace erp {
namespace {

// Both are followed by their content at once.
static_assert(sizeof(nlmsghdr) % NLMSG_ALIGNTO == 0 && sizeof(rtattr) % RTA_ALIGNTO == 0);
static_assert(NLMSG_ALIGNTO == RTA_ALIGNTO);

/// The kernel's answer to the request as a whole, a negative errno.
Error refused(int code) {
    // Without the overflow of -INT_MIN.
    const int number = code < 0 ? static_cast<int>(0U - static_cast<unsigned>(code)) : code;
    const std::string text = "sock_diag: " + std::generic_category().message(number);
    if (number == EPERM || number == EACCES) return {Phase::privilege, text};
    // No module of the kernel knows the request.
    if (number == ENOENT || number == EOPNOTSUPP || number == EINVAL)
        return {Phase::unsupported, text};
    return {Phase::query, text};
}

}  // namespace

Error malformed_netlink(const char* what) {
    return {Phase::protocol, std::string("sock_diag: ") + what};
}

std::size_t netlink_next(std::size_t length, std::size_t end) {
    return std::min((length + NLMSG_ALIGNTO - 1) & ~std::size_t{NLMSG_ALIGNTO - 1}, end);
}

std::optional<NetlinkAttributes::Attribute> NetlinkAttributes::next() {
    if (rest_.size() < sizeof(rtattr)) return std::nullopt;
    const auto head = netlink_value<rtattr>(rest_);
    if (head.rta_len < sizeof head || head.rta_len > rest_.size()) return std::nullopt;
    const NetlinkBytes value = rest_.first(head.rta_len).subspan(sizeof head);
    rest_ = rest_.subspan(netlink_next(head.rta_len, rest_.size()));
    return Attribute{head.rta_type, value};
}

std::vector<std::byte> netlink_dump_request(NetlinkBytes body, std::uint32_t sequence) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + body.size());
    header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    header.nlmsg_seq = sequence;
    std::vector<std::byte> message(header.nlmsg_len);
    std::memcpy(message.data(), &header, sizeof header);
    std::ranges::copy(body, message.data() + sizeof header);
    return message;
}

Result<bool> NetlinkDump::add(NetlinkBytes datagram,
                              const std::function<Result<void>(NetlinkBytes)>& row) {
    while (!datagram.empty()) {
        if (datagram.size() < sizeof(nlmsghdr))
            return malformed_netlink("a message without a header");
        const auto header = netlink_value<nlmsghdr>(datagram);
        if (header.nlmsg_len < sizeof header || header.nlmsg_len > datagram.size())
            return malformed_netlink("a message that is cut off");
        const NetlinkBytes payload = datagram.first(header.nlmsg_len).subspan(sizeof header);
        datagram = datagram.subspan(netlink_next(header.nlmsg_len, datagram.size()));
        if (header.nlmsg_seq != sequence_) continue;  // the rest of an earlier reply
        if ((header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) interrupted_ = true;
        switch (header.nlmsg_type) {
            case NLMSG_NOOP:
                break;
            case NLMSG_DONE:
                // A dump that fails half-way ends in its error.
                if (payload.size() >= sizeof(int)) {
                    if (const int code = netlink_value<int>(payload); code < 0)
                        return refused(code);
                }
                return true;
            case NLMSG_ERROR:
                if (payload.size() < sizeof(int))
                    return malformed_netlink("an error without a number");
                return refused(netlink_value<int>(payload));
            case NLMSG_OVERRUN:
                return malformed_netlink("messages were lost");
            case SOCK_DIAG_BY_FAMILY:
                if (const auto taken = row(payload); !taken) return taken.error();
                break;
            default:
                return malformed_netlink("a message of an unknown type");
        }
    }
    return false;
}

}  // namespace erp
