#include "core/metrics/every_type.hpp"
#include "core/metrics/exposition.hpp"

#include <catch2/catch.hpp>

#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace erp {
namespace {

/// A message as its fields: numbers of varints and doubles, texts of bytes.
struct Message {
    std::multimap<unsigned, std::uint64_t> integers;
    std::multimap<unsigned, double> doubles;
    std::multimap<unsigned, std::string> bytes;

    [[nodiscard]] std::string text(unsigned field) const { return bytes.find(field)->second; }
    [[nodiscard]] double number(unsigned field) const { return doubles.find(field)->second; }
    [[nodiscard]] std::uint64_t integer(unsigned field) const {
        return integers.find(field)->second;
    }
    [[nodiscard]] std::vector<Message> messages(unsigned field) const;
};

std::uint64_t varint(std::string_view& in) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (in.empty()) throw std::runtime_error("a varint ends early");
        const auto byte = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7fU} << shift;
        if (byte < 0x80) return value;
    }
    throw std::runtime_error("a varint is too long");
}

std::string_view take(std::string_view& in, std::uint64_t size) {
    if (size > in.size()) throw std::runtime_error("a field ends early");
    const std::string_view taken = in.substr(0, size);
    in.remove_prefix(size);
    return taken;
}

Message parse(std::string_view in) {
    Message message;
    while (!in.empty()) {
        const std::uint64_t tag = varint(in);
        const auto field = static_cast<unsigned>(tag >> 3U);
        switch (tag & 7U) {
            case 0:
                message.integers.emplace(field, varint(in));
                break;
            case 1: {
                double value = 0;
                std::memcpy(&value, take(in, sizeof(value)).data(), sizeof(value));
                message.doubles.emplace(field, value);
                break;
            }
            case 2:
                message.bytes.emplace(field, take(in, varint(in)));
                break;
            default:
                throw std::runtime_error("a wire type that is not used");
        }
    }
    return message;
}

std::vector<Message> Message::messages(unsigned field) const {
    std::vector<Message> all;
    const auto [first, last] = bytes.equal_range(field);
    for (auto it = first; it != last; ++it)
        all.push_back(parse(it->second));
    return all;
}

std::map<std::string, Message> families(std::string_view page) {
    std::map<std::string, Message> all;
    while (!page.empty()) {
        Message family = parse(take(page, varint(page)));
        const std::string name = family.text(1);
        all.emplace(name, std::move(family));
    }
    return all;
}

std::map<std::string, std::string> labels(const Message& metric) {
    std::map<std::string, std::string> all;
    for (const Message& pair : metric.messages(1))
        all.emplace(pair.text(1), pair.text(2));
    return all;
}

/// Of one source with these labels.
std::string page(Samples samples, std::vector<std::pair<std::string, std::string>> labels = {}) {
    Source source;
    source.parts.push_back({std::make_shared<const Samples>(std::move(samples)), false});
    source.labels = std::move(labels);
    std::vector<MergedSource> merged;
    merged.push_back(merge(std::move(source), Tenancy(), {}));
    return write_protobuf(Snapshot(std::move(merged), std::make_shared<const Tenancy>(), SIZE_MAX));
}

TEST_CASE("protobuf: a family has its name, help, type and unit", "[metrics]") {
    const auto all = families(write_protobuf(every_type::snapshot()));
    CHECK(all.size() == 13);
    const Message& jobs = all.at("erp_jobs_total");
    CHECK(jobs.text(2) == "Jobs that ran: a\\b \"quoted\"\nnext.");
    CHECK(jobs.integer(3) == 0);
    CHECK(jobs.bytes.count(5) == 0);
    CHECK(all.at("erp_size_bytes").text(5) == "bytes");
    const std::map<std::string, std::uint64_t> types{
        {"erp_size_bytes", 1},    {"erp_build_info", 1}, {"erp_role", 1},
        {"erp_reply_seconds", 2}, {"pg_settings_x", 3},  {"erp_wait_seconds", 4}};
    for (const auto& [name, type] : types) {
        CAPTURE(name);
        CHECK(all.at(name).integer(3) == type);
    }
}

TEST_CASE("protobuf: a unit that a name does not end in is not said", "[metrics]") {
    static constexpr Metric kWithin{.name = "erp_wait_seconds_recent_max",
                                    .help = "The longest.",
                                    .unit = Unit::seconds,
                                    .naming = Naming::compatible};
    static constexpr Metric kUnitAlone{.name = "seconds",
                                       .help = "A name that is a unit.",
                                       .unit = Unit::seconds,
                                       .naming = Naming::compatible};
    Samples samples;
    for (const Metric* metric : {&kWithin, &kUnitAlone, &every_type::kBusy, &every_type::kGauge})
        samples.add_row(*metric, 1, std::vector<std::string_view>(metric->labels.size(), "x"));
    const auto all = families(page(std::move(samples)));
    CHECK(all.at("erp_wait_seconds_recent_max").bytes.count(5) == 0);
    CHECK(all.at("seconds").bytes.count(5) == 0);
    CHECK(all.at("erp_busy_seconds_total").text(5) == "seconds");
    CHECK(all.at("erp_size_bytes").text(5) == "bytes");
}

