#include "exporters/odoo/processes/text_file.hpp"

#include "core/base/descriptor.hpp"

#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace erp::odoo {

Error to_error(const std::string& path, int error) {
    const std::string text = path + ": " + std::generic_category().message(error);
    switch (error) {
        case ENOENT:
        case ENOTDIR:
        case ESRCH:
            return {Phase::refused, text};
        case EACCES:
        case EPERM:
            return {Phase::privilege, text};
        default:
            return {Phase::query, text};
    }
}

Result<std::string> read_text(const std::string& path, std::size_t most) {
    // A pipe or a device under this name must not hold the thread.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (file.get() < 0) return to_error(path, errno);
    struct stat about = {};
    if (::fstat(file.get(), &about) != 0) return to_error(path, errno);
    if (S_ISDIR(about.st_mode)) return to_error(path, EISDIR);
    // One that is named on purpose, /dev/null, is as good as empty.
    if (!S_ISREG(about.st_mode) && !S_ISCHR(about.st_mode))
        return Error{Phase::query, path + ": is no regular file"};
    std::string text;
    // Files of /proc have no size. Most are read in one go.
    std::size_t room = std::min<std::size_t>(most, 4096);
    while (text.size() < most) {
        const std::size_t before = text.size();
        text.resize(before + room);
        const ssize_t got = ::read(file.get(), text.data() + before, room);
        text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0) return to_error(path, errno);
        if (got == 0) break;
        room = std::min(most - text.size(), 2 * room);
    }
    return text;
}

}  // namespace erp::odoo
