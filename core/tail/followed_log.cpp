#include "core/tail/followed_log.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

namespace erp::tail {
namespace {

constexpr std::size_t kPiece = 256U << 10U;  // read at once: fits into the cache of a core

}  // namespace

FollowedLog::FollowedLog(std::string path,
                         const FollowOptions& options,
                         Wrapping wrapping,
                         std::optional<std::int64_t> absent_at)
    : path_(std::move(path)),
      options_(options),
      unwrapper_(wrapping, options.longest_line),
      history_(absent_at.has_value()),
      checked_at_(absent_at.value_or(0)) {}

void FollowedLog::fail(TailError error, const std::string& text, EntryState& state) {
    ++state.errors[static_cast<std::size_t>(error)];
    if (!problem_.empty()) return;
    problem_ = text;
    problem_kind_ = error;
}

bool FollowedLog::truncated(Source& source, const FileLook& look) const {
    if (source.file->compressed()) return false;
    if (look.size < source.base + source.splitter->seen()) return true;
    // A small one may grow beyond where it was before it is looked at, all of it is compared.
    const bool small = source.identity.head_size < FileIdentity::kMostHead;
    return small ? !source.file->begins_like(source.identity)
                 : !source.file->is_still(source.identity);
}

void FollowedLog::look(Clock::time_point now, EntryCounters& counters, EntryState& state) {
    problem_.clear();
    // While names move, what is read may be of a text that came after one that was not seen.
    if (!moving_since_) was_read_ = !sources_.empty() && sources_.back().offset > 0;
    const std::int64_t at = file_clock_now();
    const auto there = look_at(path_);
    const int error = there ? 0 : errno;
    const bool elsewhere = there && is_another_logs(path_, *there, false);
    if ((there && !elsewhere) || !missing_) named_at_ = now;
    missing_ = !there || elsewhere;
    bool cut = false;
    for (Source& source : sources_) {
        const auto look = source.file ? source.file->look() : std::nullopt;
        if (!look || !truncated(source, *look)) continue;
        // What was cut may be in a copy. The half line, if there is one, waits for that.
        source.file = nullptr;
        source.identity.inode = 0;
        source.name.clear();
        ++counters.rotations[static_cast<std::size_t>(Rotation::truncated)];
        cut = true;
    }
    revisit(now);
    if (elsewhere) return;
    const bool following = !sources_.empty() && sources_.back().file != nullptr;
    if (there && following && sources_.back().identity.same_place(*there)) {
        // A copy may have been made, and cut, of lines that were not read.
        if ((names_changed() || cut) && !look_beside(now, there, state)) return;
        checked_at_ = at;
        return;
    }
    if (!there && error != ENOENT) {
        fail(error == EACCES ? TailError::privilege : TailError::open,
             path_ + ": cannot be looked at", state);
        return;
    }
    std::optional<Rotation> kind;
    if (there && following && started_) {
        const auto old = sources_.back().file->look();
        kind = old && old->links == 0 ? Rotation::deleted : Rotation::renamed;
    }
    if (there || !started_) {
        if (!catch_up(now, there, counters, state)) return;
    } else if ((names_changed() || cut) && !look_beside(now, there, state)) {
        return;
    }
    if (kind && problem_.empty()) ++counters.rotations[static_cast<std::size_t>(*kind)];
    if (!there && !options_.optional && open_files() == 0)
        fail(TailError::missing, path_ + ": no such file", state);
    if (!there || problem_.empty()) checked_at_ = at;
}

void FollowedLog::attach(Source& source, std::unique_ptr<LogFile> file, Clock::time_point now) {
    source.file = std::move(file);
    source.compressed = source.file->compressed();
    source.file->seek(source.offset);
    source.splitter = std::make_unique<LineSplitter>(options_.longest_line, kPiece);
    if (source.skipping) source.splitter->skip_to_newline();
    source.base = source.offset;
    source.unfinished = true;
    // After a restart, too, a file that has long been quiet is over once it is read.
    const auto look = source.file->look();
    const std::int64_t quiet = look ? file_clock_now() - look->changed : 0;
    source.active = now - std::chrono::nanoseconds(std::max<std::int64_t>(quiet, 0));
}

void FollowedLog::advance(Source& source, EntryCounters& counters) {
    const std::uint64_t offset = source.base + source.splitter->taken();
    counters.bytes += offset - source.offset;
    source.offset = offset;
    source.skipping = source.splitter->skipping();
}

void FollowedLog::finish(Source& source, EntryCounters& counters, const Deliver& deliver) {
    // The end of a file is the end of its last line, if a stump it may be.
    if (const auto line = source.splitter->rest()) deliver(*line);
    advance(source, counters);
    source.splitter = nullptr;
    source.file = nullptr;
    source.unfinished = false;
    if (source.compressed) source.name.clear();  // it does not grow
}

bool FollowedLog::over(const Source& source, Clock::time_point now) const {
    if (now - source.active < options_.linger) return false;
    if (&source != &sources_.back()) return true;
    const auto look = source.file->look();
    return missing_ && look && look->links == 0;
}

bool FollowedLog::read(std::size_t& budget,
                       Clock::time_point now,
                       EntryCounters& counters,
                       EntryState& state,
                       const Deliver& deliver) {
    for (Source& source : sources_) {
        if (source.waits() && make_room(source, counters, deliver)) open(source, now);
        // Where it is, or the copy of what was cut, has not been seen yet.
        if (source.closed() && waits_for_rest(now)) return false;
        if (source.splitter == nullptr) continue;
        if (source.file == nullptr) {
            finish(source, counters, deliver);
            continue;
        }
        if (read_source(source, budget, now, counters, state, deliver)) return true;
        // What is younger comes after the rest of it.
        if (source.file != nullptr && source.file->compressed()) return false;
    }
    return false;
}

bool FollowedLog::read_source(Source& source,
                              std::size_t& budget,
                              Clock::time_point now,
                              EntryCounters& counters,
                              EntryState& state,
                              const Deliver& deliver) {
    for (;;) {
        if (budget == 0) return true;
        std::span<char> room = source.splitter->room();
        room = room.first(std::min(room.size(), kPiece));
        const auto got = source.file->read(room);
        if (!got) {
            fail(source.file->compressed() ? TailError::gzip : TailError::read,
                 source.file->path() + ": " + got.error().text, state);
            if (source.file->compressed()) finish(source, counters, deliver);
            return false;
        }
        if (*got == 0) {
            if (source.file->unfinished() && source.file->in_the_making()) return false;
            if (source.file->unfinished())
                fail(TailError::gzip, source.file->path() + ": gzip data ends in the middle",
                     state);
            if (source.file->compressed() || over(source, now)) finish(source, counters, deliver);
            return false;
        }
        // Cut since the last look, and grown beyond where we are: what was read is of the new text.
        // The rest of the old one may be in a copy.
        if (!source.file->is_still(source.identity)) {
            source.file->seek(source.base + source.splitter->seen());
            return false;
        }
        source.active = now;
        budget -= std::min(budget, *got);
        // find_copies() relies on it: what was consumed is in the head.
        if (!source.file->compressed()) {
            source.identity.take(source.base + source.splitter->seen(), {room.data(), *got});
        }
        source.splitter->filled(*got);
        while (const auto line = source.splitter->next())
            deliver(*line);
        advance(source, counters);
        // A short read is the end for now; a compressed file ends for good.
        if (*got < room.size() && !source.file->compressed()) return false;
    }
}

std::uint64_t FollowedLog::lag_bytes() const {
    std::uint64_t lag = 0;
    for (const Source& source : sources_) {
        if (source.file == nullptr && !source.waits()) continue;
        const auto look = source.file ? source.file->look() : look_at(source.name);
        if (!look) continue;
        if (source.compressed) {
            lag += look->size;
        } else if (look->size > source.offset) {
            lag += look->size - source.offset;
        }
    }
    return lag;
}

std::size_t FollowedLog::open_files() const {
    return static_cast<std::size_t>(std::count_if(
        sources_.begin(), sources_.end(), [](const Source& s) { return s.splitter != nullptr; }));
}

bool FollowedLog::gone(Clock::time_point now) const {
    return started_ && missing_ && now - named_at_ >= options_.linger && open_files() == 0 &&
           std::ranges::all_of(sources_, [](const Source& s) { return s.name.empty(); });
}

bool FollowedLog::knows(const LogFile& file) const {
    const auto look = file.look();
    return look && std::ranges::any_of(sources_, [&](const Source& source) {
               FileIdentity identity = source.identity;
               return identity.head_size > 0 && identity.same_place(*look) &&
                      file.begins_like(identity);
           });
}

bool FollowedLog::has(const std::string& path, const FileLook& look, bool to_its_end) const {
    return std::ranges::any_of(sources_, [&](const Source& source) {
        if (!source.identity.same_place(look) || (!source.unfinished && !to_its_end)) return false;
        if (source.file != nullptr) return true;
        // Its number may have been used again.
        const auto file = LogFile::open(path);
        FileIdentity like = source.identity;
        return like.head_size > 0 && file && (*file)->begins_like(like);
    });
}

bool FollowedLog::is_another_logs(const std::string& path,
                                  const FileLook& look,
                                  bool to_its_end) const {
    const auto is_it = [&look](const Source& source) { return source.identity.same_place(look); };
    return is_read_ && std::ranges::none_of(sources_, is_it) && is_read_(path, look, to_its_end);
}

std::optional<FollowedLog> FollowedLog::split_off(const LogFile& file, const std::string& path) {
    const auto look = file.look();
    if (!look) return std::nullopt;
    const auto found = std::ranges::find_if(sources_, [&](const Source& source) {
        FileIdentity identity = source.identity;
        return identity.same_place(*look) &&
               (source.file != nullptr || (identity.head_size > 0 && file.begins_like(identity)));
    });
    if (found == sources_.end()) return std::nullopt;
    FollowedLog log(path, options_, Wrapping::detect, checked_at_);
    log.unwrapper_ = unwrapper_;
    found->name.clear();
    log.sources_.push_back(std::move(*found));
    log.started_ = started_;
    sources_.erase(found);
    return log;
}

void FollowedLog::absorb(FollowedLog other) {
    sources_.insert(sources_.begin(), std::make_move_iterator(other.sources_.begin()),
                    std::make_move_iterator(other.sources_.end()));
    names_at_ = 0;  // they are found there
}

}  // namespace erp::tail
