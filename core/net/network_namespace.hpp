#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace erp {

/// The path of the network namespace to look into, see SocketTables::open(). An error says why it
/// is not known: `refused` that there is none now (its container is down). Called on the thread of
/// whoever looks.
using NamespaceFinder = std::function<Result<std::string>()>;
/// Empty without a finder: that of this process.
[[nodiscard]] Result<std::string> find_namespace(const NamespaceFinder& finder);

/// "/proc/7" of "/proc/7/ns/net"; nothing of another path.
[[nodiscard]] std::optional<std::string> process_folder(const std::string& path);

/// Which network namespace a path leads to now, comparable among those of one path; nothing: none.
/// Takes no privilege: a process's is known by the inode of its /proc/PID/net/tcp, of which the
/// kernel has one for each namespace, since /proc/PID/ns/net is closed to other users.
[[nodiscard]] std::optional<std::uint64_t> namespace_identity(const std::string& path);

/// Whether it is that of this process.
[[nodiscard]] bool is_own_namespace(const std::string& path);

/// Runs `work` inside a network namespace, on a thread that ends with it, so that no other thread
/// leaves its own. 0, or the errno for which it could not enter (EPERM: it takes CAP_SYS_ADMIN).
[[nodiscard]] int inside_namespace(const std::string& path, const std::function<void()>& work);

}  // namespace erp
