// Which file is which, at the start and whenever another file stands at the path.
#include "core/tail/followed_log.hpp"
#include "core/tail/siblings.hpp"

#include <algorithm>
#include <utility>

namespace erp::tail {
namespace {

constexpr std::size_t kMostCandidates = 256;
constexpr std::size_t kMostOpen = 64;
constexpr std::size_t kMostRemembered = 16;
constexpr std::uint64_t kCompression = 10;  // of logs, about

}  // namespace

/// The rotated files, those that can be opened, by last write.
std::vector<FollowedLog::Candidate> FollowedLog::candidates() const {
    const bool seeking = std::any_of(sources_.begin(), sources_.end(), [](const Source& s) {
        return s.unfinished && s.file == nullptr;
    });
    std::vector<std::pair<FileLook, std::string>> names;
    for (std::string& name : rotated_siblings(path_)) {
        const auto look = look_at(name);
        if (look && look->regular && look->size > 0 && (seeking || look->changed >= checked_at_))
            names.emplace_back(*look, std::move(name));
    }
    std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) {
        return std::pair(a.first.changed, a.second) < std::pair(b.first.changed, b.second);
    });
    if (names.size() > kMostCandidates) names.erase(names.begin(), names.end() - kMostCandidates);
    std::vector<Candidate> found;
    for (const auto& listed : names) {
        const FileLook& look = listed.first;
        const std::string& name = listed.second;
        // gzip keeps the original until the compressed file is complete.
        const bool doubled =
            name.ends_with(".gz") && std::any_of(names.begin(), names.end(), [&](const auto& n) {
                return n.second.size() + 3 == name.size() && name.starts_with(n.second);
            });
        if (doubled) continue;
        if (auto file = LogFile::open(name)) found.push_back({std::move(*file), look, false});
    }
    return found;
}

/// By device, inode and head. What was drained may have grown since.
void FollowedLog::find_known(std::vector<Candidate>& found, Clock::time_point now) {
    for (Candidate& candidate : found) {
        for (Source& source : sources_) {
            if (!source.identity.same_place(candidate.look)) continue;
            // Nothing was read of it: the number may have been used again since.
            if (source.identity.head_size == 0 && source.file == nullptr) continue;
            if (!candidate.file->begins_like(source.identity)) continue;
            candidate.known = true;
            const bool grown = !candidate.file->compressed() && candidate.look.size > source.offset;
            if (source.file == nullptr && (source.unfinished || grown))
                attach(source, std::move(candidate.file), now);
            break;
        }
    }
}

/// By head alone: copies that were made before a truncation, and compressed forms. The head then
/// holds a whole line at least, or all that was read.
void FollowedLog::find_copies(std::vector<Candidate>& found,
                              Clock::time_point now,
                              const FileLook* there) {
    for (Candidate& candidate : found) {
        for (Source& source : sources_) {
            if (candidate.known) break;
            const bool lost = source.unfinished && source.file == nullptr;
            // Of what was not read at all, any file that begins so will do: it is read whole. While
            // it is open, a whole line must be the same.
            const bool tells = lost ? source.identity.head_size > 0 : source.identity.has_line;
            if (source.offset == 0 && !tells) continue;
            if (source.identity.head_size < std::min(source.offset, FileIdentity::kMostHead))
                continue;
            FileIdentity like = source.identity;
            if (!candidate.file->begins_like(like)) continue;
            candidate.known = true;
            const bool elsewhere = there != nullptr && source.identity.same_place(*there);
            if (!lost || elsewhere) continue;
            if (!candidate.file->compressed()) {
                like.device = candidate.look.device;
                like.inode = candidate.look.inode;
            }
            source.identity = like;
            attach(source, std::move(candidate.file), now);
        }
    }
}

/// Files that came and went between two looks, or while nobody looked.
void FollowedLog::add_unseen(std::vector<Candidate>& found, Clock::time_point now) {
    constexpr std::int64_t kRecent = 1'000'000'000;
    // Without history none is read; the recent ones are remembered, lest they look new later.
    const std::int64_t since = history_ ? checked_at_ : file_clock_now() - kRecent;
    for (Candidate& candidate : found) {
        if (candidate.look.changed < since) continue;
        Source source;
        source.identity.device = candidate.look.device;
        source.identity.inode = candidate.look.inode;
        (void)candidate.file->begins_like(source.identity);
        if (history_) {
            attach(source, std::move(candidate.file), now);
        } else {
            source.unfinished = false;
            source.offset = candidate.look.size;
        }
        sources_.push_back(std::move(source));
    }
}

/// The file at the path is one that is known: it becomes the last source.
bool FollowedLog::place_newest(std::unique_ptr<LogFile>& file, Clock::time_point now) {
    const auto look = file->look();
    for (std::size_t i = 0; look && i < sources_.size(); ++i) {
        Source& source = sources_[i];
        if (!source.identity.same_place(*look)) continue;
        const bool complete = file->compressed() || look->size >= source.offset;
        if (!complete || !file->begins_like(source.identity)) {
            // Cut, or another file on a used number: the copy has to be found by its head.
            source.identity.inode = 0;
            continue;
        }
        if (source.file == nullptr) attach(source, std::move(file), now);
        std::rotate(sources_.begin() + static_cast<std::ptrdiff_t>(i),
                    sources_.begin() + static_cast<std::ptrdiff_t>(i) + 1, sources_.end());
        return true;
    }
    return false;
}

