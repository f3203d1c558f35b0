#pragma once

#include "core/base/deadline.hpp"
#include "core/tail/checkpoint.hpp"
#include "core/tail/followed_log.hpp"
#include "core/tail/line_consumer.hpp"
#include "core/tail/reader_state.hpp"
#include "core/tail/tail_options.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace erp::tail {

/// Reads logs into a consumer and makes both durable together. No thread of its own and no waiting
/// apart from disk writes: whoever calls round() and snapshot() decides when. One thread, state()
/// apart.
class TailSession {
  public:
    TailSession(TailOptions options, LineConsumer& consumer);

    /// Before start(): it has to wait, for the snapshot's sake. Shows why, and counts each reason
    /// once. The first round takes it back.
    void hold(TailError kind, const std::string& why);
    /// Restores the last snapshot and publishes it, before anything is read.
    void start(Clock::time_point now);
    /// Looks at all files and reads some of each. True: there is more to read at once.
    bool round(Clock::time_point now);
    /// Writes what was read, then publishes it. False: it cannot be written; until it can, round()
    /// reads nothing and the last durable state stays published.
    bool snapshot(Clock::time_point now);
    [[nodiscard]] bool snapshot_due(Clock::time_point now) const;
    [[nodiscard]] const TailOptions& options() const { return options_; }

    /// Paths followed at present.
    [[nodiscard]] std::vector<std::string> paths() const;
    void count(TailError error);

    /// Any thread; never null.
    [[nodiscard]] std::shared_ptr<const ReaderState> state() const;

  private:
    struct Entry {
        TailEntry settings;
        std::vector<FollowedLog> logs;
        EntryCounters counters;       ///< of what was read
        EntryState shown;             ///< its counters are the durable ones
        bool known = false;           ///< was part of the last snapshot
        std::int64_t scanned_at = 0;  ///< file clock
        double caught_up = 0;         ///< Unix time
    };
    /// Of the last snapshot: a path, and what FollowedLog::restore() reads.
    struct SavedLog {
        std::string path;
        std::string bytes;
    };
    /// An entry as a snapshot has it.
    struct SavedEntry {
        std::string name;
        std::string path;
        std::int64_t scanned_at = 0;
        double caught_up = 0;
        EntryCounters counters;
        std::vector<SavedLog> logs;
    };

    [[nodiscard]] bool is_followed_elsewhere(const std::string& path) const;
    [[nodiscard]] bool is_read(const std::string& path,
                               const FileLook& look,
                               bool to_its_end) const;
    [[nodiscard]] std::vector<std::string> followed_paths() const;
    [[nodiscard]] std::optional<FollowedLog> renamed(const std::string& path);
    static void join_rotated(Entry& entry);
    [[nodiscard]] FollowOptions follow_options(const Entry& entry) const;
    void find_all(Clock::time_point now);
    void find_files(Entry& entry, Clock::time_point now);
    void deliver(Entry& entry, FollowedLog& log, const LineSplitter::Line& line);
    void unwrapped(Entry& entry, const FollowedLog& log, const Unwrapper::Entry& line);
    [[nodiscard]] std::string save(std::string_view consumer) const;
    [[nodiscard]] bool restore(std::string_view bytes);
    [[nodiscard]] bool restore_entry(ByteReader& in);
    [[nodiscard]] std::optional<FollowedLog> restored(const SavedLog& saved,
                                                      const std::string& path,
                                                      const Entry& entry) const;
    [[nodiscard]] std::optional<FollowedLog> claim(const std::string& path, const Entry& entry);
    [[nodiscard]] std::optional<FollowedLog> claim_from(std::vector<SavedLog>& logs,
                                                        const LogFile& file,
                                                        const std::string& path,
                                                        const Entry& entry) const;
    [[nodiscard]] static SavedEntry to_saved(const Entry& entry);
    void keep(SavedEntry absent);
    void refuse(TailError why);
    void reset();
    void show_counters();  ///< they are durable now
    void show();

    TailOptions options_;
    LineConsumer& consumer_;
    Checkpoint checkpoint_;
    std::vector<Entry> entries_;
    std::vector<SavedLog> unclaimed_;  ///< no entry has their path; until the first look
    /// Of the last snapshot, and not configured now. An operator may have mistyped one: it goes on
    /// where it was when it is back, and its files are claimed at the first look.
    std::vector<SavedEntry> absent_;
    bool claiming_ = true;  ///< the first look is not over
    Clock::time_point scanned_{};
    Clock::time_point started_{};
    Clock::time_point written_{};
    std::size_t round_bytes_;  ///< that a round reads of each log at most
    bool changed_ = true;      ///< since the last snapshot
    bool stalled_ = false;
    bool unreadable_ = false;  ///< the last snapshot: to write over it would lose it
    double snapshot_at_ = 0;
    std::string refused_;  ///< see ReaderState

    mutable std::mutex mutex_;
    std::shared_ptr<const ReaderState> state_;
};

}  // namespace erp::tail
