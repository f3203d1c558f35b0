// A session's state to bytes and back.
#include "core/tail/siblings.hpp"
#include "core/tail/tail_session.hpp"

#include <algorithm>
#include <utility>

namespace erp::tail {
namespace {

void put(std::string& out, const EntryCounters& counters) {
    for (const std::uint64_t lines : counters.lines)
        tail::put(out, lines);
    for (const std::uint64_t rotations : counters.rotations)
        tail::put(out, rotations);
    tail::put(out, counters.bytes);
}

EntryCounters read_counters(ByteReader& in) {
    EntryCounters counters;
    for (std::uint64_t& lines : counters.lines)
        lines = in.number();
    for (std::uint64_t& rotations : counters.rotations)
        rotations = in.number();
    counters.bytes = in.number();
    return counters;
}

}  // namespace

std::string TailSession::save(std::string_view consumer) const {
    std::string out;
    tail::put(out, consumer);
    tail::put(out, std::uint64_t{entries_.size()});
    for (const Entry& entry : entries_) {
        tail::put(out, entry.settings.name);
        tail::put(out, entry.settings.path);
        tail::put(out, static_cast<std::uint64_t>(entry.scanned_at));
        tail::put(out, static_cast<std::uint64_t>(entry.caught_up));
        put(out, entry.counters);
        tail::put(out, std::uint64_t{entry.logs.size()});
        for (const FollowedLog& log : entry.logs) {
            std::string saved;
            log.save(saved);
            tail::put(out, log.path());
            tail::put(out, saved);
        }
    }
    return out;
}

/// The counters of an entry are found by its name: they are series of that name. Its files are
/// found by their own paths, since an operator may have made a pattern of it.
bool TailSession::restore_entry(ByteReader& in) {
    const std::string_view name = in.text();
    const auto at = std::find_if(entries_.begin(), entries_.end(),
                                 [&](const Entry& e) { return e.settings.name == name; });
    Entry passed;
    Entry& entry = at != entries_.end() ? *at : passed;
    // Behind another path are other files, which may be older than the reader.
    entry.known = in.text() == entry.settings.path;
    entry.scanned_at = static_cast<std::int64_t>(in.number());
    entry.caught_up = static_cast<double>(in.number());
    entry.counters = read_counters(in);
    const std::uint64_t logs = in.count();
    for (std::uint64_t i = 0; i < logs && in.ok(); ++i) {
        SavedLog saved{std::string(in.text()), std::string(in.text())};
        const auto owner = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
            return is_matched(e.settings.path, saved.path);
        });
        auto log = restored(saved, saved.path, owner != entries_.end() ? *owner : passed);
        if (!log) return false;
        if (owner != entries_.end()) {
            owner->logs.push_back(std::move(*log));
        } else {
            unclaimed_.push_back(std::move(saved));
        }
    }
    return in.ok();
}

/// Nothing: these bytes are not of a log.
std::optional<FollowedLog> TailSession::restored(const SavedLog& saved,
                                                 const std::string& path,
                                                 const Entry& entry) const {
    FollowedLog log(path, options_.follow, entry.settings.wrapping, std::nullopt);
    ByteReader in(saved.bytes);
    if (!log.restore(in) || !in.at_end()) return std::nullopt;
    return log;
}

/// The log of the last snapshot that is the file at `path`, whose name is another one now.
std::optional<FollowedLog> TailSession::claim(const std::string& path, const Entry& entry) {
    if (unclaimed_.empty()) return std::nullopt;
    const auto file = LogFile::open(path);
    if (!file) return std::nullopt;
    for (auto saved = unclaimed_.begin(); saved != unclaimed_.end(); ++saved) {
        auto log = restored(*saved, path, entry);
        if (!log || !log->knows(**file)) continue;
        unclaimed_.erase(saved);
        return log;
    }
    return std::nullopt;
}

bool TailSession::restore(std::string_view bytes) {
    ByteReader in(bytes);
    const std::string_view consumer = in.text();
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        if (!restore_entry(in)) return false;
    }
    return in.at_end() && !consumer_.restore(consumer);
}

void TailSession::refuse(TailError why) {
    checkpoint_.set_aside();
    reset();
    count(why);
}

void TailSession::start(Clock::time_point now) {
    started_ = now;
    const Checkpoint::Loaded loaded = checkpoint_.load();
    switch (loaded.found) {
        case Checkpoint::Found::nothing:
            break;
        case Checkpoint::Found::unreadable:
            // What it says is not lost as long as nothing is written over it: snapshot() tries
            // again.
            unreadable_ = stalled_ = true;
            written_ = now;
            count(TailError::snapshot);
            break;
        case Checkpoint::Found::corrupt:
            refuse(TailError::snapshot_corrupt);
            break;
        case Checkpoint::Found::future:
            refuse(TailError::snapshot_future);
            break;
        case Checkpoint::Found::good:
            if (restore(loaded.bytes)) {
                consumer_.prepare().publish();
                // What came while nobody read is kept, and shown, after the first round: a process
                // that never lives for an interval gets on all the same.
                changed_ = false;
            } else {
                refuse(TailError::snapshot_corrupt);
            }
            break;
    }
    if (!unreadable_) show_counters();
    show();
}

}  // namespace erp::tail
