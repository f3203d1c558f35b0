// What is not open of the files of a log: those that wait to be read, and those that were read and
// may grow.
#include "core/tail/followed_log.hpp"

#include <algorithm>
#include <utility>

namespace erp::tail {
namespace {

/// Years of hourly rotation.
constexpr std::size_t kMostUnread = 16'384;
constexpr std::size_t kMostRemembered = 64;
constexpr std::uint64_t kCompression = 10;  // of logs, about
constexpr Duration kRevisit = std::chrono::seconds(1);

bool stands_at(const std::string& name, const FileIdentity& identity) {
    const auto look = look_at(name);
    return look && identity.same_place(*look);
}

}  // namespace

void FollowedLog::Source::wait_at(const std::string& path, const FileLook& look, bool packed) {
    name = path;
    named = look;
    compressed = packed;
    unfinished = true;
}

/// Whether what stands at its name is what stood there, as far as the number tells.
bool FollowedLog::Source::still_named() const {
    const auto look = look_at(name);
    return look && (identity.same_place(*look) || (compressed && same_file(*look, named)));
}

/// A line that is half written there is not known, and does not count.
void FollowedLog::Source::start_at_end(LogFile& from) {
    const auto look = from.look();
    offset = look ? look->size : 0;
    if (offset == 0) return;
    char last = 0;
    from.seek(offset - 1);
    const auto got = from.read({&last, 1});
    skipping = got && *got == 1 && last != '\n';
}

void FollowedLog::Source::end_at(std::uint64_t size) {
    base -= offset - size;  // what was counted of it stays counted
    offset = size;
    unfinished = false;
}

void FollowedLog::name_source(const FileLook& look, const std::string& name) {
    // A number may have been used again: the newest has it, and to be read under this name it must
    // begin the same.
    const auto found = std::find_if(sources_.rbegin(), sources_.rend(), [&look](const Source& s) {
        return s.identity.same_place(look);
    });
    if (found == sources_.rend() || found->lost() || (found->compressed && !found->unfinished))
        return;
    // Of an empty one nothing else is known.
    if (found->file == nullptr && found->identity.head_size == 0 && look.size > 0) return;
    found->name = name;
    found->named = look;
}

/// What waits under a name at which another file stands is sought.
void FollowedLog::drop_stale_names() {
    for (Source& source : sources_) {
        if (!source.name.empty() && !source.still_named()) source.name.clear();
    }
}

void FollowedLog::open_waiting(Clock::time_point now) {
    std::size_t open_now = open_files();
    for (Source& source : sources_) {
        if (open_now >= kMostOpen) return;
        if (source.waits() && open(source, now)) ++open_now;
    }
}

/// False: it is not there any more.
bool FollowedLog::open(Source& source, Clock::time_point now) {
    auto file = LogFile::open(source.name);
    if (!file || !(*file)->begins_like(source.identity)) {
        if (source.unfinished && !stands_at(source.name, source.identity)) (void)wait_for_rest(now);
        source.name.clear();
        return false;
    }
    attach(source, std::move(*file), now);
    return true;
}

/// So many wait only behind a backlog: what was read to its end is let go of, and looked at like
/// everything that is remembered.
bool FollowedLog::make_room(const Source& before, EntryCounters& counters, const Deliver& deliver) {
    if (open_files() < kMostOpen) return true;
    for (Source& source : sources_) {
        if (&source == &before) break;
        if (source.file == nullptr) continue;
        finish(source, counters, deliver);
        return true;
    }
    return false;
}

/// A writer that was never told, or could not reopen its file, writes to the renamed one for ever.
void FollowedLog::revisit(Clock::time_point now) {
    if (now - revisited_ < kRevisit) return;
    revisited_ = now;
    for (Source& source : sources_) {
        if (source.unfinished || source.name.empty()) continue;
        const auto look = look_at(source.name);
        if (!look || !source.identity.same_place(*look)) {
            source.name.clear();
            continue;
        }
        if (look->size <= source.offset || open_files() >= kMostOpen) continue;
        if (source.identity.head_size == 0 && is_copy(source.name)) {
            source.name.clear();
        } else {
            open(source, now);
        }
    }
}

/// What stands at the name of a file that was empty: it may have been a copy in the making, or a
/// copy may have got its number.
bool FollowedLog::is_copy(const std::string& name) {
    const auto file = LogFile::open(name);
    FileIdentity own;
    return file && (*file)->begins_like(own) && copied_from(**file, own) != nullptr;
}

void FollowedLog::limit_backlog(EntryState& state) {
    std::uint64_t left = options_.backlog;
    for (std::size_t i = sources_.size(); i-- > 0;) {
        Source& source = sources_[i];
        if (source.file == nullptr && !source.waits()) continue;
        const auto look = source.file ? source.file->look() : look_at(source.name);
        const std::uint64_t size = look ? look->size : 0;
        const std::uint64_t unread =
            source.compressed ? size * kCompression : size - std::min(size, source.offset);
        if (unread <= left) {
            left -= unread;
            continue;
        }
        ++state.errors[static_cast<std::size_t>(TailError::backlog)];
        if (source.compressed) {
            source.file = nullptr;
            source.splitter = nullptr;
            source.unfinished = false;
            source.name.clear();
        } else {
            source.offset = size - left;
            source.skipping = true;
            if (source.file) attach(source, std::move(source.file), source.active);
        }
        left = 0;
    }
}

void FollowedLog::forget_oldest(EntryState& state) {
    std::size_t remembered = 0;
    std::size_t unread = 0;
    for (std::size_t i = sources_.size(); i-- > 0;) {
        const bool unfinished = sources_[i].unfinished;
        std::size_t& count = unfinished ? unread : remembered;
        if (++count <= (unfinished ? kMostUnread : kMostRemembered)) continue;
        if (unfinished) ++state.errors[static_cast<std::size_t>(TailError::backlog)];
        sources_.erase(sources_.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

}  // namespace erp::tail
