#pragma once

#include "core/base/deadline.hpp"
#include "core/tail/byte_codec.hpp"
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
};

/// One path and the files that stand or stood there. The newest is followed; those that were
/// renamed or deleted are drained; those that came and went unseen are found among the rotated
/// names. One thread.
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
    /// Nothing at the path, nothing open: what a pattern once matched can be forgotten.
    [[nodiscard]] bool gone() const;
    [[nodiscard]] std::size_t open_files() const;
    /// Whether it is one of the files that were read: by device, inode and head.
    [[nodiscard]] bool knows(const LogFile& file) const;

    void save(std::string& out) const;
    [[nodiscard]] bool restore(ByteReader& in);

  private:
    struct Source {
        FileIdentity identity;
        std::uint64_t offset = 0;  ///< behind the last finished line
        bool unfinished = true;    ///< to be read; else remembered, so that it is not read again
        bool skipping = false;     ///< offset is inside a line that does not count
        std::unique_ptr<LogFile> file;
        std::unique_ptr<LineSplitter> splitter;
        std::uint64_t base = 0;  ///< where the splitter began
        Clock::time_point active{};
    };
    struct Candidate {
        std::unique_ptr<LogFile> file;
        FileLook look;
        bool known = false;
    };

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

    // catch_up.cpp: which file is which
    void catch_up(Clock::time_point now,
                  const std::optional<FileLook>& there,
                  EntryCounters& counters,
                  EntryState& state);
    std::vector<Candidate> candidates() const;
    void find_known(std::vector<Candidate>& found, Clock::time_point now);
    void find_copies(std::vector<Candidate>& found, Clock::time_point now, const FileLook* there);
    void scan_siblings(Clock::time_point now, const FileLook* there);
    [[nodiscard]] bool names_changed();
    void add_unseen(std::vector<Candidate>& found, Clock::time_point now);
    bool place_newest(std::unique_ptr<LogFile>& file, Clock::time_point now);
    void begin_newest(std::unique_ptr<LogFile> file, Clock::time_point now);
    void limit_backlog(EntryState& state);
    void forget_oldest();

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
    std::int64_t names_at_ = 0;  ///< last change of the folder that was looked into, file clock
    std::string problem_;
    TailError problem_kind_ = TailError::missing;
};

}  // namespace erp::tail
