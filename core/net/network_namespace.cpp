#include "core/net/network_namespace.hpp"

#include "core/base/descriptor.hpp"

#include <sys/stat.h>

#include <fcntl.h>
#include <sched.h>

#include <cerrno>
#include <string_view>
#include <system_error>
#include <thread>

namespace erp {
namespace {

std::optional<std::uint64_t> inode_of(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return std::nullopt;
    return status.st_ino;
}

}  // namespace

Result<std::string> find_namespace(const NamespaceFinder& finder) {
    auto found = finder ? finder() : std::string();
    if (found) return found;
    return Error{found.error().phase, "its network namespace is not known: " + found.error().text};
}

std::optional<std::string> process_folder(const std::string& path) {
    constexpr std::string_view kBegin = "/proc/";
    constexpr std::string_view kEnd = "/ns/net";
    if (!path.starts_with(kBegin) || !path.ends_with(kEnd)) return std::nullopt;
    if (path.size() <= kBegin.size() + kEnd.size()) return std::nullopt;
    const std::string folder = path.substr(0, path.size() - kEnd.size());
    const std::string_view number = std::string_view(folder).substr(kBegin.size());
    if (number.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    return folder;
}

std::optional<std::uint64_t> namespace_identity(const std::string& path) {
    const auto folder = process_folder(path);
    return inode_of(folder ? *folder + "/net/tcp" : path);
}

bool is_own_namespace(const std::string& path) {
    const auto theirs = namespace_identity(path);
    const char* own = process_folder(path) ? "/proc/self/net/tcp" : "/proc/self/ns/net";
    return theirs && theirs == inode_of(own);
}

int inside_namespace(const std::string& path, const std::function<void()>& work) {
    int error = 0;
    try {
        std::thread([&] {
            const Descriptor target(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
            if (target.get() < 0 || ::setns(target.get(), CLONE_NEWNET) != 0) {
                error = errno;
            } else {
                work();
            }
        }).join();
    } catch (const std::system_error& no_thread) {
        error = no_thread.code().value();
    }
    return error;
}

}  // namespace erp
