#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace erp::odoo {

/// How often jobs of a database begin, by the times between one start and the next.
struct Rhythm {
    std::int64_t start = 0;  ///< Unix time in ns of the last one; 0: none
    std::int64_t day = 0;    ///< of the latest of `longest`: days since 1970, UTC
    /// Of the last days on which a job began: the longest time before a start, ns; 0: no day.
    std::array<std::int64_t, 7> longest{};
};

void note_start(Rhythm& rhythm, std::int64_t time);

/// The second longest of those, ns: once a week jobs may stand still without it becoming usual.
/// Nothing before the third day: a new database's daily jobs all begin at once first.
[[nodiscard]] std::optional<std::int64_t> usual_gap(const Rhythm& rhythm);

}  // namespace erp::odoo
