#include "exporters/postgres/client/recorded_rows.hpp"
#include "exporters/postgres/watchers/changes.hpp"
#include "exporters/postgres/watchers/filesystems.hpp"
#include "exporters/postgres/watchers/lifecycle.hpp"
#include "exporters/postgres/watchers/lock_history.hpp"
#include "exporters/postgres/watchers/lock_picture.hpp"
#include "exporters/postgres/watchers/orphaned_sessions.hpp"
#include "exporters/postgres/watchers/replication_lag.hpp"
#include "exporters/postgres/watchers/session_load.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

const Clock::time_point kStart{1h};

/// Without what names rows apart, two may be one series: then nothing.
std::string page_or_nothing(Samples samples) {
    try {
        return page_of(std::move(samples));
    } catch (const std::runtime_error&) {
        return {};
    }
}

/// What a watcher shows after two looks; nothing where it refuses the second.
using Watched = std::string (*)(const Rows& first, const Rows& second);

template <class Watcher, auto read>
std::string seen_twice(const Rows& first, const Rows& second) {
    auto before = read(first);
    auto after = read(second);
    if (!before || !after) return {};
    Watcher watcher;
    watcher.saw(std::move(*before), 100);
    watcher.saw(std::move(*after), 160);
    return page_or_nothing(watcher.samples());
}

std::string filesystems(const Rows& /*first*/, const Rows& second) {
    const auto all = to_filesystems(second);
    return all ? page_or_nothing(filesystem_samples(all->seen)) : std::string();
}

std::string load(const Rows& first, const Rows& second) {
    const auto before = to_active_sessions(first);
    const auto after = to_active_sessions(second);
    if (!before || !after) return {};
    SessionLoad load;
    load.add(*before, kStart, 3s);
    load.add(*after, kStart + 1s, 3s);
    return page_or_nothing(load.samples());
}

std::string lag(const Rows& first, const Rows& second) {
    auto before = to_positions(first);
    auto after = to_positions(second);
    if (!before || !after) return {};
    Primaries primaries;
    LagSampler sampler(primaries, 3s);
    sampler.add(std::move(*before), kStart);
    sampler.add(std::move(*after), kStart + 1s);
    return page_or_nothing(sampler.samples());
}

std::string locks(const Rows& /*first*/, const Rows& second) {
    auto sessions = to_lock_sessions(second, {{16385, "acme"}, {16386, "globex"}});
    if (!sessions) return {};
    std::vector<std::string> relations(sessions->size(), "unresolved");
    const LockPicture picture = to_picture(std::move(*sessions), std::move(relations));
    LockHistory history;
    history.add(picture.waits(), picture.forest, kStart, 3s);
    Samples samples;
    history.show(samples, false);
    show(picture, samples);
    return page_or_nothing(std::move(samples));
}

std::string orphans(const Rows& /*first*/, const Rows& second) {
    const auto found = find_orphans(second, LocalProcesses(), [](std::uint16_t) {
        return Result<ClientEnds>(ClientEnds{true, true, {}, 0});
    });
    if (!found || !*found) return {};
    Samples samples;
    for (const auto& [datname, of_it] : **found)
        samples.add(kOrphaned, of_it.sessions, datname);
    for (const auto& [datname, of_it] : **found)
        samples.add(kOrphanedOldest, of_it.oldest_seconds, datname);
    return page_or_nothing(std::move(samples));
}

std::map<std::string, int> zeros(const std::string& page) {
    std::map<std::string, int> found;
    for (const std::string_view line : split(page, '\n')) {
        if (!line.starts_with('#') && line.ends_with(" 0"))
            ++found[std::string(line.substr(0, line.find_first_of("{ ")))];
    }
    return found;
}

/// Of a lock sample: a wait that has just begun has no time yet, and of 64 waits alone the blockers
/// are asked for. A session without an age has no start either.
bool may_be_zero(Watched watched, int column) {
    return (watched == locks && (column == 8 || column == 9)) ||
           (watched == orphans && column == 3);
}

void check(std::string_view what, Watched watched, const std::string& text) {
    const Rows whole = rows_of(text);
    REQUIRE(!watched(whole, whole).empty());
    const auto before = zeros(watched(whole, whole));
    for (int column = 0; column < whole.columns(); ++column) {
        if (may_be_zero(watched, column)) continue;
        const std::string changed = without(text, static_cast<std::size_t>(column));
        for (const auto& [family, count] : zeros(watched(whole, rows_of(changed)))) {
            CAPTURE(what, column, family);
            CHECK(count <= (before.contains(family) ? before.at(family) : 0));
        }
    }
}

TEST_CASE("postgres: a column that is NULL makes no series of a watcher 0", "[postgres]") {
    check("locks", locks, file_text("testdata/15/lock_sample.tsv"));
    check("locks", locks, file_text("testdata/15/lock_sample_standby.tsv"));
    check("load", load, file_text("testdata/15/active_sessions.tsv"));
    check("lag", lag, file_text("testdata/15/replication_lag.tsv"));
    check("lag", lag, file_text("testdata/15/standby/replication_lag.tsv"));
    check("changes", seen_twice<Changes, to_look>, "1\t10\t2\t5 1 1,7 1 1\t\\N\ts/t\n");
    check("lifecycle", seen_twice<Lifecycle, to_lifecycle>, "1,5\tf\t7\t1\t90\t91\n");
    check("filesystems", filesystems, "data\t\\N\t/\nwal\t\\N\t/\ntablespace\tfast\t/\n");
    // What it says is believed only where our own session's process is seen.
    const std::string self = std::to_string(::getpid());
    const std::string start = std::to_string(LocalProcesses().look(::getpid()).started);
    const std::string gone = "acme\t4194303\t" + start + "\t9\tt\t40000\n";
    const std::string rows = gone + "\\N\t" + self + "\t" + start + "\t9\tt\t5432\n";
    REQUIRE(!orphans(rows_of(rows), rows_of(rows)).empty());
    check("orphans", orphans, rows);
}

/// Counters that have gone up, and times of events.
std::string events(const std::string& page) {
    std::string found;
    for (const std::string_view line : split(page, '\n')) {
        const bool counted =
            line.find("_total ") != std::string_view::npos && !line.ends_with(" 0");
        const bool dated = line.find("change_timestamp") != std::string_view::npos;
        if (!line.starts_with('#') && (counted || dated)) found.append(line).append("\n");
    }
    return found;
}

void check_no_event(Watched watched, const std::string& text, std::size_t from) {
    const Rows whole = rows_of(text);
    REQUIRE(!watched(whole, whole).empty());
    for (std::size_t column = from; column < static_cast<std::size_t>(whole.columns()); ++column) {
        CAPTURE(text, column);
        CHECK(events(watched(whole, rows_of(without(text, column)))).empty());
    }
}

TEST_CASE("postgres: a look that shows less than the one before has seen nothing happen",
          "[postgres]") {
    // The hashes and the list of databases before these columns are there on every server.
    check_no_event(seen_twice<Changes, to_look>, "1\t10\t2\t5 1 1,7 1 1\t\\N\ts/t\n", 2);
    check_no_event(seen_twice<Lifecycle, to_lifecycle>, "1,5\tf\t7\t1\t90\t91\n", 1);
}

}  // namespace
}  // namespace erp::postgres
