// Which file is which, at the start and whenever another file stands at the path.
#include "core/tail/followed_log.hpp"
#include "core/tail/siblings.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace erp::tail {
namespace {

/// Of those that were there before the reader, and may still be written to.
constexpr std::size_t kMostOlder = 64;

/// So long a beginning is no other log's, as that of a program's first words may be.
constexpr std::uint64_t kUnmistakable = 4096;

}  // namespace

/// The rotated files that are not known to be read to their end, by last write.
std::vector<FollowedLog::Candidate> FollowedLog::candidates(FileNames& names,
                                                            const FileLook* there) {
    if (!names.unreadable.empty()) unreadable_ = names.unreadable;
    std::vector<Candidate> found;
    for (auto& [name, look, wanted, file] : names.rotated) {
        // A second name of what is read already.
        if (there != nullptr && same_file(look, *there)) continue;
        name_source(look, name);
        // gzip keeps the original until the compressed file is complete.
        const bool doubled = name.ends_with(".gz") && names.has(name.substr(0, name.size() - 3));
        if (wanted && !doubled && !is_another_logs(name, look, true))
            found.push_back({name, look, file != nullptr, std::move(file)});
    }
    std::ranges::stable_sort(found, {}, [](const Candidate& c) { return c.look.changed; });
    return found;
}

/// It is to be read: at once if it was held, else when it is its turn.
void FollowedLog::take(Source& source, Candidate& candidate, Clock::time_point now) {
    source.wait_at(candidate.name, candidate.look, candidate.compressed);
    if (candidate.held) attach(source, std::move(candidate.file), now);
}

/// By device, inode and head. What was drained may have grown since.
void FollowedLog::find_known(std::vector<Candidate>& found, Clock::time_point now, bool& moved) {
    for (Candidate& candidate : found) {
        const LogFile* const file = opened(candidate, moved);
        if (file == nullptr) continue;
        candidate.compressed = file->compressed();
        for (Source& source : sources_) {
            if (!source.identity.same_place(candidate.look)) continue;
            // Nothing was read of it: the number may have been used again since.
            if (source.identity.head_size == 0 && source.file == nullptr) continue;
            if (!file->begins_like(source.identity)) continue;
            candidate.known = true;
            const bool grown = !candidate.compressed && candidate.look.size > source.offset;
            if (source.file == nullptr && (source.unfinished || grown))
                take(source, candidate, now);
            break;
        }
        if (!candidate.held) candidate.file = nullptr;
    }
}

/// Files that came and went between two looks, or while nobody looked. Without history none is
/// read: the newest are remembered, since they may still be written to.
std::vector<FollowedLog::Source> FollowedLog::unseen(std::vector<Candidate>& found,
                                                     Clock::time_point now,
                                                     bool& moved) {
    if (!history_ && found.size() > kMostOlder)
        found.erase(found.begin(), found.end() - kMostOlder);
    std::vector<Source> fresh;
    for (Candidate& candidate : found) {
        if (candidate.look.changed < checked_at_ || opened(candidate, moved) == nullptr) continue;
        Source source;
        source.identity.device = candidate.look.device;
        source.identity.inode = candidate.look.inode;
        (void)candidate.file->begins_like(source.identity);
        if (history_ && candidate.look.size == 0) {
            // Who was not told may write to it, and a copy may begin so.
            source.wait_at(candidate.name, candidate.look, false);
            source.unfinished = false;
        } else if (history_) {
            take(source, candidate, now);
        } else {
            source.wait_at(candidate.name, candidate.look, candidate.compressed);
            source.unfinished = false;
            source.start_at_end(*candidate.file);
        }
        candidate.file = nullptr;
        fresh.push_back(std::move(source));
    }
    return fresh;
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
            source.name.clear();
            continue;
        }
        if (source.file == nullptr) attach(source, std::move(file), now);
        std::rotate(sources_.begin() + static_cast<std::ptrdiff_t>(i),
                    sources_.begin() + static_cast<std::ptrdiff_t>(i) + 1, sources_.end());
        return true;
    }
    return false;
}

/// The source that an editor wrote anew, or somebody restored: the same text on another inode.
/// Null: it is none. What was renamed, and stands beside it, is another text if it is short.
FollowedLog::Source* FollowedLog::written_anew(const LogFile& file, const FileLook& look) {
    for (std::size_t i = sources_.size(); !file.compressed() && i-- > 0;) {
        Source& source = sources_[i];
        if (source.offset == 0 || look.size < source.offset ||
            source.identity.head_size < std::min(source.offset, FileIdentity::kMostHead))
            continue;
        const auto old = source.file ? source.file->look() : std::nullopt;
        const bool beside = old ? old->links > 0 : !source.name.empty() && source.still_named();
        FileIdentity like = source.identity;
        if ((!beside || like.head_size >= kUnmistakable) && file.begins_like(like)) return &source;
    }
    return nullptr;
}

