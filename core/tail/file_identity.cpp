#include "core/tail/file_identity.hpp"

#include "core/tail/byte_codec.hpp"

#include <sys/stat.h>

#include <algorithm>
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
    return true;
}

bool FileIdentity::check_near(std::string_view near) const {
    const std::uint64_t size = std::min(head_size, kMostNear);
    if (near.size() < size) return false;
    const std::uint64_t known = head_size < kMostNear ? head_hash : steps[kNearStep];
    return size == 0 || known == 0 || known == fnv1a(near.substr(0, size));
}

void FileIdentity::take(std::uint64_t at, std::string_view bytes) {
    if (head_size >= kMostHead || at > head_size || at + bytes.size() <= head_size) return;
    const std::string_view fresh = bytes.substr(head_size - at, kMostHead - head_size);
    has_line |= fresh.find('\n') != std::string_view::npos;
    extend(fresh);
}

std::optional<bool> FileIdentity::begins_alike(const FileIdentity& other) const {
    const auto next = std::ranges::upper_bound(kSteps, std::min(head_size, other.head_size));
    if (next == kSteps.begin()) return std::nullopt;
    const auto last = static_cast<std::size_t>(next - kSteps.begin()) - 1;
    if (steps[last] == 0 || other.steps[last] == 0) return std::nullopt;
    return steps[last] == other.steps[last];
}

}  // namespace erp::tail
