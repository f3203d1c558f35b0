// How fast lines of Odoo's log become events, on one core, in time of that core:
// bench_odoo_lines FILE... Each is repeated to 32 MB, and once more its requests alone.
#include "exporters/odoo/log/assembler.hpp"
#include "exporters/odoo/log/route.hpp"

#include <time.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace erp::odoo;

double cpu_seconds() {
    timespec at = {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) * 1e-9;
}

/// As little as a consumer can do with an event.
class Tally : public RecordSink {
  public:
    bool genuine(const Record& record) override { return record.pid != 1; }
    bool seems_genuine(const Record& record) override { return genuine(record); }
    bool has_database(std::string_view) override { return false; }
    void refuse(std::string_view) override {}
    void take(const Record&, const Event& event) override {
        ++records;
        if (event.kind != EventKind::request) return;
        ++requests;
        ++routes[static_cast<std::size_t>(route_of(event.path))];
        nanoseconds += event.duration.value_or(0);
    }
    std::size_t records = 0;
    std::size_t requests = 0;
    std::int64_t nanoseconds = 0;
    std::size_t routes[kRoutes] = {};
};

void measure(const std::string& name, const std::string& recorded) {
    if (recorded.empty()) {
        std::cerr << name << ": no lines\n";
        return;
    }
    std::string text;
    while (text.size() < (32U << 20U))
        text += recorded;
    std::vector<std::string_view> lines;
    const std::size_t size = text.size();
    text.append(64, '\0');
    for (std::size_t at = 0; at < size;) {
        const std::size_t end = text.find('\n', at);
        lines.emplace_back(text.data() + at, end - at);
        at = end + 1;
    }
    constexpr int kRounds = 10;
    Tally tally;
    double best = 1e9;
    for (int round = 0; round < kRounds; ++round) {
        Assembler assembler(LogFormat::detect, tally);
        const double begun = cpu_seconds();
        for (const std::string_view line : lines)
            assembler.take(line);
        assembler.finish();
        best = std::min(best, cpu_seconds() - begun);
    }
    std::cout << name << ": " << static_cast<double>(lines.size()) / best / 1e6 << " M lines/s, "
              << static_cast<double>(size) / best / 1e9 << " GB/s, " << size / lines.size()
              << " bytes a line, " << lines.size() << " lines, " << tally.records / kRounds
              << " records, " << tally.requests / kRounds << " requests\n";
}

}  // namespace

int main(int count, char** arguments) {
    for (int i = 1; i < count; ++i) {
        std::ifstream file(arguments[i], std::ios::binary);
        std::string all;
        std::string requests;
        for (std::string line; std::getline(file, line);) {
            all += line + "\n";
            if (line.find(" werkzeug: ") != std::string::npos) requests += line + "\n";
        }
        measure(arguments[i], all);
        measure(std::string(arguments[i]) + ", requests", requests);
    }
}