void FollowedLog::begin_newest(std::unique_ptr<LogFile> file, Clock::time_point now) {
    const auto look = file->look();
    // An editor, or a restored copy: the same text on another inode.
    for (std::size_t i = sources_.size(); look && !file->compressed() && i-- > 0;) {
        Source& source = sources_[i];
        if (source.offset == 0 || look->size < source.offset ||
            source.identity.head_size < std::min(source.offset, FileIdentity::kMostHead))
            continue;
        const auto old = source.file ? source.file->look() : std::nullopt;
        FileIdentity like = source.identity;
        if ((old && old->links > 0) || !file->begins_like(like)) continue;
        like.device = look->device;
        like.inode = look->inode;
        source.identity = like;
        attach(source, std::move(file), now);
        std::rotate(sources_.begin() + static_cast<std::ptrdiff_t>(i),
                    sources_.begin() + static_cast<std::ptrdiff_t>(i) + 1, sources_.end());
        return;
    }
    Source source;
    if (look) {
        source.identity.device = look->device;
        source.identity.inode = look->inode;
    }
    (void)file->begins_like(source.identity);
    if (look && !history_ && !started_ && !options_.from_beginning && !file->compressed()) {
        source.offset = look->size;
        if (look->size > 0) {
            char last = 0;
            file->seek(look->size - 1);
            const auto got = file->read({&last, 1});
            source.skipping = got && *got == 1 && last != '\n';
        }
    }
    attach(source, std::move(file), now);
    sources_.push_back(std::move(source));
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

/// Opens what stands under the rotated names and is not read to its end.
void FollowedLog::scan_siblings(Clock::time_point now, const FileLook* there) {
    std::vector<Candidate> found = candidates();
    const auto drop_known = [&found] {
        std::erase_if(found, [](const Candidate& c) { return c.known; });
    };
    for (Source& source : sources_) {
        if (source.file) (void)source.file->begins_like(source.identity);
    }
    find_known(found, now);
    drop_known();
    // Plain files first: a copy is complete, a compressed form may be in the making.
    std::stable_partition(found.begin(), found.end(),
                          [](const Candidate& c) { return !c.file->compressed(); });
    find_copies(found, now, there);
    drop_known();
    std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
        return a.look.changed < b.look.changed;
    });
    add_unseen(found, now);
    // What stands at the path stays the last.
    const auto last = std::find_if(sources_.begin(), sources_.end(), [there](const Source& s) {
        return there != nullptr && s.file != nullptr && s.identity.same_place(*there);
    });
    if (last != sources_.end()) std::rotate(last, last + 1, sources_.end());
}

void FollowedLog::catch_up(Clock::time_point now,
                           const std::optional<FileLook>& there,
                           EntryCounters& counters,
                           EntryState& state) {
    const Source* const last = sources_.empty() ? nullptr : &sources_.back();
    const std::uint64_t last_inode = last != nullptr ? last->identity.inode : 0;
    const bool resumed = !started_ && last != nullptr && last->unfinished;
    bool placed = false;
    std::unique_ptr<LogFile> newest;
    if (there) {
        if (auto opened = LogFile::open(path_)) {
            newest = std::move(*opened);
            placed = place_newest(newest, now);
        } else {
            const TailError why = opened.error().phase == Phase::privilege ? TailError::privilege
                                  : opened.error().phase == Phase::unsupported
                                      ? TailError::not_regular
                                      : TailError::open;
            fail(why, opened.error().text, state);
        }
    }
    scan_siblings(now, there ? &*there : nullptr);
    if (!placed && newest) begin_newest(std::move(newest), now);
    if (!problem_.empty()) return;
    if (resumed && !placed && there) {
        const bool cut = there->inode == last_inode;
        ++counters
              .rotations[static_cast<std::size_t>(cut ? Rotation::truncated : Rotation::renamed)];
    }
    for (Source& source : sources_) {
        if (!source.unfinished || source.splitter != nullptr) continue;
        source.unfinished = false;
        if (source.identity.head_size > 0)
            ++state.errors[static_cast<std::size_t>(TailError::vanished)];
    }
    if (!started_) limit_backlog(state);
    started_ = true;
    history_ = true;
    forget_oldest();
}

void FollowedLog::limit_backlog(EntryState& state) {
    std::uint64_t left = options_.backlog;
    for (std::size_t i = sources_.size(); i-- > 0;) {
        Source& source = sources_[i];
        if (source.file == nullptr) continue;
        const auto look = source.file->look();
        const std::uint64_t size = look ? look->size : 0;
        const bool compressed = source.file->compressed();
        const std::uint64_t unread =
            compressed ? size * kCompression : size - std::min(size, source.offset);
        if (unread <= left) {
            left -= unread;
            continue;
        }
        ++state.errors[static_cast<std::size_t>(TailError::backlog)];
        if (compressed) {
            source.file = nullptr;
            source.splitter = nullptr;
            source.unfinished = false;
        } else {
            source.offset = size - left;
            source.skipping = true;
            attach(source, std::move(source.file), source.active);
        }
        left = 0;
    }
}

void FollowedLog::forget_oldest() {
    std::size_t remembered = 0;
    std::size_t open = 0;
    for (std::size_t i = sources_.size(); i-- > 0;) {
        std::size_t& count = sources_[i].splitter != nullptr ? open : remembered;
        const std::size_t most = sources_[i].splitter != nullptr ? kMostOpen : kMostRemembered;
        if (++count > most) sources_.erase(sources_.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

}  // namespace erp::tail
