#include "core/tail/reader_state.hpp"

#include <algorithm>
#include <string_view>

namespace erp::tail {
namespace {

Phase phase_of(TailError error) {
    switch (error) {
        case TailError::missing:
            return Phase::refused;
        case TailError::privilege:
            return Phase::privilege;
        case TailError::snapshot:
            return Phase::limit;
        case TailError::gzip:
            return Phase::parse;
        case TailError::locked:
            return Phase::busy;
        default:
            return Phase::unsupported;
    }
}

}  // namespace

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
        "missing",  "privilege",        "not_regular",     "open",           "read",
        "gzip",     "vanished",         "backlog",         "too_many_files", "watch",
        "snapshot", "snapshot_corrupt", "snapshot_future", "locked"};
    return kWords[static_cast<std::size_t>(error)];
}

std::optional<Error> problem_of(const ReaderState& reader) {
    for (const EntryState& entry : reader.entries) {
        if (!entry.problem.empty()) return Error{phase_of(entry.problem_kind), entry.problem};
    }
    return std::nullopt;
}

std::vector<std::string> advice_of(const ReaderState& reader) {
    const auto has = [&reader](TailError kind) {
        return std::ranges::any_of(reader.entries, [kind](const EntryState& entry) {
            return !entry.problem.empty() && entry.problem_kind == kind;
        });
    };
    std::vector<std::string> all;
    if (has(TailError::locked)) {
        all.emplace_back(
            "Another daemon reads this log and keeps its counts in the same state directory: end "
            "it, or give each its own --state.directory. This one goes on when the other ends.");
    }
    if (has(TailError::snapshot)) {
        all.emplace_back(
            "What is counted cannot be kept: the state directory must be there, writable by the "
            "daemon, and not full. Reading goes on once it is.");
    }
    if (reader.refused.empty()) return all;
    std::uint64_t bytes = 0;
    for (const EntryState& entry : reader.entries)
        bytes += entry.passed_over;
    const std::string kept =
        "What was counted before the start is not known: its snapshot was not understood, and is "
        "kept as " +
        reader.refused + ". ";
    all.push_back(
        kept + (bytes > 0
                    ? "Counting began anew at the end of the log: of the " + std::to_string(bytes) +
                          " bytes in it, and of its rotated files, those that were written "
                          "while the daemon was down are not counted."
                    : "Counting began anew at the beginning of the log: what was counted of "
                      "it before is counted again."));
    return all;
}

}  // namespace erp::tail