TEST_CASE("protobuf: counters have labels, exact values, exemplars and a start", "[metrics]") {
    const auto all = families(write_protobuf(every_type::snapshot()));
    const auto metrics = all.at("erp_jobs_total").messages(4);
    REQUIRE(metrics.size() == 2);
    const auto& plain = metrics[1];
    CHECK(labels(plain) == std::map<std::string, std::string>{
                               {"target", "main"}, {"tenant", "acme"}, {"kind", "plain"}});
    CHECK(labels(metrics[0]).at("kind") == "a\"b\\c\nd \xc3\xa9\xe2\x82\xac");
    CHECK(metrics[0].messages(3)[0].number(1) == 9007199254740992.0);
    const Message counter = plain.messages(3)[0];
    CHECK(counter.number(1) == 3);
    const Message exemplar = counter.messages(2)[0];
    CHECK(labels(exemplar).at("trace_id") == "4bf92f3577b34da6");
    CHECK(exemplar.messages(3)[0].integer(1) == 1700000123);
    CHECK(counter.messages(3)[0].integer(1) == 1700000000);
    CHECK(counter.messages(3)[0].integer(2) == 250000000);
    CHECK(std::isnan(all.at("erp_odd_total").messages(4)[0].messages(3)[0].number(1)));
}

TEST_CASE("protobuf: label values of all lengths keep the messages whole", "[metrics]") {
    Samples samples;
    std::set<std::string> written;
    for (const std::size_t size :
         {0U, 1U, 100U, 110U, 115U, 120U, 125U, 126U, 127U, 128U, 129U, 200U, 255U}) {
        written.emplace(size, 'x');
        samples.add(every_type::kCounter, 1, std::string(size, 'x'));
        samples.add(every_type::kGauge, 1, std::string(size, 'x'));
    }
    samples.count_since(1700000000);
    const auto all = families(page(std::move(samples), {{"target", std::string(200, 't')}}));
    for (const std::string name : {"erp_jobs_total", "erp_size_bytes"}) {
        std::set<std::string> read;
        for (const Message& metric : all.at(name).messages(4)) {
            const auto found = labels(metric);
            CHECK(found.at("target").size() == 200);
            read.insert(found.at("kind"));
        }
        CHECK(read == written);
    }
}

TEST_CASE("protobuf: families of all sizes have their length before them", "[metrics]") {
    // A few bytes; more than one block; more than 2 MiB, whose length takes a byte more.
    const std::size_t count = GENERATE(1U, 400U, 4'000U, 30'000U);
    Samples samples;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string kind = std::to_string(i) + std::string(60, 'x');
        samples.add(every_type::kCounter, static_cast<double>(i), kind);
        samples.add(every_type::kGauge, static_cast<double>(i), kind);
    }
    const std::string written = page(std::move(samples));
    CHECK((written.size() > std::size_t{4} << 20U) == (count == 30'000));
    const auto all = families(written);
    CHECK(all.at("erp_jobs_total").messages(4).size() == count);
    CHECK(all.at("erp_size_bytes").messages(4).size() == count);
}

TEST_CASE("protobuf: a histogram has classic buckets, and native ones on request", "[metrics]") {
    const bool native = GENERATE(true, false);
    const auto all = families(write_protobuf(every_type::snapshot(native)));
    const Message histogram = all.at("erp_wait_seconds").messages(4)[0].messages(7)[0];
    CHECK(histogram.integer(1) == 6);
    CHECK(histogram.number(2) == 21.514);
    const auto buckets = histogram.messages(3);
    REQUIRE(buckets.size() == 4);
    CHECK(buckets[1].integer(1) == 4);
    CHECK(buckets[1].number(2) == 0.5);
    CHECK(labels(buckets[1].messages(3)[0]).at("trace_id") == "new");
    CHECK(buckets[0].messages(3).empty());
    CHECK(buckets[3].integer(1) == 6);
    CHECK(std::isinf(buckets[3].number(2)));
    CHECK(histogram.messages(15).size() == 1);
    CHECK(histogram.integers.count(5) == (native ? 1U : 0U));
    if (!native) return;
    CHECK(histogram.integer(5) == 6);  // zigzag of 3
    CHECK(histogram.integer(7) == 1);
    std::int64_t count = 0;
    std::int64_t sum = 1;
    const auto [first, last] = histogram.integers.equal_range(13);
    for (auto it = first; it != last; ++it) {
        count += static_cast<std::int64_t>(it->second >> 1U) ^
                 -static_cast<std::int64_t>(it->second & 1U);
        sum += count;
    }
    CHECK(sum == 6);
    std::uint64_t lengths = 0;
    for (const Message& span : histogram.messages(12))
        lengths += span.integer(2);
    CHECK(lengths == histogram.integers.count(13));
}

TEST_CASE("protobuf: a summary keeps its quantiles, whatever they are", "[metrics]") {
    const auto all = families(write_protobuf(every_type::snapshot()));
    const Message summary = all.at("redis_latency_percentiles_usec").messages(4)[0].messages(4)[0];
    CHECK(summary.integer(1) == 6);
    CHECK(summary.number(2) == 12);
    REQUIRE(summary.messages(3).size() == 2);
    CHECK(summary.messages(3)[1].number(1) == 99.9);
    CHECK(summary.messages(3)[1].number(2) == 8);
}

}  // namespace
}  // namespace erp
