#include "core/tail/file_identity.hpp"

#include "core/tail/byte_codec.hpp"

#include <sys/stat.h>

#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
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
    explicit Head(int fd) {
        while (size_ < bytes_.size()) {
            const ssize_t got = ::pread(fd, bytes_.data() + size_, bytes_.size() - size_,
                                        static_cast<off_t>(size_));
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) break;
            size_ += static_cast<std::size_t>(got);
        }
    }
    [[nodiscard]] std::string_view bytes() const { return {bytes_.data(), size_}; }

  private:
    std::array<char, FileIdentity::kMostHead> bytes_{};
    std::size_t size_ = 0;
};

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
    if (head.size() < head_size) return false;
    const std::uint64_t known = fnv1a(head.substr(0, head_size));
    if (head_size > 0 && known != head_hash) return false;
    head_hash = fnv1a(head.substr(head_size), known);
    head_size = head.size();
    has_line = head.find('\n') != std::string_view::npos;
    return true;
}

bool check_head(int fd, FileIdentity& identity) {
    return identity.check(Head(fd).bytes());
}

}  // namespace erp::tail
