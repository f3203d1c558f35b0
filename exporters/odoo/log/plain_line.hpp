#pragma once

#include "exporters/odoo/log/record.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace erp::odoo {

/// Whether a line begins with a date as `asctime` is written: nearly all that do are records.
[[nodiscard]] bool begins_with_date(std::string_view line);

/// `asctime pid LEVEL ` and anything: with what parse_plain() refuses it is half a head, whose
/// database has a line feed in its name: time, pid and level are set. Pure.
[[nodiscard]] bool read_plain_head(std::string_view line, Record& half);

/// "2026-11-22 00:57:12,344", UTC, to Unix time in ns.
[[nodiscard]] std::optional<std::int64_t> to_unix_time(std::string_view asctime);

/// The same for the records of a log, many of which are of one second: that is worked out once.
class RecordTimes {
  public:
    [[nodiscard]] std::optional<std::int64_t> read(std::string_view asctime);

  private:
    std::array<char, 20> second_{};     ///< "2026-11-22 00:57:12,"
    std::optional<std::int64_t> time_;  ///< its beginning; nothing: none yet
};

/// `asctime pid LEVEL dbname logger: message perf_info`. False: a continuation.
[[nodiscard]] bool parse_plain(std::string_view line, RecordTimes& times, Record& record);
[[nodiscard]] std::optional<Level> to_level(std::string_view levelname);

/// Takes `perf_info` off the end of a message of werkzeug's: the number of queries, seconds in SQL
/// and outside, and what the cursor was, if a replica is configured; or three dashes.
[[nodiscard]] std::string_view take_perf(std::string_view& message);

/// Without `ESC[...m`, which 14 and 15 write into files too. `escape` is how ESC is written there.
[[nodiscard]] std::string_view without_colours(std::string_view line,
                                               std::string& buffer,
                                               std::string_view escape = "\x1b");

}  // namespace erp::odoo
