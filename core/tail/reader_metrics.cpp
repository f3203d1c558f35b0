#include "core/tail/reader_metrics.hpp"

#include <algorithm>

namespace erp::tail {

namespace {

void add_counters(Samples& samples, const EntryCounters& counters, const std::string& file) {
    for (std::size_t i = 0; i < kLineResults; ++i)
        samples.add(kLogLines, static_cast<double>(counters.lines[i]), file,
                    to_string(static_cast<LineResult>(i)));
    samples.add(kLogBytesRead, static_cast<double>(counters.bytes), file);
    for (std::size_t i = 0; i < kRotations; ++i)
        samples.add(kLogRotations, static_cast<double>(counters.rotations[i]), file,
                    to_string(static_cast<Rotation>(i)));
}

}  // namespace

Samples reader_samples(const ReaderState& state, double now) {
    Samples samples;
    for (const EntryState& entry : state.entries) {
        if (entry.counters) add_counters(samples, *entry.counters, entry.name);
        samples.add(kLogLagBytes, static_cast<double>(entry.lag_bytes), entry.name);
        samples.add(kLogLagSeconds, entry.lag_seconds, entry.name);
        for (std::size_t i = 0; i < kTailErrors; ++i)
            samples.add(kLogErrors, static_cast<double>(entry.errors[i]), entry.name,
                        to_string(static_cast<TailError>(i)));
        if (state.snapshot_at > 0)
            samples.add(kLogSnapshotAge, std::max(now - state.snapshot_at, 0.0), entry.name);
    }
    return samples;
}

}  // namespace erp::tail
