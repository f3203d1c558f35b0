#include "core/tail/file_watch.hpp"

#include <sys/eventfd.h>
#include <sys/inotify.h>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
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
    : event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      names_{Descriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)), {}},
      writes_{Descriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)), {}} {
    if (event_.get() < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

bool FileWatch::add(Queue& queue, const std::string& path, unsigned events) {
    const int id = ::inotify_add_watch(queue.descriptor.get(), path.c_str(), events);
    const auto known = queue.watched.find(path);
    // Another file stands there: the old one is drained by polling.
    if (known != queue.watched.end() && known->second != id) {
        ::inotify_rm_watch(queue.descriptor.get(), known->second);
        queue.watched.erase(known);
    }
    if (id >= 0) queue.watched[path] = id;
    return id >= 0 || errno == ENOENT || errno == EACCES;
}

void FileWatch::forget_others(Queue& queue, const std::set<std::string>& wanted) {
    std::erase_if(queue.watched, [&](const auto& known) {
        if (wanted.contains(known.first)) return false;
        ::inotify_rm_watch(queue.descriptor.get(), known.second);
        return true;
    });
}

bool FileWatch::watch(const std::vector<std::string>& paths) {
    if (names_.descriptor.get() < 0 || writes_.descriptor.get() < 0) return false;
    bool all = true;
    std::set<std::string> folders;
    std::set<std::string> files;
    for (const std::string& path : paths) {
        const std::size_t slash = path.rfind('/');
        const std::string folder =
            slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
        if (folders.insert(folder).second) all &= add(names_, folder, kNames);
        if (files.insert(path).second) all &= add(writes_, path, IN_MODIFY);
    }
    forget_others(names_, folders);
    forget_others(writes_, files);
    return all;
}

FileWatch::Woken FileWatch::wait(Duration longest, For what) {
    // In the order of For; a negative one is ignored.
    std::array<pollfd, 3> ready{{{event_.get(), POLLIN, 0},
                                 {names_.descriptor.get(), POLLIN, 0},
                                 {writes_.descriptor.get(), POLLIN, 0}}};
    (void)::poll(ready.data(), static_cast<nfds_t>(what) + 1, milliseconds(longest));
    if (ready[0].revents != 0) return Woken::asked;
    Woken woken = Woken::timeout;
    if (ready[2].revents != 0) woken = drain(writes_);
    if (ready[1].revents != 0) woken = std::max(woken, drain(names_));
    return woken;
}

FileWatch::Woken FileWatch::drain(const Queue& queue) {
    Woken woken = Woken::written;
    std::array<char, 16U << 10U> buffer{};
    for (ssize_t got = 0;
         (got = ::read(queue.descriptor.get(), buffer.data(), buffer.size())) > 0;) {
        for (ssize_t at = 0; at < got;) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            // Also when the queue ran over: what was lost may have been a name.
            if ((event.mask & IN_MODIFY) == 0) woken = Woken::renamed;
            at += static_cast<ssize_t>(sizeof event + event.len);
        }
        if (got < static_cast<ssize_t>(buffer.size() / 2)) break;  // that was all
    }
    return woken;
}

void FileWatch::wake() {
    const std::uint64_t one = 1;
    (void)!::write(event_.get(), &one, sizeof one);
}

}  // namespace erp::tail
