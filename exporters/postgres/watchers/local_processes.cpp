#include "exporters/postgres/watchers/local_processes.hpp"

#include "core/base/descriptor.hpp"
#include "core/base/number.hpp"
#include "core/base/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

namespace erp::postgres {
namespace {

/// A file of /proc/<pid>, as far as it is of interest; nothing with errno set.
std::optional<std::string> read_file(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) return std::nullopt;
    std::string text(4096, '\0');
    const ssize_t size = ::read(file.get(), text.data(), text.size());
    if (size < 0) return std::nullopt;
    text.resize(static_cast<std::size_t>(size));
    return text;
}

double clock_seconds(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

LocalProcesses::LocalProcesses(std::string folder)
    : folder_(std::move(folder)),
      boot_(clock_seconds(CLOCK_REALTIME) - clock_seconds(CLOCK_BOOTTIME)),
      ticks_(static_cast<double>(::sysconf(_SC_CLK_TCK))) {}

LocalProcesses::Process LocalProcesses::look(int pid) const {
    const auto text = read_file(folder_ + "/" + std::to_string(pid) + "/stat");
    if (!text) return {errno == ENOENT || errno == ESRCH ? State::gone : State::unknown};
    // "pid (name) state ...": the name may hold anything. Field 22 is the start after the boot.
    const std::size_t end = text->rfind(')');
    if (end == std::string::npos || end + 2 >= text->size()) return {};
    const auto fields = split(std::string_view(*text).substr(end + 2), ' ');
    constexpr std::size_t kStart = 22 - 3;
    if (fields[0] == "Z" || fields[0] == "X") return {State::gone};
    const auto start = fields.size() > kStart ? to_double(fields[kStart]) : std::nullopt;
    if (!start) return {};
    return {State::running, boot_ + *start / ticks_};
}

std::multimap<int, int> LocalProcesses::of_containers() const {
    std::multimap<int, int> found;
    std::error_code error;
    std::filesystem::directory_iterator entries(folder_, error);
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
        const auto pid = to_int(entries->path().filename().string());
        const auto text = pid ? read_file(entries->path().string() + "/status") : std::nullopt;
        if (!text) continue;
        for (const std::string_view line : split(*text, '\n')) {
            // From our namespace down to its own: "NSpid:\t4711\t17".
            if (!line.starts_with("NSpid:")) continue;
            const auto numbers = split(line, '\t');
            const auto inner = numbers.size() > 2 ? to_int(numbers.back()) : std::nullopt;
            if (inner) found.emplace(static_cast<int>(*inner), static_cast<int>(*pid));
        }
    }
    return found;
}

bool LocalProcesses::sees(int pid, double started) const {
    const Process process = look(pid);
    return process.state == State::running && std::abs(process.started - started) <= kClockError &&
           look(1).state == State::running;
}

}  // namespace erp::postgres
