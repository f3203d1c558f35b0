#include "core/tail/snapshot_lock.hpp"

#include <sys/file.h>

#include <fcntl.h>

#include <cerrno>
#include <system_error>

namespace erp::tail {

std::optional<SnapshotLock::Refusal> SnapshotLock::take() {
    if (path_.empty() || file_) return std::nullopt;
    // Opened anew each time: somebody may have removed the file.
    file_.emplace(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    int error = file_->get() < 0 ? errno : 0;
    while (error == 0 && ::flock(file_->get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EINTR) error = errno;
    }
    if (error == 0) return std::nullopt;
    file_.reset();
    if (error == EWOULDBLOCK) return Refusal{TailError::locked, path_ + ": another reader has it"};
    return Refusal{TailError::snapshot,
                   path_ + " cannot be locked: " + std::generic_category().message(error)};
}

}  // namespace erp::tail
