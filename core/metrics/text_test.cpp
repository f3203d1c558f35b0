#include "core/metrics/compression.hpp"
#include "core/metrics/exposition.hpp"

#include <catch2/catch.hpp>
#include <isa-l/igzip_lib.h>

#include <zstd.h>

#include <cmath>
#include <limits>
#include <memory>

namespace erp {
namespace {

constexpr Metric kTup{.name = "pg_stat_database_tup_returned",
                      .type = Type::counter,
                      .help = "Rows that scans returned: a\\b\nnext.",
                      .labels = {"datname"},
                      .tenant_from = Dimension::database,
                      .tenant_label = "datname"};
constexpr Metric kUp{.name = "pg_up", .help = "Whether the last round trip succeeded."};
constexpr Metric kWait{.name = "pg_wait_seconds",
                       .type = Type::histogram,
                       .help = "Time that sessions waited.",
                       .labels = {"datname"},
                       .unit = Unit::seconds};
constexpr Metric kLatency{.name = "redis_latency_percentiles_usec",
                          .type = Type::summary,
                          .help = "Latency as the server reports it.",
                          .labels = {"cmd"},
                          .naming = Naming::compatible};

Source source_of(Samples samples, std::vector<std::pair<std::string, std::string>> labels) {
    Source source;
    source.parts.push_back({std::make_shared<const Samples>(std::move(samples)), false});
    source.labels = std::move(labels);
    return source;
}

Snapshot snapshot_of(std::vector<Source> sources,
                     std::shared_ptr<const Tenancy> tenancy,
                     std::size_t most = SIZE_MAX) {
    std::vector<MergedSource> merged;
    merged.reserve(sources.size());
    for (Source& source : sources)
        merged.push_back(merge(std::move(source), *tenancy, {}));
    return Snapshot(std::move(merged), std::move(tenancy), most);
}

std::shared_ptr<const Tenancy> acme() {
    return std::make_shared<const Tenancy>(
        std::vector<Tenant>{{"acme", "Acme Ltd", "production", "dedicated"}},
        std::vector<TenantRule>{{Dimension::database, "^([a-z]+)$", "$1"}});
}

TEST_CASE("text: families of all sources stand together, sorted, with escapes", "[metrics]") {
    Samples first;
    first.add(kUp, 1);
    first.add(kTup, 7, "other");
    first.add(kTup, 0.1 + 0.2, "acme");
    Samples second;
    second.add(kTup, 1e300, "a\"b\\c\nd");
    std::vector<Source> sources;
    sources.push_back(source_of(std::move(first), {{"target", "one"}}));
    sources.push_back(source_of(std::move(second), {{"target", "t\"wo"}, {"site", "x"}}));
    const std::string page = write_text(snapshot_of(std::move(sources), acme()));
    CHECK(page ==
          R"(# HELP pg_stat_database_tup_returned Rows that scans returned: a\\b\nnext.
# TYPE pg_stat_database_tup_returned counter
pg_stat_database_tup_returned{target="one",tenant="acme",datname="acme"} 0.30000000000000004
pg_stat_database_tup_returned{target="one",datname="other"} 7
pg_stat_database_tup_returned{target="t\"wo",site="x",datname="a\"b\\c\nd"} 1e+300
# HELP pg_up Whether the last round trip succeeded.
# TYPE pg_up gauge
pg_up{target="one"} 1
)");
}

TEST_CASE("text: histograms and summaries are written whole", "[metrics]") {
    Samples samples;
    const std::string_view acme_label[] = {"acme"};
    samples.add_distribution(kWait, {{{0.5, 1}, {5, 3}}, 7.25, 4}, acme_label);
    const std::string_view get[] = {"get"};
    samples.add_distribution(kLatency, {{{50, 1.003}, {99.9, 8}}, 12, 6}, get);
    std::vector<Source> sources;
    sources.push_back(source_of(std::move(samples), {}));
    const std::string page =
        write_text(snapshot_of(std::move(sources), std::make_shared<const Tenancy>()));
    CHECK(page ==
          R"(# HELP pg_wait_seconds Time that sessions waited.
# TYPE pg_wait_seconds histogram
pg_wait_seconds_bucket{datname="acme",le="0.5"} 1
pg_wait_seconds_bucket{datname="acme",le="5"} 3
pg_wait_seconds_bucket{datname="acme",le="+Inf"} 4
pg_wait_seconds_sum{datname="acme"} 7.25
pg_wait_seconds_count{datname="acme"} 4
# HELP redis_latency_percentiles_usec Latency as the server reports it.
# TYPE redis_latency_percentiles_usec summary
redis_latency_percentiles_usec{cmd="get",quantile="50"} 1.003
redis_latency_percentiles_usec{cmd="get",quantile="99.9"} 8
redis_latency_percentiles_usec_sum{cmd="get"} 12
redis_latency_percentiles_usec_count{cmd="get"} 6
)");
}

TEST_CASE("text, protobuf: an exporter's label is on series that have none of its name",
          "[metrics]") {
    Samples samples;
    samples.add(kTup, 1, "acme");
    samples.add(kUp, 1);
    std::vector<Source> sources;
    sources.push_back(source_of(std::move(samples), {{"target", "main"}}));
    sources.back().data_labels = {{"datname", "other"}, {"server", "db1:5432"}};
    const Snapshot snapshot = snapshot_of(std::move(sources), std::make_shared<const Tenancy>());
    const std::string text = write(snapshot, Format::text);
    CHECK(text.find("pg_up{target=\"main\",datname=\"other\",server=\"db1:5432\"} 1") !=
          std::string::npos);
    CHECK(text.find("returned{target=\"main\",server=\"db1:5432\",datname=\"acme\"} 1") !=
          std::string::npos);
    const std::string bytes = write(snapshot, Format::protobuf);
    const auto count = [&](std::string_view word) {
        std::size_t found = 0;
        for (auto at = bytes.find(word); at != std::string::npos; at = bytes.find(word, at + 1))
            ++found;
        return found;
    };
    CHECK(count("db1:5432") == 2);
    CHECK(count("other") == 1);
}

TEST_CASE("text: special values have the words of the format", "[metrics]") {
    Samples samples;
    samples.add(kTup, std::nan(""), "a");
    samples.add(kTup, std::numeric_limits<double>::infinity(), "b");
    samples.add(kTup, -std::numeric_limits<double>::infinity(), "c");
    samples.add(kTup, -0.0, "d");
    samples.add(kTup, 9007199254740993.0, "e");
    std::vector<Source> sources;
    sources.push_back(source_of(std::move(samples), {}));
    const std::string page =
        write_text(snapshot_of(std::move(sources), std::make_shared<const Tenancy>()));
    CHECK(page.find("{datname=\"a\"} NaN\n") != std::string::npos);
    CHECK(page.find("{datname=\"b\"} +Inf\n") != std::string::npos);
    CHECK(page.find("{datname=\"c\"} -Inf\n") != std::string::npos);
    CHECK(page.find("{datname=\"d\"} 0\n") != std::string::npos);
    CHECK(page.find("{datname=\"e\"} 9007199254740992\n") != std::string::npos);
}

TEST_CASE("snapshot: a series that comes twice is dropped and counted, the first stays",
          "[metrics]") {
    Samples samples;
    samples.add(kTup, 1, "acme");
    samples.add(kTup, 2, "acme");
    samples.add(kTup, 3, "b");
    const MergedSource merged = merge(source_of(std::move(samples), {}), Tenancy(), MergeLimits{});
    CHECK(merged.duplicates == 1);
    REQUIRE(merged.series.size() == 2);
    CHECK(merged.series[0].point->value == 1);
}

TEST_CASE("snapshot: over the budget the last ones in order are dropped and counted", "[metrics]") {
    Samples samples;
    for (const char* name : {"d", "a", "c", "b"})
        samples.add(kTup, 1, name);
    MergeLimits limits;
    limits.lines = 3;
    const MergedSource merged = merge(source_of(std::move(samples), {}), Tenancy(), limits);
    CHECK(merged.over_budget == 1);
    REQUIRE(merged.series.size() == 3);
    CHECK(label_at(merged.series.back().labels(), 0) == "c");
}

TEST_CASE("snapshot: the budget goes to counters and gauges before histograms", "[metrics]") {
    static constexpr Metric kTimes{.name = "a_times_seconds",
                                   .type = Type::histogram,
                                   .help = "Times of something.",
                                   .labels = {"kind"},
                                   .unit = Unit::seconds};
    static constexpr Metric kDone{
        .name = "b_done_total", .type = Type::counter, .help = "Things done.", .labels = {"kind"}};
    Samples samples;
    for (const char* kind : {"x", "y", "z"}) {
        samples.add(kDone, 1, kind);
        const std::string_view labels[] = {kind};
        samples.add_distribution(kTimes, {.steps = {{1, 1}, {2, 1}}, .sum = 1, .count = 1}, labels);
    }
    Source source;
    source.parts.push_back({std::make_shared<const Samples>(std::move(samples)), false});
    const MergedSource merged = merge(std::move(source), Tenancy(), {.lines = 9});
    // Three counters, and one histogram of five lines.
    CHECK(merged.lines == 8);
    CHECK(merged.over_budget == 10);
    CHECK(std::ranges::count(merged.series, &kDone, &Series::metric) == 3);
}

TEST_CASE("snapshot: the page budget drops from the last source, but never an up", "[metrics]") {
    static constexpr Metric kAlways{
        .name = "zz_up", .help = "Whether it answers.", .shown = Shown::always};
    std::vector<Source> sources;
    for (int i = 0; i < 3; ++i) {
        Samples samples;
        samples.add(kUp, 1);
        samples.add(kTup, 1, "x");
        samples.add(kAlways, 1);
        sources.push_back(source_of(std::move(samples), {{"target", std::to_string(i)}}));
    }
    sources[2].kept_always = true;
    const Snapshot snapshot = snapshot_of(std::move(sources), std::make_shared<const Tenancy>(), 8);
    CHECK(snapshot.size() == 8);
    CHECK(snapshot.dropped(0) == 0);
    CHECK(snapshot.dropped(1) == 1);
    CHECK(snapshot.dropped(2) == 0);
    const std::string page = write_text(snapshot);
    for (const char* target : {"0", "1", "2"})
        CHECK(page.find(std::string(R"(zz_up{target=")") + target + R"("} 1)") != page.npos);
    CHECK(page.find(R"(pg_up{target="2"} 1)") != page.npos);
}

TEST_CASE("snapshot: a namesake of another type is refused", "[metrics]") {
    static constexpr Metric kOther{
        .name = "pg_up", .type = Type::counter, .help = "Not the same thing at all."};
    Samples samples;
    samples.add(kUp, 1);
    samples.add(kOther, 2);
    const MergedSource merged = merge(source_of(std::move(samples), {}), Tenancy(), MergeLimits{});
    CHECK(merged.collisions == 1);
    CHECK(merged.series.size() == 1);
}

TEST_CASE("snapshot: of a target that is down only a watcher's counters stay", "[metrics]") {
    Samples samples;
    samples.add(kUp, 1);
    samples.add(kTup, 1, "x");
    Source source = source_of(std::move(samples), {});
    source.parts[0].counters_only = true;
    const MergedSource merged = merge(std::move(source), Tenancy(), MergeLimits{});
    REQUIRE(merged.series.size() == 1);
    CHECK(merged.series[0].metric == &kTup);
}

TEST_CASE("snapshot: name filters keep whole families", "[metrics]") {
    Samples samples;
    samples.add(kUp, 1);
    samples.add(kTup, 1, "x");
    const std::set<std::string, std::less<>> names{"pg_up"};
    MergeLimits limits;
    limits.names = &names;
    const MergedSource merged = merge(source_of(std::move(samples), {}), Tenancy(), limits);
    REQUIRE(merged.series.size() == 1);
    CHECK(merged.series[0].metric == &kUp);
}

TEST_CASE("compression: the body comes back whole", "[metrics]") {
    std::string body;
    for (int i = 0; i < 5000; ++i)
        body += "pg_up{target=\"main\"} 1\n";
    std::string packed = compressed(body, Compression::gzip);
    CHECK(packed.size() < body.size() / 10);
    std::string back(body.size(), '\0');
    inflate_state state;
    isal_inflate_init(&state);
    state.crc_flag = ISAL_GZIP;
    state.next_in = reinterpret_cast<std::uint8_t*>(packed.data());
    state.avail_in = static_cast<std::uint32_t>(packed.size());
    state.next_out = reinterpret_cast<std::uint8_t*>(back.data());
    state.avail_out = static_cast<std::uint32_t>(back.size());
    CHECK(isal_inflate(&state) == ISAL_DECOMP_OK);
    CHECK(state.block_state == ISAL_BLOCK_FINISH);
    CHECK(back == body);
    const std::string frame = compressed(body, Compression::zstd);
    CHECK(frame.size() < body.size() / 10);
    back.assign(body.size(), '\0');
    CHECK(ZSTD_decompress(back.data(), back.size(), frame.data(), frame.size()) == body.size());
    CHECK(back == body);
    CHECK(compressed(body, Compression::none) == body);
}

}  // namespace
}  // namespace erp
