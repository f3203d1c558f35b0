#include "core/tail/byte_codec.hpp"
#include "exporters/traefik/traffic/numbering.hpp"
#include "exporters/traefik/traffic/reading.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>

namespace erp::traefik {
namespace {

TEST_CASE("access log: a restart between any two files changes nothing", "[traefik]") {
    Reading whole({{}, true, true, true});
    Reading cut({{}, true, true, true});
    for (const char* file : {"3.7.15/access.json.log", "2.11.53/access.json.log",
                             "3.7.15/access.clf.log", "3.7.15/access.tracing.json.log"}) {
        whole.read(file, file);
        cut.read(file, file);
        cut.restart();
    }
    const auto page = [](Reading& reading) {
        std::multiset<std::string> lines;
        std::string line;
        const Samples all = reading.samples();
        for (const auto& point : all.points()) {
            line = std::string(point.metric->name) + std::string(all.labels(point));
            line += std::to_string(point.value);
            if (const Distribution* d = all.distribution(point)) {
                line += std::to_string(d->sum);
                for (const auto& step : d->steps)
                    line += ' ' + std::to_string(step.value);
                if (d->native) line += 'n' + std::to_string(d->native->deltas.size());
            }
            lines.insert(line);
        }
        return lines;
    };
    const auto lines = page(whole);
    const auto others = page(cut);
    std::vector<std::string> differ;
    std::ranges::set_symmetric_difference(lines, others, std::back_inserter(differ));
    CAPTURE(differ);
    CHECK(differ.empty());
    CHECK(lines.size() > 1000);
}

TEST_CASE("access log: another reader's bytes are refused and leave it empty", "[traefik]") {
    Reading reading;
    reading.read("3.7.15/access.json.log");
    CHECK(reading.log->restore("something else"));
    CHECK(reading.sum(kTotal) == 0);
}

TEST_CASE("access log: an object that takes another snapshot counts on from there", "[traefik]") {
    Reading first;
    first.read("3.7.15/access.json.log");
    const std::string bytes = first.log->prepare().bytes;
    Reading second;
    for (int i = 0; i < 50; ++i)
        REQUIRE(second.take(knock("198.51.100.7", "r" + std::to_string(i))) == LineResult::ok);
    // Ways that are kept are of what was counted before.
    REQUIRE_FALSE(second.log->restore(bytes));
    for (int i = 49; i >= 0; --i)
        REQUIRE(second.take(knock("198.51.100.7", "r" + std::to_string(i))) == LineResult::ok);
    CHECK(second.sum(kTotal) == first.sum(kTotal) + 50);
    CHECK(second.sum(kTotal, {{"router", "r7"}}) == 1);
    REQUIRE(second.log->restore("no snapshot"));
    REQUIRE(second.take(knock("198.51.100.7", "r7")) == LineResult::ok);
    CHECK(second.sum(kTotal) == 1);
}

TEST_CASE("access log: a snapshot of before clients were counted is read", "[traefik]") {
    Reading reading;
    reading.read("3.7.15/access.json.log");
    std::string bytes = reading.log->prepare().bytes;
    FileList files;
    LineParser parser(LogFormat::detect);
    Entry entry;
    const Recording recording("3.7.15/access.json.log");
    for (const std::string_view line : recording.lines()) {
        if (parser.parse(line, entry) == ParseReason::none)
            (void)files.is_fresh({"access.log", "access.log", line, {}, {}}, entry);
    }
    std::string before;
    tail::put(before, std::uint64_t{1});
    files.save(before);
    TopPaths().save(before);
    REQUIRE(bytes.substr(8, before.size() - 8) == before.substr(8));
    std::string coverage;
    files.save_coverage(coverage);
    REQUIRE(bytes.ends_with(coverage));
    bytes.resize(bytes.size() - coverage.size());
    const std::size_t count = sizeof(std::uint64_t);  // of no entrypoints
    bytes = before + bytes.substr(before.size() + count);
    const double requests = reading.sum(kTotal);
    REQUIRE_FALSE(reading.log->restore(bytes));
    CHECK(reading.sum(kTotal) == requests);
}

}  // namespace
}  // namespace erp::traefik
