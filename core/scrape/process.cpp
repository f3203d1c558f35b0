#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "core/scrape/self_metrics.hpp"

#include <sys/resource.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace erp::self {
namespace {

std::string read_all(const char* path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// When the machine booted, in Unix time: /proc/stat, line "btime".
std::optional<double> boot_time() {
    const std::string stat = read_all("/proc/stat");
    for (const std::string_view line : split(stat, '\n')) {
        if (line.starts_with("btime ")) return to_double(trim(line.substr(6)));
    }
    return std::nullopt;
}

}  // namespace

void add_process(Samples& samples) {
    // proc(5): "pid (comm) state ppid …"; the name may hold anything, so count from its last
    // bracket. After it: state is field 3 of the page's numbering.
    const std::string stat = read_all("/proc/self/stat");
    const std::size_t close = stat.rfind(')');
    if (close != std::string::npos && close + 2 < stat.size()) {
        const auto fields = split(trim(std::string_view(stat).substr(close + 2)), ' ');
        const auto field = [&](std::size_t number) -> std::optional<double> {
            if (number - 3 >= fields.size()) return std::nullopt;
            return to_double(fields[number - 3]);
        };
        const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
        const auto user = field(14);
        const auto system = field(15);
        if (user && system) samples.add(kProcessCpu, (*user + *system) / ticks);
        samples.add(kProcessThreads, field(20));
        const auto started = field(22);
        const auto booted = boot_time();
        if (started && booted) samples.add(kProcessStartTime, *booted + *started / ticks);
        samples.add(kProcessVirtualMemory, field(23));
        if (const auto pages = field(24)) {
            samples.add(kProcessResidentMemory,
                        *pages * static_cast<double>(::sysconf(_SC_PAGESIZE)));
        }
    }
    std::error_code error;
    const std::filesystem::directory_iterator open("/proc/self/fd", error);
    if (!error) {
        // The iterator's own descriptor is among them.
        const auto count = std::distance(begin(open), end(open));
        samples.add(kProcessOpenFds, static_cast<double>(count - 1));
    }
    struct rlimit limit {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        samples.add(kProcessMaxFds, static_cast<double>(limit.rlim_cur));
    }
}

void add_build_info(Samples& samples) {
    samples.add(kBuildInfo, 1, ERP_VERSION, "c++ " __VERSION__);
}

}  // namespace erp::self
