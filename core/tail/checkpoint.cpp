#include "core/tail/checkpoint.hpp"

#include "core/base/descriptor.hpp"
#include "core/tail/byte_codec.hpp"

#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <system_error>
#include <vector>

namespace erp::tail {
namespace {

constexpr std::string_view kMagic = "erp_tail";
constexpr std::uint64_t kVersion = 2;
constexpr std::uint64_t kMost = 256U << 20U;  // bytes; ours are far below

Error failed(const std::string& path) {
    return {Phase::query, path + ": " + std::generic_category().message(errno)};
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(fd, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Checkpoint::Loaded Checkpoint::load() const {
    if (path_.empty()) return {};
    const Descriptor fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (fd.get() < 0) return {errno == ENOENT ? Found::nothing : Found::unreadable, {}};
    struct stat about {};
    if (::fstat(fd.get(), &about) != 0 || !S_ISREG(about.st_mode)) return {Found::unreadable, {}};
    if (static_cast<std::uint64_t>(about.st_size) > kMost) return {Found::corrupt, {}};
    std::string all(static_cast<std::size_t>(about.st_size), '\0');
    std::size_t size = 0;
    while (size < all.size()) {
        const ssize_t got = ::read(fd.get(), all.data() + size, all.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return {Found::unreadable, {}};
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    all.resize(size);
    if (!all.starts_with(kMagic)) return {Found::corrupt, {}};
    ByteReader in(std::string_view(all).substr(kMagic.size()));
    if (in.number() > kVersion && in.ok()) return {Found::future, {}};
    const std::uint64_t sum = in.number();
    const std::string_view bytes = in.text();
    if (!in.at_end() || fnv1a(bytes) != sum) return {Found::corrupt, {}};
    return {Found::good, std::string(bytes)};
}

std::optional<Error> Checkpoint::store(std::string_view bytes) const {
    if (path_.empty()) return std::nullopt;
    std::string head(kMagic);  // and behind it, as load() reads them, the bytes as a text
    put(head, kVersion);
    put(head, fnv1a(bytes));
    put(head, std::uint64_t{bytes.size()});
    const std::string fresh = path_ + ".new";
    {
        const Descriptor fd(
            ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (fd.get() < 0) return failed(fresh);
        if (!write_all(fd.get(), head) || !write_all(fd.get(), bytes) || ::fsync(fd.get()) != 0)
            return failed(fresh);
    }
    if (std::rename(fresh.c_str(), path_.c_str()) != 0) return failed(path_);
    const std::string folder = folder_of(path_);
    const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd.get() < 0 || ::fsync(fd.get()) != 0) return failed(folder);
    return std::nullopt;
}

std::string Checkpoint::set_aside() const {
    constexpr int kMostKept = 9;
    std::string to = path_ + ".refused";
    struct stat about {};
    for (int i = 2; i <= kMostKept && ::lstat(to.c_str(), &about) == 0; ++i)
        to = path_ + ".refused." + std::to_string(i);
    (void)std::rename(path_.c_str(), to.c_str());
    return to;
}

}  // namespace erp::tail
