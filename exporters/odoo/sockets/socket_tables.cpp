#include "exporters/odoo/sockets/socket_tables.hpp"

#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "exporters/odoo/sockets/network_namespace.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <utility>

namespace erp::odoo {
namespace {

/// A table with more is not read: half a million sockets.
constexpr std::size_t kLongestTable = 64UL * 1024 * 1024;

/// A family in which nothing was found is looked at whole again after as many looks: sock_diag
/// finds a new listener without that.
constexpr std::uint32_t kEmptyDumps = 40;
constexpr std::uint32_t kEmptyReads = 4;
/// Two seconds.
constexpr std::uint32_t kQuietLooks = 8;

std::unique_ptr<Descriptor> open_file(const std::string& path) {
    return std::make_unique<Descriptor>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

bool is_waiting(const SocketRow& row) {
    return row.state != TcpState::listen && row.inode == 0;
}

/// From its beginning: the kernel writes the table anew.
Result<std::string_view> read_again(const Descriptor& file, std::string& room) {
    std::size_t size = 0;
    while (true) {
        constexpr std::size_t kStep = 64UL * 1024;
        if (room.size() < size + kStep) room.resize(size + kStep);
        const ssize_t more =
            ::pread(file.get(), room.data() + size, kStep, static_cast<off_t>(size));
        if (more < 0 && errno == EINTR) continue;
        if (more < 0)
            return Error{Phase::connect, "/proc/net: " + std::generic_category().message(errno)};
        if (more == 0) return std::string_view(room).substr(0, size);
        size += static_cast<std::size_t>(more);
        if (size > kLongestTable) return Error{Phase::limit, "/proc/net/tcp is too long"};
    }
}

}  // namespace

std::string_view to_string(SocketWay way) {
    return way == SocketWay::sock_diag ? "sock_diag" : "proc";
}

SocketTables::SocketTables(std::string path) : path_(std::move(path)), quiet_(kQuietLooks) {}

void SocketTables::open_proc(const std::string& folder) {
    tcp_ = open_file(folder + "/net/tcp");
    tcp6_ = open_file(folder + "/net/tcp6");
    netstat_ = open_file(folder + "/net/netstat");
    snmp_ = open_file(folder + "/net/snmp");
}

void SocketTables::open_diag() {
    open_proc("/proc/thread-self");
    if (auto client = DiagClient::open()) diag_.emplace(std::move(*client));
    std::string room;
    const auto text = read_again(*open_file("/proc/sys/net/core/somaxconn"), room);
    const auto most = text ? to_int(trim(*text)) : std::nullopt;
    if (most && *most > 0) most_backlog_ = static_cast<std::uint32_t>(*most);
}

Result<std::unique_ptr<SocketTables>> SocketTables::open(const std::string& path) {
    std::unique_ptr<SocketTables> tables(new SocketTables(path));
    if (path.empty()) {
        tables->open_diag();
    } else {
        tables->identity_ = namespace_identity(path);
        if (!tables->identity_)
            return Error{Phase::refused, "there is no network namespace " + path};
        const auto pid_folder = process_folder(path);
        if (is_own_namespace(path)) {
            tables->open_diag();
        } else if (const int error = inside_namespace(path, [&] { tables->open_diag(); })) {
            if (!pid_folder || (error != EPERM && error != EACCES)) {
                return Error{error == EPERM || error == EACCES ? Phase::privilege : Phase::connect,
                             "network namespace " + path + ": " +
                                 std::generic_category().message(error) +
                                 (error == EPERM ? " (it takes CAP_SYS_ADMIN)" : "")};
            }
            tables->open_proc(*pid_folder);
        }
    }
    if (tables->diag_ || tables->tcp_->get() >= 0) return tables;
    return Error{Phase::unsupported, "neither sock_diag nor /proc/net/tcp can be opened"};
}

bool SocketTables::is_current() const {
    return path_.empty() || namespace_identity(path_) == identity_;
}

Result<std::vector<SocketRow>> SocketTables::dump(DiagRequest request) {
    auto rows = diag_->dump(request);
    // A kernel without IPv6 does not know the family.
    if (!rows && request.v6 && rows.error().phase == Phase::unsupported)
        return std::vector<SocketRow>();
    return rows;
}

Result<std::vector<SocketRow>> SocketTables::read_proc(std::uint16_t port, bool v6) {
    const Descriptor& file = v6 ? *tcp6_ : *tcp_;
    if (v6 && file.get() < 0) return std::vector<SocketRow>();
    const auto text = read_again(file, text_);
    if (!text) return text.error();
    return parse_proc_net_tcp(*text, v6, port);
}

Result<std::vector<SocketRow>> SocketTables::look(std::uint16_t port) {
    // Before the connections: what happens meanwhile is seen at the next look.
    const auto before = diag_ ? segments() : std::nullopt;
    const bool quiet = quiet_.goes_on(before);
    bool known = true;
    std::vector<SocketRow> all;
    for (const bool v6 : {false, true}) {
        Family& family = families_[v6 ? 1 : 0];
        // Listeners alone cost sock_diag next to nothing; /proc cannot tell them apart.
        const bool everything = !quiet && family.empty % (diag_ ? kEmptyDumps : kEmptyReads) == 0;
        if (!diag_ && !everything) {
            ++family.empty;
            continue;
        }
        auto rows =
            diag_ ? dump({.v6 = v6, .port = port, .connections = everything}) : read_proc(port, v6);
        if (!rows && diag_ && rows.error().phase == Phase::unsupported && tcp_->get() >= 0) {
            diag_.reset();
            return look(port);
        }
        if (!rows) return rows;
        all.insert(all.end(), rows->begin(), rows->end());
        if (!rows->empty()) family.empty = 0;
        if (quiet) {
            all.insert(all.end(), family.connections.begin(), family.connections.end());
            continue;
        }
        if (rows->empty()) ++family.empty;
        known = known && (everything || rows->empty());
        std::erase_if(*rows, [](const SocketRow& row) { return row.state == TcpState::listen; });
        family.connections = std::move(*rows);
    }
    if (!quiet) quiet_.begin(known ? before : std::nullopt, std::ranges::any_of(all, is_waiting));
    return all;
}

Result<std::vector<SocketRow>> SocketTables::count(std::uint16_t port) {
    std::vector<SocketRow> all;
    for (const bool v6 : {false, true}) {
        auto rows = diag_ ? dump({.v6 = v6, .port = port, .ages = false}) : read_proc(port, v6);
        if (!rows) return rows;
        all.insert(all.end(), rows->begin(), rows->end());
    }
    return all;
}

std::optional<TcpSegments> SocketTables::segments() {
    if (snmp_->get() < 0) return std::nullopt;
    const auto text = read_again(*snmp_, text_);
    return text ? parse_snmp(*text) : std::nullopt;
}

std::optional<ListenFailures> SocketTables::listen_failures() {
    if (netstat_->get() < 0) return std::nullopt;
    const auto text = read_again(*netstat_, text_);
    return text ? parse_netstat(*text) : std::nullopt;
}

}  // namespace erp::odoo
