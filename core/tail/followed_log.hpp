#pragma once

#include "core/base/deadline.hpp"
#include "core/tail/byte_codec.hpp"
#include "core/tail/file_names.hpp"
#include "core/tail/line_splitter.hpp"
#include "core/tail/log_file.hpp"
#include "core/tail/reader_state.hpp"
#include "core/tail/unwrapper.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace erp::tail {

struct FollowOptions {
    std::size_t longest_line = 1U << 20U;  ///< bytes
    /// A file that lost its name is read until it was quiet for so long: writers keep it open for a
    /// while, some until they are told.
    Duration linger = std::chrono::seconds(30);
    /// Bytes read after a restart at most, the newest; compressed ones count tenfold.
    std::uint64_t backlog = 4ULL << 30U;
    bool from_beginning = false;  ///< of a log without history; else only what is written from now
    bool optional = false;        ///< that nothing stands at the path is no problem
};

/// One path and the files that stand or stood there. The newest is followed; those that were
/// renamed or deleted are drained, and read on if they grow under their new names; those that came
/// and went unseen are found among the rotated names. One thread.
class FollowedLog {
  public:
    using Deliver = std::function<void(const LineSplitter::Line&)>;

    /// `absent_at`: when it was last known not to be there (file clock): all of it was written
    /// since. Nothing: it may be older than the reader.
    FollowedLog(std::string path,
                const FollowOptions& options,
                Wrapping wrapping,
                std::optional<std::int64_t> absent_at);

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] Unwrapper& unwrapper() { return unwrapper_; }

    /// Looks what stands at the path. Opens files, reads none; counts rotations and errors.
    void look(Clock::time_point now, EntryCounters& counters, EntryState& state);
    /// Reads at most `budget` bytes, less each byte read, oldest file first. True: more is there.
    bool read(std::size_t& budget,
              Clock::time_point now,
              EntryCounters& counters,
              EntryState& state,
              const Deliver& deliver);

    [[nodiscard]] std::uint64_t lag_bytes() const;
    /// Why nothing can be read; empty: it can.
    [[nodiscard]] const std::string& problem() const { return problem_; }
    [[nodiscard]] TailError problem_kind() const { return problem_kind_; }
    /// Nothing at the path: what stood there was renamed, or deleted.
    [[nodiscard]] bool missing() const { return missing_; }
    /// For long, and nothing is open or beside the path: what a pattern once matched can be
    /// forgotten.
    [[nodiscard]] bool gone(Clock::time_point now) const;
    [[nodiscard]] std::size_t open_files() const;
    /// A rotated file in a form that is not read; empty: none was seen.
    [[nodiscard]] const std::string& unreadable() const { return unreadable_; }
    /// Bytes that stood in the log when it was first looked at, and are not read: see
    /// FollowOptions::from_beginning.
    [[nodiscard]] std::uint64_t passed_over() const { return passed_over_; }

    /// Whether some log has a file, that of the look at the path: to read it or, if asked for, to
    /// its end.
    using IsRead = std::function<bool(const std::string&, const FileLook&, bool to_its_end)>;
    /// Files of other logs, as canonical_place() gives them: never a rotated form of this one.
    void set_others(std::shared_ptr<const std::vector<std::string>> places, IsRead is_read) {
        others_ = std::move(places);
        is_read_ = std::move(is_read);
    }
    /// See IsRead.
    [[nodiscard]] bool has(const std::string& path, const FileLook& look, bool to_its_end) const;
    /// Whether it is one of the files that were read: by device, inode and head.
    [[nodiscard]] bool knows(const LogFile& file) const;
    /// `file` got the name `path`, which is no rotated one: a log of its own, which goes on where
    /// this one was. Nothing: it is none of its files.
    [[nodiscard]] std::optional<FollowedLog> split_off(const LogFile& file,
                                                       const std::string& path);
    /// The other's path turned out to be a rotated name of this one.
    void absorb(FollowedLog other);

    void save(std::string& out) const;
    [[nodiscard]] bool restore(ByteReader& in);

  private:
    struct Source {
        FileIdentity identity;
        std::uint64_t offset = 0;  ///< behind the last finished line
        bool unfinished = true;    ///< to be read; else remembered, so that it is not read again
        bool skipping = false;     ///< offset is inside a line that does not count
        bool compressed = false;   ///< as far as is known
        std::string name = {};     ///< rotated, under which it was seen last; empty: none
        FileLook named = {};  ///< what stood there then: a compressed form has a number of its own
        std::unique_ptr<LogFile> file;
        std::unique_ptr<LineSplitter> splitter;
        std::uint64_t base = 0;  ///< where the splitter began
        Clock::time_point active{};

        [[nodiscard]] bool closed() const { return unfinished && file == nullptr; }
        /// To be read and not opened yet: of many files some are open.
        [[nodiscard]] bool waits() const { return closed() && !name.empty(); }
        /// To be read and not found yet.
        [[nodiscard]] bool lost() const { return closed() && name.empty(); }
        [[nodiscard]] std::optional<std::uint64_t> size() const;
        void wait_at(const std::string& path, const FileLook& look, bool packed);
        [[nodiscard]] bool still_named() const;
        void start_at_end(LogFile& from);
        /// Read beyond the end of the file that it is now.
        void end_at(std::uint64_t size);
    };
    struct Candidate {
        std::string name;
        FileLook look;
        bool held = false;  ///< `file` is open since the names were at rest, and can be kept so
        std::unique_ptr<LogFile> file = nullptr;
        bool compressed = false;
        bool known = false;
    };
    static constexpr std::size_t kMostOpen = 64;

    [[nodiscard]] bool is_another_logs(const std::string& path,
                                       const FileLook& look,
                                       bool to_its_end) const;
    void fail(TailError error, const std::string& text, EntryState& state);
    void attach(Source& source, std::unique_ptr<LogFile> file, Clock::time_point now);
    void finish(Source& source, EntryCounters& counters, const Deliver& deliver);
    void advance(Source& source, EntryCounters& counters);
    bool read_source(Source& source,
                     std::size_t& budget,
                     Clock::time_point now,
                     EntryCounters& counters,
                     EntryState& state,
                     const Deliver& deliver);
    [[nodiscard]] bool truncated(Source& source, const FileLook& look) const;
    [[nodiscard]] bool over(const Source& source, Clock::time_point now) const;

    // catch_up.cpp: which file is which. False, nothing: names move, nothing was done.
    bool catch_up(Clock::time_point now,
                  const std::optional<FileLook>& there,
                  EntryCounters& counters,
                  EntryState& state);
    bool look_beside(Clock::time_point now,
                     const std::optional<FileLook>& there,
                     EntryState& state);
    std::vector<Candidate> candidates(FileNames& names, const FileLook* there);
    void take(Source& source, Candidate& candidate, Clock::time_point now);
    void find_known(std::vector<Candidate>& found, Clock::time_point now, bool& moved);
    /// The file at the path, in the making of a look.
    struct AtPath {
        std::optional<FileLook> look;
        const LogFile* fresh = nullptr;  ///< it is no source yet; null: it is, or nothing is there
        bool same = false;               ///< it has the text of the last source
    };
    bool scan_siblings(Clock::time_point now,
                       FileNames names,
                       const AtPath& path,
                       EntryState& state);
    std::vector<Source> unseen(std::vector<Candidate>& found, Clock::time_point now, bool& moved);
    bool place_newest(std::unique_ptr<LogFile>& file, Clock::time_point now);
    Source* written_anew(const LogFile& file, const FileLook& look);
    void begin_newest(std::unique_ptr<LogFile> file, Clock::time_point now);

    // copies.cpp
    Source* copied_from(const LogFile& file, const FileIdentity& own);
    void find_copies(std::vector<Candidate>& found,
                     const FileLook* there,
                     const LogFile* newest,
                     Clock::time_point now,
                     bool& moved);
    void take_copy(Source& source,
                   Candidate& candidate,
                   const FileIdentity& own,
                   Clock::time_point now);

    // settled_names.cpp: what stands where while names are shifted
    std::optional<FileNames> settled_names(Clock::time_point now,
                                           const std::optional<FileLook>& there);
    bool wait_for_rest(Clock::time_point now);
    [[nodiscard]] bool waits_for_rest(Clock::time_point now) const;
    void mark_wanted(FileNames& names, bool all) const;
    [[nodiscard]] bool all_are_found(const FileNames& names) const;
    void hold_wanted(FileNames& names) const;
    static const LogFile* opened(Candidate& candidate, bool& moved);
    [[nodiscard]] bool names_changed();

    // remembered_files.cpp: those that are not open
    void name_source(const FileLook& look, const std::string& name);
    void drop_stale_names();
    void open_waiting(Clock::time_point now);
    bool open(Source& source, Clock::time_point now);
    bool make_room(const Source& before, EntryCounters& counters, const Deliver& deliver);
    void revisit(Clock::time_point now);
    [[nodiscard]] bool is_copy(const std::string& name);
    void limit_backlog(EntryState& state);
    void forget_oldest(EntryState& state);

    std::string path_;
    FollowOptions options_;
    Unwrapper unwrapper_;
    bool history_;
    bool started_ = false;
    bool missing_ = false;
    std::vector<Source> sources_;  ///< oldest first; the last is, or was, at the path
    /// When the last source was last seen at the path, file clock: a file that is not known and was
    /// written since has not been read.
    std::int64_t checked_at_ = 0;
    bool was_read_ = false;         ///< a part of the last source, before this look
    std::int64_t names_at_ = 0;     ///< last change of the folder that was looked into, file clock
    Clock::time_point named_at_{};  ///< when something last stood at the path
    Clock::time_point revisited_{};
    /// Names were found to move, and where each file is has not been seen since: what is younger
    /// than a file that is looked for is not read before it.
    std::optional<Clock::time_point> moving_since_;
    std::shared_ptr<const std::vector<std::string>> others_ =
        std::make_shared<const std::vector<std::string>>();
    IsRead is_read_;
    std::string unreadable_;
    std::uint64_t passed_over_ = 0;
    std::string problem_;
    TailError problem_kind_ = TailError::missing;
};

}  // namespace erp::tail
