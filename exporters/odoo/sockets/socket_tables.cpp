#include "exporters/odoo/sockets/socket_tables.hpp"

#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "exporters/odoo/sockets/network_namespace.hpp"

#include <fcntl.h>

#include <cerrno>
#include <iterator>
#include <system_error>
#include <utility>

namespace erp::odoo {
namespace {

/// A table with more is not read: half a million sockets.
constexpr std::size_t kLongestTable = 64UL * 1024 * 1024;

std::unique_ptr<Descriptor> open_file(const std::string& path) {
    return std::make_unique<Descriptor>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
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

void SocketTables::open_proc(const std::string& folder) {
    tcp_ = open_file(folder + "/net/tcp");
    tcp6_ = open_file(folder + "/net/tcp6");
    netstat_ = open_file(folder + "/net/netstat");
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

Result<std::vector<SocketRow>> SocketTables::dump(DiagRequest request, bool& connections) {
    request.connections = connections;
    auto rows = diag_->dump(request);
    if (rows) connections = !rows->empty();
    return rows;
}

Result<std::vector<SocketRow>> SocketTables::look(std::uint16_t port) {
    if (!diag_) return read_proc(port);
    auto rows = dump({.v6 = false, .port = port}, connections_[0]);
    // Where the request is not known the files may be there all the same.
    if (!rows && rows.error().phase == Phase::unsupported && tcp_->get() >= 0) {
        diag_.reset();
        return read_proc(port);
    }
    if (!rows) return rows;
    const auto more = dump({.v6 = true, .port = port}, connections_[1]);
    // A kernel without version 6 does not know the family.
    if (!more && more.error().phase != Phase::unsupported) return more;
    if (more) rows->insert(rows->end(), more->begin(), more->end());
    return rows;
}

Result<std::vector<SocketRow>> SocketTables::count(std::uint16_t port) {
    if (!diag_) return read_proc(port);
    auto rows = diag_->dump({.v6 = false, .port = port, .ages = false});
    if (!rows) return rows;
    const auto more = diag_->dump({.v6 = true, .port = port, .ages = false});
    if (!more && more.error().phase != Phase::unsupported) return more;
    if (more) rows->insert(rows->end(), more->begin(), more->end());
    return rows;
}

Result<std::vector<SocketRow>> SocketTables::read_proc(std::uint16_t port) {
    const auto text = read_again(*tcp_, text_);
    if (!text) return text.error();
    auto rows = parse_proc_net_tcp(*text, false, port);
    if (tcp6_->get() < 0) return rows;  // a kernel without version 6
    const auto more = read_again(*tcp6_, text_);
    if (!more) return more.error();
    const auto rows6 = parse_proc_net_tcp(*more, true, port);
    rows.insert(rows.end(), rows6.begin(), rows6.end());
    return rows;
}

std::optional<ListenFailures> SocketTables::listen_failures() {
    if (netstat_->get() < 0) return std::nullopt;
    const auto text = read_again(*netstat_, text_);
    return text ? parse_netstat(*text) : std::nullopt;
}

}  // namespace erp::odoo
