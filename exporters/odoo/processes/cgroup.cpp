#include "exporters/odoo/processes/cgroup.hpp"

#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "exporters/odoo/processes/text_file.hpp"

#include <algorithm>

namespace erp::odoo {
namespace {

constexpr int kMostLevels = 32;

std::string text_of(const std::string& folder, const char* name) {
    auto text = read_text(folder + "/" + name);
    return text ? std::move(*text) : std::string();
}

std::optional<double> micros(std::optional<double> number) {
    return number ? std::optional(*number / 1e6) : std::nullopt;
}

void lower(std::optional<double>& limit, std::optional<double> other) {
    if (other) limit = std::min(limit.value_or(*other), *other);
}

std::optional<double> total_of(std::string_view text, std::string_view kind) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (!line.starts_with(kind) || line.substr(kind.size(), 1) != " ") continue;
        const std::size_t total = line.find(" total=");
        if (total == std::string_view::npos) return std::nullopt;
        return micros(to_double(line.substr(total + 7)));
    }
    return std::nullopt;
}

}  // namespace

std::optional<double> to_cgroup_number(std::string_view text) {
    return to_double(trim(text));
}

std::optional<double> to_cpus(std::string_view text) {
    const auto parts = cut(trim(text), ' ');
    if (!parts) return std::nullopt;
    const auto quota = to_double(parts->first);
    const auto period = to_double(parts->second);
    if (!quota || !period || *period <= 0) return std::nullopt;
    return *quota / *period;
}

std::optional<double> find_value(std::string_view text, std::string_view key) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const auto parts = cut(line, ' ');
        if (parts && parts->first == key) return to_double(parts->second);
    }
    return std::nullopt;
}

Pressure to_pressure(std::string_view text) {
    return {total_of(text, "some"), total_of(text, "full")};
}

Cgroup read_cgroup(const std::string& root, const std::string& path) {
    Cgroup group{.path = path};
    if (!path.starts_with('/') || path.starts_with("/..")) return group;
    const std::string folder = root + path;
    group.memory_bytes = to_cgroup_number(text_of(folder, "memory.current"));
    group.inactive_file_bytes = find_value(text_of(folder, "memory.stat"), "inactive_file");
    const std::string events = text_of(folder, "memory.events");
    for (std::size_t i = 0; i < kMemoryEventNames.size(); ++i)
        group.memory_events[i] = find_value(events, kMemoryEventNames[i]);
    const std::string cpu = text_of(folder, "cpu.stat");
    group.user_seconds = micros(find_value(cpu, "user_usec"));
    group.system_seconds = micros(find_value(cpu, "system_usec"));
    group.throttled_seconds = micros(find_value(cpu, "throttled_usec"));
    group.periods = find_value(cpu, "nr_periods");
    group.throttled_periods = find_value(cpu, "nr_throttled");
    group.cpu = to_pressure(text_of(folder, "cpu.pressure"));
    group.memory = to_pressure(text_of(folder, "memory.pressure"));
    group.io = to_pressure(text_of(folder, "io.pressure"));
    // A limit further up holds as well: of a pod, of a slice.
    std::string level = path;
    for (int i = 0; i < kMostLevels && level.size() > 1; ++i) {
        lower(group.memory_max_bytes, to_cgroup_number(text_of(root + level, "memory.max")));
        lower(group.memory_high_bytes, to_cgroup_number(text_of(root + level, "memory.high")));
        lower(group.cpus_max, to_cpus(text_of(root + level, "cpu.max")));
        level.resize(level.rfind('/'));
    }
    // In a container with a namespace of its own, "/" is the container's group, with all files.
    if (path == "/") {
        group.memory_max_bytes = to_cgroup_number(text_of(root, "memory.max"));
        group.memory_high_bytes = to_cgroup_number(text_of(root, "memory.high"));
        group.cpus_max = to_cpus(text_of(root, "cpu.max"));
    }
    return group;
}

}  // namespace erp::odoo
