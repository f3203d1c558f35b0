#include "core/net/sockets/socket_tables.hpp"

#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "core/net/network_namespace.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace erp {

std::string_view to_string(SocketWay way) {
    return way == SocketWay::sock_diag ? "sock_diag" : "proc";
}

SocketTables::SocketTables(std::string path) : path_(std::move(path)) {}

void SocketTables::open_proc(const std::string& folder) {
    tcp_.emplace(folder + "/net/tcp");
    tcp6_.emplace(folder + "/net/tcp6");
    netstat_.emplace(folder + "/net/netstat");
    snmp_.emplace(folder + "/net/snmp");
}

void SocketTables::open_diag() {
    open_proc("/proc/thread-self");
    if (auto client = DiagClient::open()) diag_.emplace(std::move(*client));
    std::string room;
    const auto text = ProcTable("/proc/sys/net/core/somaxconn").read(room);
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
    if (tables->diag_ || tables->tcp_->is_open()) return tables;
    return Error{Phase::unsupported, "neither sock_diag nor /proc/net/tcp can be opened"};
}

bool SocketTables::is_current() const {
    return path_.empty() || namespace_identity(path_) == identity_;
}

Result<std::vector<TcpSocket>> SocketTables::list(const TcpQuery& query) {
    if (diag_) {
        auto sockets = diag_->list(query);
        if (sockets || sockets.error().phase != Phase::unsupported) return sockets;
        // A kernel without IPv6 does not know the family.
        if (query.v6) return std::vector<TcpSocket>();
        if (!tcp_->is_open()) return sockets;
        diag_.reset();
    }
    const ProcTable& table = query.v6 ? *tcp6_ : *tcp_;
    if (query.v6 && !table.is_open()) return std::vector<TcpSocket>();
    const auto text = table.read(text_);
    if (!text) return text.error();
    return parse_proc_net_tcp(*text, query);
}

std::optional<TcpSegments> SocketTables::segments() {
    if (!snmp_->is_open()) return std::nullopt;
    const auto text = snmp_->read(text_);
    return text ? parse_snmp(*text) : std::nullopt;
}

std::optional<ListenFailures> SocketTables::listen_failures() {
    if (!netstat_->is_open()) return std::nullopt;
    const auto text = netstat_->read(text_);
    return text ? parse_netstat(*text) : std::nullopt;
}

}  // namespace erp
