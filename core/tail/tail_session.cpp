#include "core/tail/tail_session.hpp"

#include <algorithm>
#include <utility>

namespace erp::tail {
namespace {

/// Of each log and round: other logs, and the snapshot, wait no longer than it takes.
constexpr std::size_t kRoundBytes = 8U << 20U;
/// Of the first round, from which they double: a process that never lives for long gets on too.
constexpr std::size_t kFirstRoundBytes = 256U << 10U;

void count_line(EntryCounters& counters, LineResult result) {
    ++counters.lines[static_cast<std::size_t>(result)];
}

/// How often a part of a log was lost.
std::uint64_t losses(const EntryState& state) {
    std::uint64_t all = 0;
    for (const TailError kind :
         {TailError::read, TailError::gzip, TailError::vanished, TailError::backlog})
        all += state.errors[static_cast<std::size_t>(kind)];
    return all;
}

}  // namespace

TailSession::TailSession(TailOptions options, LineConsumer& consumer)
    : options_(std::move(options)),
      consumer_(consumer),
      checkpoint_(options_.snapshot),
      round_bytes_(kFirstRoundBytes) {
    reset();
    show();
}

void TailSession::reset() {
    const std::vector<Entry> before = std::move(entries_);
    entries_.clear();
    unclaimed_.clear();
    absent_.clear();
    claiming_ = true;
    for (const TailEntry& settings : options_.entries) {
        Entry entry;
        entry.settings = settings;
        entry.shown.name = settings.name;
        entry.caught_up = unix_now();
        entries_.push_back(std::move(entry));
    }
    for (std::size_t i = 0; i < before.size(); ++i)
        entries_[i].shown.errors = before[i].shown.errors;
}

void TailSession::deliver(Entry& entry, FollowedLog& log, const LineSplitter::Line& line) {
    if (line.oversize) return unwrapped(entry, log, {Unwrapper::Kind::oversize, {}, {}, {}});
    Unwrapper::Entry inside = log.unwrapper().take(line.text);
    if (inside.kind == Unwrapper::Kind::malformed) {
        count_line(entry.counters, LineResult::malformed);
        const std::string_view whole = last_start(line.text, log.unwrapper().line_start());
        if (whole.empty()) return;
        inside = log.unwrapper().take(whole);
    }
    unwrapped(entry, log, inside);
}

void TailSession::unwrapped(Entry& entry, const FollowedLog& log, const Unwrapper::Entry& line) {
    LogLine given{entry.settings.name, log.path(), line.text, line.stream, line.time};
    switch (line.kind) {
        case Unwrapper::Kind::part:
            return;
        case Unwrapper::Kind::malformed:
            return count_line(entry.counters, LineResult::malformed);
        case Unwrapper::Kind::oversize:
            count_line(entry.counters, LineResult::oversize);
            return consumer_.lose(given);
        case Unwrapper::Kind::complete:
            break;
    }
    // A terminal, such as that of `docker run --tty`, ends lines so.
    if (given.text.ends_with('\r')) given.text.remove_suffix(1);
    const LineResult result = consumer_.take(given);
    count_line(entry.counters, result);
    if (result != LineResult::malformed) return;
    given.text = last_start(given.text, entry.settings.line_start);
    if (!given.text.empty()) count_line(entry.counters, consumer_.take(given));
}

void TailSession::hold(TailError kind, const std::string& why) {
    for (Entry& entry : entries_) {
        if (entry.shown.problem == why) continue;
        entry.shown.problem = why;
        entry.shown.problem_kind = kind;
        ++entry.shown.errors[static_cast<std::size_t>(kind)];
    }
    show();
}

bool TailSession::round(Clock::time_point now) {
    const bool scan = scanned_ == Clock::time_point() || now - scanned_ >= options_.poll;
    bool more = false;
    if (scan) find_all(now);
    for (Entry& entry : entries_) {
        entry.shown.problem.clear();
        const EntryCounters before = entry.counters;
        std::uint64_t lag = 0;
        std::uint64_t passed_over = 0;
        for (FollowedLog& log : entry.logs) {
            const std::uint64_t lost = losses(entry.shown);
            log.look(now, entry.counters, entry.shown);
            if (losses(entry.shown) != lost)
                consumer_.miss({entry.settings.name, log.path(), {}, {}, {}});
            std::size_t budget = stalled_ ? 0 : round_bytes_;
            if (!stalled_)
                more |= log.read(budget, now, entry.counters, entry.shown,
                                 [&](const LineSplitter::Line& l) { deliver(entry, log, l); });
            lag += log.lag_bytes();
            passed_over += log.passed_over();
            if (!log.unreadable().empty()) entry.shown.unreadable = log.unreadable();
            if (!entry.shown.problem.empty() || log.problem().empty()) continue;
            entry.shown.problem = log.problem();
            entry.shown.problem_kind = log.problem_kind();
        }
        if (stalled_ && entry.shown.problem.empty()) {
            entry.shown.problem = "the snapshot cannot be written: reading waits";
            entry.shown.problem_kind = TailError::snapshot;
        }
        changed_ |= before != entry.counters;
        const double at = unix_now();
        if (lag == 0) entry.caught_up = at;
        entry.shown.lag_bytes = lag;
        if (!refused_.empty()) entry.shown.passed_over = passed_over;
        entry.shown.lag_seconds = lag == 0 ? 0 : std::max(at - entry.caught_up, 0.0);
    }
    round_bytes_ = std::min(2 * round_bytes_, kRoundBytes);
    if (scan) {
        scanned_ = now;
        unclaimed_.clear();
        claiming_ = false;
    }
    show();
    return more && !stalled_;
}

/// After a start each comes when the time since it has doubled: whenever the process ends, at least
/// half of what it did is kept.
bool TailSession::snapshot_due(Clock::time_point now) const {
    if (written_ == Clock::time_point()) return true;
    const Duration lived = std::max<Duration>(written_ - started_, options_.pace);
    return now - written_ >= std::min(lived, options_.snapshot_interval);
}

bool TailSession::snapshot(Clock::time_point now) {
    written_ = now;
    if (unreadable_) {
        unreadable_ = stalled_ = false;
        reset();
        start(now);
        if (unreadable_) return false;
    }
    if (changed_ || stalled_) {
        const LineConsumer::Prepared prepared = consumer_.prepare();
        if (checkpoint_.store(save(prepared.bytes))) {
            stalled_ = true;
            count(TailError::snapshot);
            show();
            return false;
        }
        prepared.publish();
        show_counters();
        changed_ = prepared.unfinished;
        stalled_ = false;
    }
    snapshot_at_ = unix_now();
    show();
    return true;
}

std::vector<std::string> TailSession::paths() const {
    std::vector<std::string> all;
    for (const Entry& entry : entries_) {
        if (entry.logs.empty()) all.push_back(entry.settings.path);
        for (const FollowedLog& log : entry.logs)
            all.push_back(log.path());
    }
    return all;
}

void TailSession::count(TailError error) {
    for (Entry& entry : entries_)
        ++entry.shown.errors[static_cast<std::size_t>(error)];
}

void TailSession::show_counters() {
    for (Entry& entry : entries_)
        entry.shown.counters = entry.counters;
}

void TailSession::show() {
    auto fresh = std::make_shared<ReaderState>();
    for (const Entry& entry : entries_)
        fresh->entries.push_back(entry.shown);
    fresh->snapshot_at = snapshot_at_;
    fresh->refused = refused_;
    const std::lock_guard lock(mutex_);
    state_ = std::move(fresh);
}

std::shared_ptr<const ReaderState> TailSession::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

}  // namespace erp::tail
