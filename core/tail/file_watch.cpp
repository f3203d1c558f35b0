#include "core/tail/file_watch.hpp"

#include <sys/eventfd.h>
#include <sys/inotify.h>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <set>
#include <system_error>

namespace erp::tail {
namespace {

constexpr unsigned kNames = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;

int milliseconds(Duration time) {
    const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(time).count();
    return static_cast<int>(std::clamp<std::int64_t>(rounded, 0, 3'600'000));
}

}  // namespace

FileWatch::FileWatch()
    : inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)),
      event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (event_.get() < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

bool FileWatch::add(const std::string& path, unsigned events) {
    const int id = ::inotify_add_watch(inotify_.get(), path.c_str(), events);
    const auto known = watched_.find(path);
    // Another file stands there: the old one is drained by polling.
    if (known != watched_.end() && known->second != id) {
        ::inotify_rm_watch(inotify_.get(), known->second);
        watched_.erase(known);
    }
    if (id >= 0) watched_[path] = id;
    return id >= 0 || errno == ENOENT || errno == EACCES;
}

bool FileWatch::watch(const std::vector<std::string>& paths) {
    if (inotify_.get() < 0) return false;
    bool all = true;
    std::set<std::string> wanted;
    for (const std::string& path : paths) {
        const std::size_t slash = path.rfind('/');
        const std::string folder =
            slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
        if (wanted.insert(folder).second) all &= add(folder, kNames);
        if (wanted.insert(path).second) all &= add(path, IN_MODIFY);
    }
    for (auto known = watched_.begin(); known != watched_.end();) {
        if (wanted.contains(known->first)) {
            ++known;
            continue;
        }
        ::inotify_rm_watch(inotify_.get(), known->second);
        known = watched_.erase(known);
    }
    return all;
}

FileWatch::Woken FileWatch::wait(Duration longest) {
    std::array<pollfd, 2> ready{
        {{event_.get(), POLLIN, 0}, {inotify_.get(), POLLIN, 0}}};  // a negative one is ignored
    (void)::poll(ready.data(), ready.size(), milliseconds(longest));
    if (ready[0].revents != 0) return Woken::asked;
    if (ready[1].revents == 0) return Woken::timeout;
    Woken woken = Woken::written;
    std::array<char, 16U << 10U> buffer{};
    for (ssize_t got = 0; (got = ::read(inotify_.get(), buffer.data(), buffer.size())) > 0;) {
        for (ssize_t at = 0; at < got;) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            // Also when the queue ran over: what was lost may have been a name.
            if ((event.mask & IN_MODIFY) == 0) woken = Woken::renamed;
            at += static_cast<ssize_t>(sizeof event + event.len);
        }
    }
    return woken;
}

bool FileWatch::pause(Duration time) {
    pollfd ready{event_.get(), POLLIN, 0};
    (void)::poll(&ready, 1, milliseconds(time));
    return ready.revents != 0;
}

void FileWatch::wake() {
    const std::uint64_t one = 1;
    (void)!::write(event_.get(), &one, sizeof one);
}

}  // namespace erp::tail
