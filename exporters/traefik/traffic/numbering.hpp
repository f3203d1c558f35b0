#pragma once

#include "core/tail/line_consumer.hpp"
#include "exporters/traefik/log/entry.hpp"
#include "exporters/traefik/log/parse_reason.hpp"
#include "exporters/traefik/routing/request_numbers.hpp"
#include "exporters/traefik/traffic/coverage.hpp"

#include <array>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp::traefik {

/// Of one configured entry, up to the same line as the traffic beside it.
struct FileCounts {
    std::string name;
    std::array<std::uint64_t, kParseReasons> parse_errors{};
    bool numbered = false;      ///< entries have a RequestCount
    std::uint64_t missing = 0;  ///< see RequestNumbers
    std::uint64_t late = 0;
    std::uint64_t resets = 0;
    CoverageReport coverage;  ///< of its latest entries
};

/// What is known of each configured entry, and of the numbers of requests in each of its logs: a
/// pattern may match the logs of several proxies. One thread.
class FileList {
  public:
    /// Logs of an entry whose numbers are followed; of further ones the longest silent is
    /// forgotten.
    static constexpr std::size_t kMostLogs = 128;

    void count_error(const tail::LogLine& line, ParseReason reason);
    /// Of each entry, before it is counted: takes from it what is no value (see Coverage::see()).
    /// False: this request was there already.
    [[nodiscard]] bool is_fresh(const tail::LogLine& line, Entry& entry);

    [[nodiscard]] std::vector<FileCounts> counts() const;
    void save(std::string& out) const;
    /// False: the bytes are not of save(); the list is empty then.
    [[nodiscard]] bool restore(tail::ByteReader& in);
    /// Of the entries that save() and restore() have.
    void save_coverage(std::string& out) const;
    [[nodiscard]] bool restore_coverage(tail::ByteReader& in);

  private:
    struct Log {
        std::string path;
        RequestNumbers numbers;
    };
    struct File {
        FileCounts counts;    ///< missing, late and resets: of logs that are forgotten
        std::list<Log> logs;  ///< the one of the last line first
        Coverage coverage;
    };

    [[nodiscard]] File& file_of(std::string_view entry);
    [[nodiscard]] static Log& log_of(File& file, std::string_view path);

    std::vector<File> files_;
};

}  // namespace erp::traefik