void FollowedLog::begin_newest(std::unique_ptr<LogFile> file, Clock::time_point now) {
    const auto look = file->look();
    if (Source* const known = look ? written_anew(*file, *look) : nullptr) {
        (void)file->begins_like(known->identity);
        known->identity.device = look->device;
        known->identity.inode = look->inode;
        attach(*known, std::move(file), now);
        const auto at = sources_.begin() + (known - sources_.data());
        std::rotate(at, at + 1, sources_.end());
        return;
    }
    Source source;
    if (look) {
        source.identity.device = look->device;
        source.identity.inode = look->inode;
    }
    (void)file->begins_like(source.identity);
    if (!history_ && !started_ && !options_.from_beginning && !file->compressed()) {
        source.start_at_end(*file);
        passed_over_ = source.offset;
    }
    attach(source, std::move(file), now);
    sources_.push_back(std::move(source));
}

/// Names what stands under the rotated names and is not read to its end. False: a name had another
/// file before it was opened.
bool FollowedLog::scan_siblings(Clock::time_point now,
                                FileNames names,
                                const AtPath& path,
                                EntryState& state) {
    const FileLook* const there = path.look ? &*path.look : nullptr;
    std::vector<Candidate> found = candidates(names, there);
    const auto drop_known = [&found] {
        std::erase_if(found, [](const Candidate& c) { return c.known; });
    };
    for (Source& source : sources_) {
        if (source.file) (void)source.file->begins_like(source.identity);
    }
    bool moved = false;
    find_known(found, now, moved);
    drop_known();
    // Plain files first: a copy is complete, a compressed form may be in the making.
    std::stable_partition(found.begin(), found.end(),
                          [](const Candidate& c) { return !c.compressed; });
    find_copies(found, there, path.fresh, now, moved);
    drop_known();
    // As long as the log's text is at the path nothing was rotated: what else is there is older.
    const Source* const anew =
        path.fresh != nullptr && there != nullptr ? written_anew(*path.fresh, *there) : nullptr;
    const bool same = path.same || (anew != nullptr && anew == &sources_.back());
    if (history_ && was_read_ && same) {
        // Of what was empty, and has a text now, nothing was read.
        std::erase_if(found, [this](const Candidate& c) {
            return std::ranges::none_of(sources_, [&c](const Source& source) {
                return source.identity.same_place(c.look) && source.identity.head_size == 0;
            });
        });
    }
    std::ranges::stable_sort(found, {}, [](const Candidate& c) { return c.look.changed; });
    std::vector<Source> fresh = unseen(found, now, moved);
    // What would be found next time is older than what is found now.
    if (moved && wait_for_rest(now)) return false;
    moving_since_.reset();
    std::ranges::move(fresh, std::back_inserter(sources_));
    // What stands at the path stays the last.
    const auto last = std::find_if(sources_.begin(), sources_.end(), [there](const Source& s) {
        return there != nullptr && s.file != nullptr && s.identity.same_place(*there);
    });
    if (last != sources_.end()) std::rotate(last, last + 1, sources_.end());
    forget_oldest(state);
    return true;
}

/// What stands at the path is known, or nothing does.
bool FollowedLog::look_beside(Clock::time_point now,
                              const std::optional<FileLook>& there,
                              EntryState& state) {
    auto names = settled_names(now, there);
    if (!names) return false;
    const AtPath path{.look = there, .fresh = nullptr, .same = there.has_value()};
    if (!scan_siblings(now, std::move(*names), path, state)) return false;
    open_waiting(now);
    return true;
}

bool FollowedLog::catch_up(Clock::time_point now,
                           const std::optional<FileLook>& there,
                           EntryCounters& counters,
                           EntryState& state) {
    const Source* const last = sources_.empty() ? nullptr : &sources_.back();
    const std::uint64_t last_inode = last != nullptr ? last->identity.inode : 0;
    const bool resumed = !started_ && last != nullptr && last->unfinished;
    auto names = settled_names(now, there);
    if (!names) return false;
    bool placed = false;
    std::unique_ptr<LogFile> newest;
    std::optional<FileLook> at_path = there;
    if (there) {
        if (auto opened = LogFile::open(path_)) {
            newest = std::move(*opened);
            at_path = newest->look();
            if (!names->newest_is(at_path) && wait_for_rest(now)) return false;
            placed = place_newest(newest, now);
        } else if (!names->newest_is(look_at(path_)) && wait_for_rest(now)) {
            return false;
        } else {
            const TailError why = opened.error().phase == Phase::privilege ? TailError::privilege
                                  : opened.error().phase == Phase::unsupported
                                      ? TailError::not_regular
                                      : TailError::open;
            fail(why, opened.error().text, state);
        }
    }
    const bool same = placed && sources_.back().identity.inode == last_inode;
    const AtPath path{.look = at_path, .fresh = placed ? nullptr : newest.get(), .same = same};
    if (!scan_siblings(now, std::move(*names), path, state)) return false;
    if (!placed && newest) begin_newest(std::move(newest), now);
    if (!problem_.empty()) {
        open_waiting(now);
        return true;
    }
    if (resumed && !placed && there) {
        const bool cut = there->inode == last_inode;
        ++counters
              .rotations[static_cast<std::size_t>(cut ? Rotation::truncated : Rotation::renamed)];
    }
    for (Source& source : sources_) {
        if (!source.lost() || source.splitter != nullptr) continue;
        source.unfinished = false;
        if (source.identity.head_size > 0)
            ++state.errors[static_cast<std::size_t>(TailError::vanished)];
    }
    if (!started_) limit_backlog(state);
    open_waiting(now);
    started_ = true;
    history_ = true;
    return true;
}

}  // namespace erp::tail
