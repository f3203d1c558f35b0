// A session's state to bytes and back.
#include "core/tail/siblings.hpp"
#include "core/tail/tail_session.hpp"

#include <algorithm>
#include <iterator>
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

constexpr double kAbsentSeconds = 30.0 * 86'400;
constexpr std::size_t kMostAbsent = 64;

}  // namespace

TailSession::SavedEntry TailSession::to_saved(const Entry& entry) {
    SavedEntry saved{entry.settings.name, entry.settings.path, entry.scanned_at,
                     entry.caught_up,     entry.counters,      {}};
    for (const FollowedLog& log : entry.logs) {
        saved.logs.push_back({log.path(), {}});
        log.save(saved.logs.back().bytes);
    }
    return saved;
}

std::string TailSession::save(std::string_view consumer) const {
    std::string out;
    const auto put_entry = [&out](const SavedEntry& entry) {
        tail::put(out, entry.name);
        tail::put(out, entry.path);
        tail::put(out, static_cast<std::uint64_t>(entry.scanned_at));
        tail::put(out, static_cast<std::uint64_t>(entry.caught_up));
        put(out, entry.counters);
        tail::put(out, std::uint64_t{entry.logs.size()});
        for (const SavedLog& log : entry.logs) {
            tail::put(out, log.path);
            tail::put(out, log.bytes);
        }
    };
    tail::put(out, consumer);
    tail::put(out, std::uint64_t{entries_.size() + absent_.size()});
    for (const Entry& entry : entries_)
        put_entry(to_saved(entry));
    for (const SavedEntry& entry : absent_)
        put_entry(entry);
    return out;
}

/// Of too many, those that were read last stay.
void TailSession::keep(SavedEntry absent) {
    if (unix_now() - absent.caught_up > kAbsentSeconds) return;
    absent_.push_back(std::move(absent));
    if (absent_.size() > kMostAbsent)
        absent_.erase(std::ranges::min_element(absent_, {}, &SavedEntry::caught_up));
}

/// The counters of an entry are found by its name: they are series of that name. Its files are
/// found by their own paths, since an operator may have made a pattern of it.
bool TailSession::restore_entry(ByteReader& in) {
    const std::string_view name = in.text();
    const auto at = std::find_if(entries_.begin(), entries_.end(),
                                 [&](const Entry& e) { return e.settings.name == name; });
    const Entry nobody;
    SavedEntry last;
    last.name = name;
    last.path = in.text();
    last.scanned_at = static_cast<std::int64_t>(in.number());
    last.caught_up = static_cast<double>(in.number());
    last.counters = read_counters(in);
    const std::uint64_t logs = in.count();
    for (std::uint64_t i = 0; i < logs && in.ok(); ++i) {
        SavedLog saved{std::string(in.text()), std::string(in.text())};
        const auto owner = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
            return is_matched(e.settings.path, saved.path);
        });
        auto log = restored(saved, saved.path, owner != entries_.end() ? *owner : nobody);
        if (!log) return false;
        if (owner != entries_.end()) {
            owner->logs.push_back(std::move(*log));
        } else {
            last.logs.push_back(std::move(saved));
        }
    }
    if (!in.ok()) return false;
    if (at == entries_.end()) {
        keep(std::move(last));
        return true;
    }
    // Behind another path are other files, which may be older than the reader.
    at->known = last.path == at->settings.path;
    at->scanned_at = last.scanned_at;
    at->caught_up = last.caught_up;
    at->counters = last.counters;
    std::ranges::move(last.logs, std::back_inserter(unclaimed_));
    return true;
}

/// Nothing: these bytes are not of a log.
std::optional<FollowedLog> TailSession::restored(const SavedLog& saved,
                                                 const std::string& path,
                                                 const Entry& entry) const {
    FollowedLog log(path, follow_options(entry), entry.settings.wrapping, std::nullopt);
    ByteReader in(saved.bytes);
    if (!log.restore(in) || !in.at_end()) return std::nullopt;
    return log;
}

std::optional<FollowedLog> TailSession::claim_from(std::vector<SavedLog>& logs,
                                                   const LogFile& file,
                                                   const std::string& path,
                                                   const Entry& entry) const {
    for (auto saved = logs.begin(); saved != logs.end(); ++saved) {
        auto log = restored(*saved, path, entry);
        if (!log || !log->knows(file)) continue;
        logs.erase(saved);
        return log;
    }
    return std::nullopt;
}

/// The log of the last snapshot that is the file at `path`, whose name is another one now.
std::optional<FollowedLog> TailSession::claim(const std::string& path, const Entry& entry) {
    if (!claiming_ || (unclaimed_.empty() && absent_.empty())) return std::nullopt;
    const auto file = LogFile::open(path);
    if (!file) return std::nullopt;
    auto log = claim_from(unclaimed_, **file, path, entry);
    for (auto absent = absent_.begin(); !log && absent != absent_.end(); ++absent)
        log = claim_from(absent->logs, **file, path, entry);
    return log;
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
    refused_ = checkpoint_.set_aside();
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
                const LineConsumer::Prepared prepared = consumer_.prepare();
                prepared.publish();
                // What came while nobody read is kept, and shown, after the first round: a process
                // that never lives for an interval gets on all the same.
                changed_ = prepared.unfinished;
            } else {
                refuse(TailError::snapshot_corrupt);
            }
            break;
    }
    if (!unreadable_) show_counters();
    show();
}

}  // namespace erp::tail
