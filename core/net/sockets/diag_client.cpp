#include "core/net/sockets/diag_client.hpp"

#include "core/base/deadline.hpp"
#include "core/net/sockets/inet_diag.hpp"

#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace erp {
namespace {

/// The kernel makes each datagram of a dump while it is received, of at most 32 KiB.
constexpr std::size_t kLargestDatagram = 64UL * 1024;
/// So that nothing ever hangs here; a dump takes a millisecond.
constexpr auto kPatience = std::chrono::seconds(1);

Error failure(int number) {
    const std::string text = "sock_diag: " + std::generic_category().message(number);
    switch (number) {
        case EPERM:
        case EACCES:
            return {Phase::privilege, text};
        case EAFNOSUPPORT:
        case EPROTONOSUPPORT:
            return {Phase::unsupported, text};
        case EAGAIN:
            return {Phase::timeout, text};
        case ENOBUFS:
            return {Phase::busy, text};
        default:
            return {Phase::connect, text};
    }
}

}  // namespace

DiagClient::DiagClient(int fd)
    : socket_(std::make_unique<Descriptor>(fd)), buffer_(kLargestDatagram) {}

Result<DiagClient> DiagClient::open() {
    DiagClient client(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    const int fd = client.socket_->get();
    if (fd < 0) return failure(errno);
    const timeval patience{.tv_sec = kPatience.count(), .tv_usec = 0};
    if (::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0)
        return failure(errno);
    return client;
}

Result<void> DiagClient::ask(const std::vector<std::byte>& request,
                             const std::function<Result<bool>(NetlinkBytes)>& take) {
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    if (::sendto(socket_->get(), request.data(), request.size(), 0,
                 reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel) < 0)
        return failure(errno);
    const Deadline deadline = Deadline::after(kPatience);
    while (!deadline.passed()) {
        sockaddr_nl from{};
        iovec part{buffer_.data(), buffer_.size()};
        msghdr message{};
        message.msg_name = &from;
        message.msg_namelen = sizeof from;
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        const ssize_t size = ::recvmsg(socket_->get(), &message, 0);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return failure(errno);
        if (size == 0) return Error{Phase::closed, "sock_diag: no reply"};
        // Any process may send to a netlink socket; the kernel is port 0.
        if (message.msg_namelen != sizeof from || from.nl_pid != 0) continue;
        if ((message.msg_flags & MSG_TRUNC) != 0)
            return Error{Phase::limit, "sock_diag: a datagram is too large"};
        const auto last = take(std::span(buffer_).first(static_cast<std::size_t>(size)));
        if (!last) return last.error();
        if (*last) return {};
    }
    return failure(EAGAIN);
}

template <class Query>
Result<std::vector<typename Query::Socket>> DiagClient::dump(const Query& query) {
    constexpr int kTries = 3;
    for (int i = 0; i < kTries; ++i) {
        DiagReply<Query> reply(query, ++sequence_);
        const auto done = ask(diag_request(query, sequence_),
                              [&](NetlinkBytes datagram) { return reply.add(datagram); });
        if (!done) return done.error();
        if (!reply.interrupted()) return std::move(reply.sockets());
    }
    return Error{Phase::busy, "sock_diag: the kernel's tables change too quickly"};
}

Result<std::vector<TcpSocket>> DiagClient::list(const TcpQuery& query) {
    return dump(query);
}

Result<std::vector<UnixSocket>> DiagClient::list(const UnixQuery& query) {
    return dump(query);
}

}  // namespace erp
