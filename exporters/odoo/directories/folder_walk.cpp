#include "exporters/odoo/directories/folder_walk.hpp"

#include "core/base/handle.hpp"
#include "exporters/odoo/processes/text_file.hpp"

#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

namespace erp::odoo {
namespace {

using Folder = Handle<DIR, ::closedir>;

/// Entries between two calls of the pacer, so that one huge folder is no burst.
constexpr std::size_t kChunk = 256;

/// `flags`: O_NOFOLLOW, or 0.
Folder open_folder(int in, const char* name, int flags) {
    const int fd = ::openat(in, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | flags);
    if (fd < 0) return {};
    DIR* const folder = ::fdopendir(fd);
    if (folder == nullptr) ::close(fd);
    return Folder(folder);
}

bool is_dots(const char* name) {
    return std::string_view(name) == "." || std::string_view(name) == "..";
}

const char* next_name(DIR* folder) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): each stream has one reader
    while (const dirent* entry = ::readdir(folder)) {
        if (!is_dots(entry->d_name)) return entry->d_name;
    }
    return nullptr;
}

class Walk {
  public:
    Walk(const FileVisitor& visit, const Pacer& pace, const WalkBounds& bounds)
        : visit_(visit), pace_(pace), bounds_(bounds) {}

    Result<WalkEnd> run(const std::string& path) {
        const Folder top = open_folder(AT_FDCWD, path.c_str(), 0);
        struct stat about {};
        if (!top || ::fstat(::dirfd(top.get()), &about) != 0) return to_error(path, errno);
        device_ = about.st_dev;
        visit_folder(top.get(), path, 0);
        if (error_) return *error_;
        if (left_out_ && end_ == WalkEnd::complete) return *left_out_;
        return end_;
    }

  private:
    bool going_on() const { return end_ == WalkEnd::complete && !error_; }

    // NOLINTNEXTLINE(misc-no-recursion): as deep as the bound
    void visit_folder(DIR* folder, const std::string& path, int depth) {
        while (going_on()) {
            errno = 0;
            const char* const name = next_name(folder);
            if (name == nullptr) {
                if (errno != 0 && errno != ENOENT) error_ = to_error(path, errno);
                break;
            }
            struct stat about {};
            if (::fstatat(::dirfd(folder), name, &about, AT_SYMLINK_NOFOLLOW) == 0) {
                if (S_ISDIR(about.st_mode)) {
                    if (about.st_dev != device_) {
                        leave_out(path + "/" + name, "on another file system");
                    } else if (depth >= bounds_.depth) {
                        leave_out(path + "/" + name, "too deep");
                    } else {
                        enter(folder, name, path, depth + 1);
                    }
                } else if (S_ISREG(about.st_mode)) {
                    take(name, about);
                }
            } else if (errno == EACCES) {  // a folder that may be listed, but not entered
                error_ = to_error(path, errno);
            }
            if (++chunk_ >= kChunk) take_breath();
        }
        take_breath();
    }

    // NOLINTNEXTLINE(misc-no-recursion)
    void enter(DIR* in, const char* name, const std::string& path, int depth) {
        const std::string below = path + "/" + name;
        const Folder folder = open_folder(::dirfd(in), name, O_NOFOLLOW);
        if (folder) return visit_folder(folder.get(), below, depth);
        if (errno == EACCES || errno == EPERM || errno == EMFILE || errno == ENFILE)
            error_ = to_error(below, errno);
    }

    void leave_out(const std::string& path, const char* why) {
        if (!left_out_) left_out_ = Error{Phase::limit, path + " is not counted: it is " + why};
    }

    void take(const char* name, const struct stat& about) {
        if (files_ == bounds_.files) {
            end_ = WalkEnd::bounded;
            return;
        }
        ++files_;
        visit_(name, static_cast<std::uint64_t>(about.st_size),
               static_cast<double>(about.st_mtim.tv_sec));
    }

    void take_breath() {
        if (going_on() && !pace_(std::exchange(chunk_, 0))) end_ = WalkEnd::stopped;
    }

    const FileVisitor& visit_;
    const Pacer& pace_;
    const WalkBounds& bounds_;
    dev_t device_ = 0;
    std::uint64_t files_ = 0;
    std::size_t chunk_ = 0;
    WalkEnd end_ = WalkEnd::complete;
    std::optional<Error> error_;
    std::optional<Error> left_out_;  ///< the first
};

}  // namespace

bool is_link(const std::string& path) {
    struct stat about {};
    return ::lstat(path.c_str(), &about) == 0 && S_ISLNK(about.st_mode);
}

Result<WalkEnd> walk_files(const std::string& path,
                           const FileVisitor& visit,
                           const Pacer& pace,
                           const WalkBounds& bounds) {
    return Walk(visit, pace, bounds).run(path);
}

Result<std::vector<std::string>> folders_in(const std::string& path, std::size_t most) {
    const Folder folder = open_folder(AT_FDCWD, path.c_str(), 0);
    if (!folder) return to_error(path, errno);
    std::vector<std::string> names;
    while (const char* const name = next_name(folder.get())) {
        struct stat about {};
        // A link that leads nowhere is a folder that cannot be read.
        const bool leads = ::fstatat(::dirfd(folder.get()), name, &about, 0) == 0;
        if (leads ? !S_ISDIR(about.st_mode) : !is_link(path + "/" + name)) continue;
        if (names.size() == most)
            return Error{Phase::limit, path + ": more than " + std::to_string(most) + " folders"};
        names.emplace_back(name);
    }
    std::ranges::sort(names);
    return names;
}

}  // namespace erp::odoo
