#pragma once

#include "core/base/result.hpp"
#include "core/net/sockets/diag_client.hpp"
#include "core/net/sockets/proc_net.hpp"
#include "core/net/sockets/proc_table.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp {

/// How sockets are read. `proc` shows no ages and no backlog, and costs the kernel the writing of
/// every socket of the namespace.
enum class SocketWay : std::uint8_t { sock_diag, proc };
[[nodiscard]] std::string_view to_string(SocketWay way);

/// The kernel's socket tables of one network namespace. One thread at a time. What is open here
/// keeps the namespace alive, so let go when is_current() says so.
class SocketTables {
  public:
    /// The namespace of this process, with an empty path, or that of a path: /run/netns/NAME (ip
    /// netns), /proc/PID/ns/net. Another one's sock_diag takes CAP_SYS_ADMIN; without it that of a
    /// pid is read by /proc/PID/net, which takes nothing, and a name's not at all.
    [[nodiscard]] static Result<std::unique_ptr<SocketTables>> open(const std::string& path);

    /// Whether the path still leads to this namespace: its process may have ended, and its number
    /// be another's.
    [[nodiscard]] bool is_current() const;
    [[nodiscard]] SocketWay way() const { return diag_ ? SocketWay::sock_diag : SocketWay::proc; }
    /// net.core.somaxconn of the namespace, which caps backlogs; nothing: not known.
    [[nodiscard]] std::optional<std::uint32_t> most_backlog() const { return most_backlog_; }

    /// None of IPv6 where the kernel is without. After an error open() again.
    [[nodiscard]] Result<std::vector<TcpSocket>> list(const TcpQuery& query);
    /// Nothing: they cannot be read.
    [[nodiscard]] std::optional<TcpSegments> segments();
    [[nodiscard]] std::optional<ListenFailures> listen_failures();

  private:
    explicit SocketTables(std::string path);
    /// Of the namespace that this thread is in, or of the process whose /proc folder it is.
    void open_proc(const std::string& folder);
    void open_diag();

    std::string path_;
    std::optional<std::uint64_t> identity_;
    std::optional<DiagClient> diag_;
    std::optional<ProcTable> tcp_, tcp6_, netstat_, snmp_;
    std::optional<std::uint32_t> most_backlog_;
    std::string text_;  ///< room for a table
};

}  // namespace erp
