#include "core/net/sockets/proc_table.hpp"

#include <fcntl.h>

#include <cerrno>
#include <system_error>

namespace erp {
namespace {

constexpr std::size_t kLongestTable = 64UL * 1024 * 1024;
constexpr std::size_t kStep = 64UL * 1024;

}  // namespace

ProcTable::ProcTable(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}

Result<std::string_view> ProcTable::read(std::string& room) const {
    std::size_t size = 0;
    while (true) {
        if (room.size() < size + kStep) room.resize(size + kStep);
        const ssize_t more =
            ::pread(file_.get(), room.data() + size, kStep, static_cast<off_t>(size));
        if (more < 0 && errno == EINTR) continue;
        if (more < 0)
            return Error{Phase::connect, "/proc/net: " + std::generic_category().message(errno)};
        if (more == 0) return std::string_view(room).substr(0, size);
        size += static_cast<std::size_t>(more);
        if (size > kLongestTable) return Error{Phase::limit, "/proc/net/tcp is too long"};
    }
}

}  // namespace erp
