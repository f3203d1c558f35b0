#pragma once

#include "core/base/error.hpp"
#include "core/tail/line_consumer.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp::tail {

/// How a file went from under its name: label `kind` of erp_exporter_log_rotations_total.
enum class Rotation { renamed, deleted, truncated };
inline constexpr std::size_t kRotations = 3;
[[nodiscard]] std::string_view to_string(Rotation kind);

/// Label `reason` of erp_exporter_log_errors_total.
enum class TailError {
    missing,           ///< nothing at the configured path
    privilege,         ///< no permission to open it
    not_regular,       ///< a directory, FIFO, socket or device
    open,              ///< any other failure to open it
    read,              ///< opened, but not readable
    gzip,              ///< damaged or unfinished
    vanished,          ///< a file of the last snapshot is gone, with what was unread of it
    backlog,           ///< older bytes passed over: more than the configured backlog
    too_many_files,    ///< a pattern matches more than are followed
    watch,             ///< no inotify: found by polling only
    snapshot,          ///< cannot be written, or not be locked: reading waits
    snapshot_corrupt,  ///< set aside, started by policy
    snapshot_future,   ///< written by a newer version: set aside, started by policy
    locked,            ///< another reader has the snapshot: reading waits for its end
};
inline constexpr std::size_t kTailErrors = 14;
[[nodiscard]] std::string_view to_string(TailError error);

/// What belongs to the lines read and is durable with them.
struct EntryCounters {
    std::array<std::uint64_t, kLineResults> lines{};
    std::array<std::uint64_t, kRotations> rotations{};
    std::uint64_t bytes = 0;  ///< of finished lines, decompressed
    friend bool operator==(const EntryCounters&, const EntryCounters&) = default;
};

/// One configured entry, which may be a pattern of many files.
struct EntryState {
    std::string name;
    /// As of the last durable snapshot; nothing: not known yet what that holds.
    std::optional<EntryCounters> counters = {};
    std::array<std::uint64_t, kTailErrors> errors{};  ///< since the start of the process
    std::uint64_t lag_bytes = 0;                      ///< on disk and not in a finished line
    double lag_seconds = 0;                           ///< since all of it had been read, 0: all is
    std::string problem;  ///< why it cannot be read or kept at present; empty: it can
    TailError problem_kind = TailError::missing;  ///< of the problem, if there is one
    /// Bytes that stood in the log when what was counted of it had to be forgotten, and are not
    /// read.
    std::uint64_t passed_over = 0;
    std::string unreadable;  ///< a rotated file that is compressed otherwise than by gzip, if any
};

/// All that a reader says about itself. Immutable once published.
struct ReaderState {
    std::vector<EntryState> entries;
    double snapshot_at = 0;  ///< Unix time at which what is published was complete; 0: never
    std::string refused;     ///< where the snapshot of the start is, if it was not understood
};

/// Why the logs as a whole are not there, of the first entry that has a problem: what is shown is
/// not what is going on.
[[nodiscard]] std::optional<Error> problem_of(const ReaderState& reader);
/// For the status page: what an operator can do about what keeps a reader from reading at all.
[[nodiscard]] std::vector<std::string> advice_of(const ReaderState& reader);

}  // namespace erp::tail
