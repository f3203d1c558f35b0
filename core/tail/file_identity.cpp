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

/// What of the bytes at that place follows the first `size`, of which at most `most` are to be
/// known.
std::string_view behind(std::uint64_t size,
                        std::uint64_t at,
                        std::string_view bytes,
                        std::uint64_t most) {
    if (size >= most || at > size || at + bytes.size() <= size) return {};
    return bytes.substr(size - at, most - size);
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

/// The head grows.
void FileIdentity::extend(std::string_view bytes) {
    if (head_size == 0) head_hash = kFnvStart;
    while (!bytes.empty()) {
        const auto next = std::ranges::upper_bound(kSteps, head_size);
        const std::uint64_t left = next == kSteps.end() ? bytes.size() : *next - head_size;
        const std::string_view fresh = bytes.substr(0, left);
        bytes.remove_prefix(fresh.size());
        head_hash = fnv1a(fresh, head_hash);
        head_size += fresh.size();
        if (fresh.size() == left && next != kSteps.end())
            steps[static_cast<std::size_t>(next - kSteps.begin())] = head_hash;
    }
}

bool FileIdentity::check(std::string_view head) {
    if (head.size() < head_size) return false;
    FileIdentity found = *this;
    found.head_size = 0;
    found.extend(head.substr(0, head_size));
    if (head_size > 0 && found.head_hash != head_hash) return false;
    found.extend(head.substr(head_size));
    *this = found;
    has_line = head.find('\n') != std::string_view::npos;
    near_size = std::min<std::uint64_t>(head.size(), kMostNear);
    near_hash = fnv1a(head.substr(0, near_size));
    return true;
}

bool FileIdentity::check_near(std::string_view near) {
    if (near.size() < near_size) return false;
    const std::uint64_t known = fnv1a(near.substr(0, near_size));
    if (near_size > 0 && known != near_hash) return false;
    near_hash = fnv1a(near.substr(near_size), known);
    near_size = near.size();
    return true;
}

void FileIdentity::take(std::uint64_t at, std::string_view bytes) {
    const std::string_view near = behind(near_size, at, bytes, kMostNear);
    near_hash = fnv1a(near, near_size == 0 ? kFnvStart : near_hash);
    near_size += near.size();
    const std::string_view head = behind(head_size, at, bytes, kMostHead);
    has_line |= head.find('\n') != std::string_view::npos;
    extend(head);
}

bool FileIdentity::begins_with(const FileIdentity& part) const {
    const auto next = std::ranges::upper_bound(kSteps, part.head_size);
    if (part.head_size >= head_size || next == kSteps.begin()) return false;
    const auto last = static_cast<std::size_t>(next - kSteps.begin()) - 1;
    return steps[last] != 0 && steps[last] == part.steps[last];
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
