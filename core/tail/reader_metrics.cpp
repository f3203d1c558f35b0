#include "core/tail/reader_metrics.hpp"

#include <algorithm>
#include <string_view>

namespace erp::tail {

std::string_view to_string(LineResult result) {
    static constexpr std::string_view kWords[kLineResults] = {
        "ok", "malformed", "oversize", "foreign", "filtered", "duplicate", "late"};
    return kWords[static_cast<std::size_t>(result)];
}

std::string_view to_string(Rotation kind) {
    static constexpr std::string_view kWords[kRotations] = {"renamed", "deleted", "truncated"};
    return kWords[static_cast<std::size_t>(kind)];
}

std::string_view to_string(TailError error) {
    static constexpr std::string_view kWords[kTailErrors] = {
        "missing",  "privilege",        "not_regular",    "open",           "read",
        "gzip",     "vanished",         "backlog",        "too_many_files", "watch",
        "snapshot", "snapshot_corrupt", "snapshot_future"};
    return kWords[static_cast<std::size_t>(error)];
}

void add_reader(Samples& samples, const ReaderState& state, double now) {
    for (const EntryState& entry : state.entries) {
        const EntryCounters& counters = entry.counters;
        for (std::size_t i = 0; i < kLineResults; ++i)
            samples.add(kLogLines, static_cast<double>(counters.lines[i]), entry.name,
                        to_string(static_cast<LineResult>(i)));
        samples.add(kLogBytesRead, static_cast<double>(counters.bytes), entry.name);
        samples.add(kLogLagBytes, static_cast<double>(entry.lag_bytes), entry.name);
        samples.add(kLogLagSeconds, entry.lag_seconds, entry.name);
        for (std::size_t i = 0; i < kRotations; ++i)
            samples.add(kLogRotations, static_cast<double>(counters.rotations[i]), entry.name,
                        to_string(static_cast<Rotation>(i)));
        for (std::size_t i = 0; i < kTailErrors; ++i)
            samples.add(kLogErrors, static_cast<double>(entry.errors[i]), entry.name,
                        to_string(static_cast<TailError>(i)));
        if (state.snapshot_at > 0)
            samples.add(kLogSnapshotAge, std::max(now - state.snapshot_at, 0.0), entry.name);
    }
}

}  // namespace erp::tail
