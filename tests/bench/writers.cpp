// What writing a page costs: ours against prometheus-cpp's Collect and Serialize and against
// copying the finished body. Samples of 10 families with 5 labels, some 156 bytes a line, a fifth
// of the values no integers. One line of JSON a row.
#include "core/metrics/compression.hpp"
#include "core/metrics/exposition.hpp"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

using erp::Metric;

constexpr std::string_view kNames[] = {
    "erp_bench_live_tuples_estimated_0", "erp_bench_live_tuples_estimated_1",
    "erp_bench_live_tuples_estimated_2", "erp_bench_live_tuples_estimated_3",
    "erp_bench_live_tuples_estimated_4", "erp_bench_live_tuples_estimated_5",
    "erp_bench_live_tuples_estimated_6", "erp_bench_live_tuples_estimated_7",
    "erp_bench_live_tuples_estimated_8", "erp_bench_live_tuples_estimated_9"};
constexpr std::size_t kFamilies = std::size(kNames);

constexpr Metric family(std::string_view name) {
    return {.name = name,
            .help = "A family of the benchmark that has a help text of usual length.",
            .labels = {"datname", "schemaname", "relname", "application", "state"}};
}
template <std::size_t N>
constexpr Metric kRow = family(kNames[N]);
constexpr const Metric* kMetrics[] = {&kRow<0>, &kRow<1>, &kRow<2>, &kRow<3>, &kRow<4>,
                                      &kRow<5>, &kRow<6>, &kRow<7>, &kRow<8>, &kRow<9>};

std::vector<std::string> labels_of(std::size_t i) {
    return {"tenant_" + std::to_string(i % 200), "public",
            "stock_move_line_" + std::to_string(i / 200), "odoo-" + std::to_string(i % 7),
            i % 2 == 0 ? "active" : "idle in transaction"};
}

double value_of(std::size_t i) {
    const auto v = static_cast<double>(i * 7919 % 1000003);
    return i % 5 == 0 ? v / 7 : v;
}

std::shared_ptr<const erp::Samples> samples_of(std::size_t count) {
    erp::Samples samples;
    for (std::size_t f = 0; f < kFamilies; ++f) {
        for (std::size_t i = 0; i < count / kFamilies; ++i) {
            const auto labels = labels_of(i);
            const std::vector<std::string_view> views(labels.begin(), labels.end());
            samples.add_row(*kMetrics[f], value_of(i + f), views);
        }
    }
    return std::make_shared<const erp::Samples>(std::move(samples));
}

erp::Snapshot merged(const std::shared_ptr<const erp::Samples>& samples) {
    auto tenancy = std::make_shared<const erp::Tenancy>();
    erp::Source source;
    source.parts.push_back({samples, false});
    std::vector<erp::MergedSource> all;
    all.push_back(erp::merge(std::move(source), *tenancy, {}));
    return {std::move(all), std::move(tenancy), SIZE_MAX};
}

void fill(prometheus::Registry& registry, std::size_t count) {
    for (std::size_t f = 0; f < kFamilies; ++f) {
        auto& family = prometheus::BuildGauge()
                           .Name(std::string(kMetrics[f]->name))
                           .Help(std::string(kMetrics[f]->help))
                           .Register(registry);
        for (std::size_t i = 0; i < count / kFamilies; ++i) {
            const auto values = labels_of(i);
            std::map<std::string, std::string> labels;
            for (std::size_t k = 0; k < values.size(); ++k)
                labels.emplace(kMetrics[f]->labels[k], values[k]);
            family.Add(labels).Set(value_of(i + f));
        }
    }
}

double cpu_nanoseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// One way to write: its times are CPU nanoseconds a run.
struct Row {
    std::string_view name;
    std::size_t bytes;
    std::function<void()> work;
    std::vector<double> times = {};
};

/// In turns, so that other work on the machine hits all of them. The first run of a turn finds
/// caches and heap as the row before left them and is not counted.
void measure(std::vector<Row>& rows, int runs) {
    for (int i = 0; i < runs; ++i) {
        for (Row& row : rows) {
            row.work();
            const double begun = cpu_nanoseconds();
            row.work();
            row.times.push_back(cpu_nanoseconds() - begun);
        }
    }
}

double median(std::vector<double> times) {
    std::ranges::sort(times);
    return times[times.size() / 2];
}

std::size_t kept = 0;  // so that no work can be left out

void bench(std::size_t count, int runs) {
    prometheus::Registry registry;
    fill(registry, count);
    const prometheus::TextSerializer serializer;
    const auto samples = samples_of(count);
    const erp::Snapshot snapshot = merged(samples);
    const std::string body = erp::write_text(snapshot);
    std::string copy = body;

    using erp::Compression;
    std::vector<Row> rows{
        {"prometheus-cpp collect + text", body.size(),
         [&] { kept += serializer.Serialize(registry.Collect()).size(); }},
        {"merge and sort", 0, [&] { kept += merged(samples).size(); }},
        {"text", body.size(), [&] { kept += erp::write_text(snapshot).size(); }},
        {"OpenMetrics", erp::write_openmetrics(snapshot).size(),
         [&] { kept += erp::write_openmetrics(snapshot).size(); }},
        {"protobuf", erp::write_protobuf(snapshot).size(),
         [&] { kept += erp::write_protobuf(snapshot).size(); }},
        {"text + gzip", erp::compressed(body, Compression::gzip).size(),
         [&] { kept += erp::compressed(erp::write_text(snapshot), Compression::gzip).size(); }},
        {"text + zstd", erp::compressed(body, Compression::zstd).size(),
         [&] { kept += erp::compressed(erp::write_text(snapshot), Compression::zstd).size(); }},
        {"memcpy of the text", body.size(), [&] {
             std::memcpy(copy.data(), body.data(), body.size());
             kept += static_cast<unsigned char>(copy[kept % copy.size()]);
         }}};
    measure(rows, runs);
    for (const Row& row : rows) {
        std::cout << R"({"samples":)" << count << R"(,"name":")" << row.name << R"(","ns":)"
                  << median(row.times) / static_cast<double>(count) << R"(,"bytes":)" << row.bytes
                  << "}\n";
    }
}

}  // namespace

int main() {
    bench(10'000, 31);
    bench(100'000, 11);
    return kept == 0 ? 1 : 0;
}
