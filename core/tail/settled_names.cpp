// The names beside a log while its writer may be shifting them.
#include "core/tail/followed_log.hpp"

#include <algorithm>
#include <utility>

namespace erp::tail {
namespace {

/// With a writer that never stops to shift names what was seen last has to do.
constexpr Duration kPatience = std::chrono::seconds(2);

}  // namespace

/// What stands beside `there`, and is open as far as it may have to be read: however names move
/// then, each file is read in its turn. Nothing: they moved all the time, and nothing is to be
/// concluded yet.
std::optional<FileNames> FollowedLog::settled_names(Clock::time_point now,
                                                    const std::optional<FileLook>& there) {
    constexpr int kTries = 5;
    FileNames names = list_names(path_, *others_);
    bool all = false;
    for (int i = 0; i < kTries; ++i) {
        drop_stale_names();
        mark_wanted(names, all);
        hold_wanted(names);
        FileNames again = list_names(path_, *others_);
        const bool at_rest = again.same_as(names) && names.newest_is(there);
        const bool done = at_rest && (all || all_are_found(names));
        if (done || (i + 1 == kTries && !wait_for_rest(now))) return names;
        all = all || at_rest;
        names = std::move(again);
    }
    return std::nullopt;
}

/// Marks the rotated files that may have something that was not read: what was written since the
/// last look, what has grown, and what is sought. A copy and a compressed form have another number
/// than what is sought: for them, all.
void FollowedLog::mark_wanted(FileNames& names, bool all) const {
    for (FileNames::Named& file : names.rotated) {
        const auto wants = [&look = file.look](const Source& source) {
            return source.identity.same_place(look) &&
                   (source.lost() || (!source.unfinished && look.size > source.offset));
        };
        file.wanted = file.look.changed >= checked_at_ ||
                      (file.look.size > 0 && (all || std::ranges::any_of(sources_, wants)));
    }
}

/// Whether each file that is sought has its number still, and is no other that got it.
bool FollowedLog::all_are_found(const FileNames& names) const {
    if (std::ranges::none_of(sources_, &Source::lost)) return true;
    const auto newest = LogFile::open(path_);
    const auto newest_look = newest ? (*newest)->look() : std::nullopt;
    return std::ranges::all_of(sources_, [&](const Source& source) {
        if (!source.lost()) return true;
        FileIdentity like = source.identity;
        if (newest_look && like.same_place(*newest_look) && (*newest)->begins_like(like))
            return true;
        return std::ranges::any_of(names.rotated, [&like](const FileNames::Named& file) {
            return file.file != nullptr && like.same_place(file.look) &&
                   file.file->begins_like(like);
        });
    });
}

/// All or none: of more than can be open the oldest have to be read, and closed, first.
void FollowedLog::hold_wanted(FileNames& names) const {
    const auto wanted = std::ranges::count_if(names.rotated, &FileNames::Named::wanted);
    if (open_files() + static_cast<std::size_t>(wanted) > kMostOpen) return;
    for (FileNames::Named& file : names.rotated) {
        if (file.wanted) file.file = open_named(file.name, file.look);
    }
}

/// Names move: what is where is to be seen at the next look. False: that was so for long enough.
bool FollowedLog::wait_for_rest(Clock::time_point now) {
    if (!moving_since_) moving_since_ = now;
    names_at_ = 0;
    return waits_for_rest(now);
}

bool FollowedLog::waits_for_rest(Clock::time_point now) const {
    return moving_since_ && now - *moving_since_ < kPatience;
}

/// Null: it cannot be opened, or `moved`: another file has its name by now.
const LogFile* FollowedLog::opened(Candidate& candidate, bool& moved) {
    if (candidate.file == nullptr) candidate.file = open_named(candidate.name, candidate.look);
    if (candidate.file == nullptr) {
        const auto look = look_at(candidate.name);
        moved = moved || !look || !same_file(*look, candidate.look);
    }
    return candidate.file.get();
}

/// Whether a name in the folder appeared, vanished or changed since this said no. What changes
/// within a tick of the clock may look unchanged: so recent a change is looked at again.
bool FollowedLog::names_changed() {
    constexpr std::int64_t kTick = 20'000'000;
    const std::size_t slash = path_.rfind('/');
    const auto folder = look_at(slash == std::string::npos ? "." : path_.substr(0, slash + 1));
    if (!folder || folder->changed == names_at_) return false;
    names_at_ = folder->changed < file_clock_now() - kTick ? folder->changed : 0;
    return true;
}

}  // namespace erp::tail
