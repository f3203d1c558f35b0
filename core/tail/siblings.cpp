#include "core/tail/siblings.hpp"

#include <fnmatch.h>
#include <glob.h>

#include <algorithm>
#include <filesystem>

namespace erp::tail {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

bool is_rotated_name(std::string_view base, std::string_view name) {
    // logrotate: the whole name, a separator, and a number or a date
    if (name.size() > base.size() + 1 && name.starts_with(base)) {
        const char separator = name[base.size()];
        const std::string_view tail = name.substr(base.size() + 1);
        return (separator == '.' || separator == '-' || separator == '_') &&
               (is_digit(tail.front()) || tail == "old" || tail == "old.gz" || tail == "gz");
    }
    // lumberjack and others: the date before the extension
    const std::size_t dot = base.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return false;
    const std::string_view stem = base.substr(0, dot);
    if (name.size() < base.size() + 2 || !name.starts_with(stem)) return false;
    const std::string_view tail = name.substr(stem.size());
    const std::string_view extension = base.substr(dot);
    return (tail[0] == '-' || tail[0] == '_' || tail[0] == '.') && is_digit(tail[1]) &&
           (tail.ends_with(extension) || tail.ends_with(std::string(extension) + ".gz"));
}

std::vector<std::string> rotated_siblings(const std::string& path) {
    namespace fs = std::filesystem;
    std::vector<std::string> found;
    std::error_code error;
    // A link's own folder has other links; the files rotate where it leads.
    fs::path at = fs::canonical(path, error);
    if (error) at = path;
    const std::string base = at.filename();
    const fs::path folder = at.has_parent_path() ? at.parent_path() : fs::path(".");
    fs::directory_iterator entry(folder, error);
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename();
        if (is_rotated_name(base, name)) found.push_back(entry->path());
    }
    return found;
}

bool is_pattern(std::string_view path) {
    return path.find_first_of("*?[") != std::string_view::npos;
}

bool is_matched(const std::string& pattern, const std::string& path) {
    if (!is_pattern(pattern)) return pattern == path;
    return ::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0;
}

std::vector<std::string> matching_logs(const std::string& pattern) {
    if (!is_pattern(pattern)) return {pattern};
    glob_t matches{};
    std::vector<std::string> found;
    if (::glob(pattern.c_str(), 0, nullptr, &matches) == 0) {
        for (std::size_t i = 0; i < matches.gl_pathc; ++i)
            found.emplace_back(matches.gl_pathv[i]);
    }
    ::globfree(&matches);
    const std::vector<std::string> all = found;
    std::erase_if(found, [&all](const std::string& path) {
        if (path.ends_with(".gz")) return true;
        const std::size_t slash = path.rfind('/') + 1;
        const std::string_view name = std::string_view(path).substr(slash);
        return std::any_of(all.begin(), all.end(), [&](const std::string& other) {
            return other.size() > slash && other.compare(0, slash, path, 0, slash) == 0 &&
                   is_rotated_name(std::string_view(other).substr(slash), name);
        });
    });
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace erp::tail
