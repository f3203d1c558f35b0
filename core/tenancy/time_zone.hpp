#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace erp {

/// A time zone as its file in the system's tz database tells it (RFC 8536). The C library would
/// do: but only for the one zone of the process, and it is not safe while other threads read that.
/// Immutable; safe from any thread.
class TimeZone {
  public:
    /// Nothing if the bytes are no such file of version 2 or later.
    [[nodiscard]] static std::optional<TimeZone> parse(std::string_view file);

    /// East of UTC.
    [[nodiscard]] std::chrono::seconds offset(std::chrono::sys_seconds at) const;

  private:
    /// "M3.5.0/2": the last (5th) Sunday of March at two o'clock.
    struct Change {
        std::chrono::month month{1};
        unsigned week = 1;  ///< 5: the last
        std::chrono::weekday day;
        std::chrono::seconds time = std::chrono::hours(2);  ///< of the clock before the change
        [[nodiscard]] std::chrono::sys_seconds in(std::chrono::year year) const;
    };
    /// What holds after the last transition: POSIX TZ, "CET-1CEST,M3.5.0,M10.5.0/3".
    struct Rule {
        std::chrono::seconds standard{0};
        std::chrono::seconds summer{0};
        std::optional<std::pair<Change, Change>> changes;  ///< to summer time and back
    };
    class RuleReader;

    std::vector<std::pair<std::int64_t, std::chrono::seconds>> transitions_;  ///< from then on
    std::chrono::seconds first_{0};                                           ///< before them
    std::optional<Rule> rule_;
};

}  // namespace erp
