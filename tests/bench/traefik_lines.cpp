// How fast lines of Traefik's access log become entries, on one core, in time of that core:
// bench_traefik_lines FILE... Lines over 4 KB are left out, the others repeated to 32 MB.
#include "exporters/traefik/log/line_parser.hpp"
#include "exporters/traefik/log/outcome.hpp"

#include <time.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace erp::traefik;

double cpu_seconds() {
    timespec at = {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) * 1e-9;
}

void measure(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string recorded;
    for (std::string line; std::getline(file, line);) {
        if (line.size() <= 4096) recorded += line + "\n";
    }
    if (recorded.empty()) {
        std::cerr << path << ": no lines\n";
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
    LineParser parser(LogFormat::detect);
    Entry entry;
    std::size_t entries = 0;
    std::size_t failed = 0;
    double best = 1e9;
    for (int round = 0; round < 10; ++round) {
        const double begun = cpu_seconds();
        for (const std::string_view line : lines) {
            if (parser.parse(line, entry) != ParseReason::none) continue;
            ++entries;
            if (outcome_of(entry).fault != Fault::none) ++failed;
        }
        best = std::min(best, cpu_seconds() - begun);
    }
    const auto count = static_cast<double>(lines.size());
    std::cout << path << ": " << count / best / 1e6 << " M lines/s, "
              << static_cast<double>(size) / best / 1e9 << " GB/s, " << size / lines.size()
              << " bytes a line, " << entries / 10 << " entries, " << failed / 10
              << " with a fault\n";
}

}  // namespace

int main(int count, char** arguments) {
    for (int i = 1; i < count; ++i)
        measure(arguments[i]);
}
