#include "core/tail/log_options.hpp"

#include "core/tail/siblings.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace erp::tail {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostLogs = 16;
constexpr std::size_t kOfReader = 5;
constexpr std::size_t kOfLog = 2;
constexpr std::size_t kLogsOfPattern = 8;

}  // namespace

void read_log_paths(const ConfigValue& value, LogOptions& options) {
    std::vector<std::string>& paths = options.paths;
    const std::vector<ConfigValue> items = value.items();
    if (items.empty() && value.is_map()) return;  // said already
    if (items.empty() || items.size() > kMostLogs) {
        value.fail("a target reads 1 to 16 logs, found " + std::to_string(items.size()));
    }
    for (const ConfigValue& item : items) {
        const auto path = item.path();
        if (!path) continue;
        const auto is_same = [&](const std::string& other) {
            return fs::path(other).lexically_normal() == fs::path(*path).lexically_normal();
        };
        if (std::ranges::any_of(paths, is_same)) {
            item.fail("this log is there already: its lines would count twice");
        }
        for (const std::string& other : paths) {
            if (*path != other && (is_matched(other, *path) || is_matched(*path, other))) {
                item.fail("one of these entries matches the other: its lines would count twice");
            }
        }
        paths.push_back(*path);
    }
}

std::size_t descriptors_of(const std::vector<std::string>& paths) {
    std::size_t most = kOfReader;
    for (const std::string& path : paths)
        most += kOfLog * (is_pattern(path) ? kLogsOfPattern : 1);
    return most;
}

void read_wrapper(const ConfigValue& value, LogOptions& options) {
    constexpr std::string_view kWrappers[] = {"detect", "raw", "docker", "cri"};
    if (const auto word = value.choice(kWrappers)) options.wrapper = *to_wrapping(*word);
}

TailOptions tail_options(const LogOptions& options,
                         const std::string& folder,
                         std::string_view snapshot,
                         std::string_view line_start) {
    TailOptions tail;
    for (const std::string& path : options.paths)
        tail.entries.push_back({path, path, options.wrapper, std::string(line_start)});
    tail.follow.from_beginning = options.from_beginning;
    if (!folder.empty()) tail.snapshot = folder + '/' + std::string(snapshot);
    return tail;
}

}  // namespace erp::tail
