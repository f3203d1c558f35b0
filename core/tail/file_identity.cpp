#include "core/tail/file_identity.hpp"

#include "core/tail/byte_codec.hpp"

#include <sys/stat.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <memory>
#include <string_view>

namespace erp::tail {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;

FileLook to_look(const struct stat& found) {
    return {found.st_dev,
            found.st_ino,
            static_cast<std::uint64_t>(found.st_size),
            found.st_nlink,
            found.st_mtim.tv_sec * kNanoseconds + found.st_mtim.tv_nsec,
            S_ISREG(found.st_mode)};
}

/// The first bytes of a file, as many as there are.
class Head {
  public:
    Head(int fd, std::size_t most) : bytes_(std::make_unique_for_overwrite<char[]>(most)) {
        while (size_ < most) {
            const ssize_t got =
                ::pread(fd, bytes_.get() + size_, most - size_, static_cast<off_t>(size_));
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) break;
            size_ += static_cast<std::size_t>(got);
        }
    }
    [[nodiscard]] std::string_view bytes() const { return {bytes_.get(), size_}; }

  private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
};

/// Whether `head` begins with the `size` bytes of that hash; if so, both take in the rest.
bool takes_in(std::string_view head, std::uint64_t& size, std::uint64_t& hash) {
    if (head.size() < size) return false;
    const std::uint64_t known = fnv1a(head.substr(0, size));
    if (size > 0 && known != hash) return false;
    hash = fnv1a(head.substr(size), known);
    size = head.size();
    return true;
}

/// What of the bytes follows the first `size`, of which at most `most` are to be known; hashes it.
std::string_view follow(std::uint64_t at,
                        std::string_view bytes,
                        std::uint64_t most,
                        std::uint64_t& size,
                        std::uint64_t& hash) {
    if (size >= most || at > size || at + bytes.size() <= size) return {};
    const std::string_view fresh = bytes.substr(size - at, most - size);
    hash = size == 0 ? fnv1a(fresh) : fnv1a(fresh, hash);
    size += fresh.size();
    return fresh;
}

}  // namespace

std::optional<FileLook> look_at(const std::string& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) return std::nullopt;
    return to_look(found);
}

std::optional<FileLook> look_at(int fd) {
    struct stat found {};
    if (::fstat(fd, &found) != 0) return std::nullopt;
    return to_look(found);
}

std::int64_t file_clock_now() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return now.tv_sec * kNanoseconds + now.tv_nsec;
}

bool FileIdentity::check(std::string_view head) {
    if (!takes_in(head, head_size, head_hash)) return false;
    has_line = head.find('\n') != std::string_view::npos;
    near_size = std::min<std::uint64_t>(head.size(), kMostNear);
    near_hash = fnv1a(head.substr(0, near_size));
    return true;
}

bool FileIdentity::check_near(std::string_view near) {
    return takes_in(near, near_size, near_hash);
}

void FileIdentity::take(std::uint64_t at, std::string_view bytes) {
    (void)follow(at, bytes, kMostNear, near_size, near_hash);
    has_line |=
        follow(at, bytes, kMostHead, head_size, head_hash).find('\n') != std::string_view::npos;
}

bool check_head(int fd, FileIdentity& identity) {
    return identity.check(Head(fd, FileIdentity::kMostHead).bytes());
}

bool check_near(int fd, FileIdentity& identity) {
    return identity.check_near(Head(fd, FileIdentity::kMostNear).bytes());
}

bool check_still(int fd, FileIdentity& identity) {
    if (identity.head_size < FileIdentity::kMostHead) return check_head(fd, identity);
    return check_near(fd, identity);
}

}  // namespace erp::tail
