#include "exporters/odoo/directories/survey.hpp"

#include "core/base/deadline.hpp"
#include "exporters/odoo/processes/text_file.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <set>
#include <utility>

namespace erp::odoo {
namespace {

Error bounded(const std::string& path, const WalkBounds& bounds) {
    return {Phase::limit,
            path + ": more than " + std::to_string(bounds.files) + " files, not counted"};
}

}  // namespace

bool is_session_file(std::string_view name) {
    // werkzeug writes to another name first, and renames.
    return !name.ends_with(".__wz_sess");
}

Result<SpaceLeft> space_of(const std::string& path) {
    struct statvfs found {};
    if (::statvfs(path.c_str(), &found) != 0) return to_error(path, errno);
    const auto unit = static_cast<double>(found.f_frsize);
    SpaceLeft space{.free_bytes = static_cast<double>(found.f_bavail) * unit,
                    .size_bytes = static_cast<double>(found.f_blocks) * unit};
    if (found.f_files > 0) {
        space.free_inodes = static_cast<double>(found.f_favail);
        space.inodes = static_cast<double>(found.f_files);
    }
    return space;
}

DirectoryPicture without_unknown(DirectoryPicture picture,
                                 const std::function<bool(std::string_view name)>& known) {
    FilestoreSize sum;
    const std::size_t unknown = std::erase_if(picture.filestores, [&](const auto& entry) {
        if (known(entry.first)) return false;
        sum.files += entry.second.files;
        sum.bytes += entry.second.bytes;
        return true;
    });
    if (unknown > 0) picture.unknown = sum;
    return picture;
}

DirectorySurvey::DirectorySurvey(std::string data_dir, WalkBounds bounds)
    : bounds_(bounds), other_root_(data_dir.starts_with("/proc/")) {
    picture_.data_dir = std::move(data_dir);
}

std::optional<Error> DirectorySurvey::leads_astray(const std::string& path) const {
    if (!other_root_ || !is_link(path)) return std::nullopt;
    return Error{Phase::unsupported, path + ": a link in another root is not followed"};
}

void DirectorySurvey::look_at_space() {
    const std::string files = picture_.data_dir + "/filestore";
    auto space = leads_astray(files) ? space_of(picture_.data_dir) : space_of(files);
    if (!space) space = space_of(picture_.data_dir);
    picture_.space.reset();
    picture_.space_problem.reset();
    if (space) {
        picture_.space = *space;
    } else {
        picture_.space_problem = space.error();
    }
}

bool DirectorySurvey::count_sessions(const Pacer& pace) {
    const std::string path = picture_.data_dir + "/sessions";
    if (auto problem = leads_astray(path)) {
        picture_.sessions.reset();
        picture_.sessions_problem = std::move(problem);
        return true;
    }
    SessionCounts counts;
    const double recent = unix_now() - SessionCounts::kRecent;
    const auto end = walk_files(
        path,
        [&](std::string_view name, std::uint64_t /*bytes*/, double modified) {
            if (!is_session_file(name)) return;
            ++counts.all;
            if (modified >= recent) ++counts.recent;
        },
        pace, bounds_);
    if (end && *end == WalkEnd::stopped) return false;
    picture_.sessions.reset();
    picture_.sessions_problem.reset();
    if (!end) {
        picture_.sessions_problem = end.error();
    } else if (*end == WalkEnd::bounded) {
        picture_.sessions_problem = bounded(path, bounds_);
    } else {
        picture_.sessions = counts;
    }
    return true;
}

void DirectorySurvey::leave_out(Error why) {
    if (left_out_++ == 0) {
        first_left_out_ = why.text;
        picture_.filestore_problem = std::move(why);
        return;
    }
    picture_.filestore_problem->text =
        first_left_out_ + " (and " + std::to_string(left_out_ - 1) + " more)";
}

bool DirectorySurvey::size_filestore(const std::string& database, const Pacer& pace) {
    const std::string path = picture_.data_dir + "/filestore/" + database;
    if (auto problem = leads_astray(path)) {
        picture_.filestores.erase(database);
        leave_out(*std::move(problem));
        return true;
    }
    FilestoreSize size;
    const auto end = walk_files(
        path,
        [&](std::string_view /*name*/, std::uint64_t bytes, double /*modified*/) {
            ++size.files;
            size.bytes += bytes;
        },
        pace, bounds_);
    if (end && *end == WalkEnd::stopped) return false;
    picture_.filestores.erase(database);
    if (end && *end == WalkEnd::complete) {
        picture_.filestores.emplace(database, size);
    } else if (end) {
        leave_out(bounded(path, bounds_));
    } else if (end.error().phase != Phase::refused || is_link(path)) {  // else dropped meanwhile
        leave_out(end.error());
    }
    return true;
}

bool DirectorySurvey::walk(const Pacer& pace, const std::function<void()>& changed) {
    if (!count_sessions(pace)) return false;
    changed();
    const std::string files = picture_.data_dir + "/filestore";
    const auto astray = leads_astray(files);
    const auto databases =
        astray ? Result<std::vector<std::string>>(*astray) : folders_in(files, kMostDatabases);
    picture_.filestore_problem.reset();
    left_out_ = 0;
    if (!databases) {
        picture_.filestore_problem = databases.error();
        picture_.filestores.clear();
        picture_.filestores_complete = false;
        // One that is not there yet, as of a new Odoo, misses nothing.
        if (databases.error().phase != Phase::refused) picture_.filestores_at = unix_now();
        changed();
        return true;
    }
    std::erase_if(picture_.filestores, [&](const auto& entry) {
        return !std::ranges::binary_search(*databases, entry.first);
    });
    for (const std::string& database : *databases) {
        if (!size_filestore(database, pace)) return false;
        changed();
    }
    picture_.filestores_complete = !picture_.filestore_problem;
    picture_.filestores_at = unix_now();
    changed();
    return true;
}

}  // namespace erp::odoo
