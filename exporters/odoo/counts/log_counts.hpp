#pragma once

#include "core/counting/histogram.hpp"
#include "core/counting/scheme.hpp"
#include "exporters/odoo/counts/rhythm.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

/// What the server log is counted as. Kinds are types of their own: some are kept alike.
namespace erp::odoo {

using counting::Histogram;
using counting::Kind;

/// What counts are kept by.
enum class Label : std::uint8_t {
    datname,       ///< of a database that is known to exist; see Databases
    route,         ///< what a request is for
    status_class,  ///< "2xx"
    worker_type,   ///< "http", "cron", "unknown"
    reason,
    kind,
    exception,  ///< name of a Python class
    cron,       ///< a job's name
    result,
    level,
    area,
    code,   ///< of a PostgreSQL conflict
    event,  ///< see the collector events
    version,
};
inline constexpr std::size_t kLabels = 14;

/// Databases are those that exist; jobs and exceptions come from the code and the data of tenants,
/// so that their number has a limit here.
consteval std::array<std::size_t, kLabels> most_texts() {
    std::array<std::size_t, kLabels> most{};
    most.fill(64);
    most[static_cast<std::size_t>(Label::datname)] = 2'000;
    most[static_cast<std::size_t>(Label::exception)] = 300;
    most[static_cast<std::size_t>(Label::cron)] = 2'000;
    return most;
}

/// Upper bounds in ns.
namespace bounds {
using counting::kMillisecond;
using counting::kSecond;

/// Up to limit_time_real's default of 120 s.
inline constexpr std::array<std::int64_t, 12> kRequest{
    10 * kMillisecond,  50 * kMillisecond, 100 * kMillisecond,   250 * kMillisecond,
    500 * kMillisecond, 1 * kSecond,       2'500 * kMillisecond, 5 * kSecond,
    10 * kSecond,       30 * kSecond,      60 * kSecond,         120 * kSecond};
/// Of the time in SQL or in Python: where it is spent matters, not the last digit.
inline constexpr std::array<std::int64_t, 6> kPart{10 * kMillisecond,  100 * kMillisecond,
                                                   500 * kMillisecond, 1 * kSecond,
                                                   5 * kSecond,        30 * kSecond};
inline constexpr std::array<std::int64_t, 7> kCron{100 * kMillisecond, 1 * kSecond,   10 * kSecond,
                                                   60 * kSecond,       120 * kSecond, 600 * kSecond,
                                                   3'600 * kSecond};
}  // namespace bounds

/// Of one job.
struct CronCell {
    std::int64_t success = 0;  ///< Unix time in ns of the end of its last good run; 0: none
    std::int64_t start = 0;    ///< Unix time in ns of its last start; 0: none
};

using RequestTimes = Histogram<bounds::kRequest.size()>;
using PartTimes = Histogram<bounds::kPart.size()>;
using CronTimes = Histogram<bounds::kCron.size()>;

/// Of the requests of a database and route that have numbers.
struct WorkCell {
    std::uint64_t queries = 0;
    RequestTimes duration;  ///< sql and python
    PartTimes sql;
    PartTimes python;
};

struct Requests : Kind<20'000, std::uint64_t, Label::datname, Label::route, Label::status_class> {};
struct Work : Kind<20'000, WorkCell, Label::datname, Label::route> {};
/// Requests that ended with their worker and have no line.
struct Killed : Kind<64, std::uint64_t, Label::reason> {};
/// Of the gevent port: no latency.
struct GeventRequests : Kind<16, std::uint64_t, Label::status_class> {};
struct RpcErrors : Kind<8'000, std::uint64_t, Label::datname, Label::kind> {};
struct Exceptions : Kind<8'000, std::uint64_t, Label::datname, Label::exception> {};
struct WorkerStarts : Kind<16, std::uint64_t, Label::worker_type> {};
struct WorkerExits : Kind<128, std::uint64_t, Label::worker_type, Label::reason> {};
/// Rows of jobs: an Odoo has about 60 in each database (those of 2,000 databases).
struct CronRuns : Kind<240'000, std::uint64_t, Label::datname, Label::cron, Label::result> {};
struct CronDurations : Kind<120'000, CronTimes, Label::datname, Label::cron> {};
struct CronLast : Kind<120'000, CronCell, Label::datname, Label::cron> {};
struct CronSkips : Kind<8'000, std::uint64_t, Label::datname, Label::reason> {};
struct Logins : Kind<8'000, std::uint64_t, Label::datname, Label::result> {};
struct Records : Kind<20'000, std::uint64_t, Label::datname, Label::level, Label::area> {};
struct Retries : Kind<8'000, std::uint64_t, Label::datname, Label::code, Label::result> {};
struct BadQueries : Kind<8'000, std::uint64_t, Label::datname, Label::reason> {};
struct QueueJobs : Kind<8'000, std::uint64_t, Label::datname, Label::event> {};
/// What has a name and a database, and nothing else.
struct Events : Kind<20'000, std::uint64_t, Label::datname, Label::event> {};
/// Unix time in ns of the last one.
struct Changes : Kind<8'000, std::int64_t, Label::kind, Label::datname> {};
/// Unix time in ns at which this version booted last.
struct Versions : Kind<64, std::int64_t, Label::version> {};
struct Suspicious : Kind<16, std::uint64_t, Label::reason> {};
/// Of Requests: those that wrote an error which nobody expected, each once.
struct FailedRequests : Kind<20'000, std::uint64_t, Label::datname, Label::route> {
    static constexpr std::uint64_t kSince = 2;
};
/// Of the jobs of a database.
struct Rhythms : Kind<2'002, Rhythm, Label::datname> {
    static constexpr std::uint64_t kSince = 3;
};
/// Unix time in ns of the last record of a database; of none: of the last record of all.
struct Heard : Kind<2'002, std::int64_t, Label::datname> {
    static constexpr std::uint64_t kSince = 3;
};
/// Unix time in ns at which the last run of a job ended that failed, was killed or timed out.
struct CronFailed : Kind<120'000, std::int64_t, Label::datname, Label::cron> {
    static constexpr std::uint64_t kSince = 4;
};

struct Scheme {
    using Label = odoo::Label;
    static constexpr std::uint64_t kVersion = 4;
    static constexpr std::array<std::size_t, kLabels> kMostTexts = most_texts();
    using Kinds = counting::KindList<Requests,
                                     Work,
                                     Killed,
                                     GeventRequests,
                                     RpcErrors,
                                     Exceptions,
                                     WorkerStarts,
                                     WorkerExits,
                                     CronRuns,
                                     CronDurations,
                                     CronLast,
                                     CronSkips,
                                     Logins,
                                     Records,
                                     Retries,
                                     BadQueries,
                                     QueueJobs,
                                     Events,
                                     Changes,
                                     Versions,
                                     Suspicious,
                                     FailedRequests,
                                     Rhythms,
                                     Heard,
                                     CronFailed>;
};

/// All that was counted up to one line of the log. Immutable once published.
using LogCounts = counting::Counts<Scheme>;

}  // namespace erp::odoo
