#include "core/tail/siblings.hpp"

#include <fnmatch.h>
#include <glob.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace erp::tail {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDigits = "0123456789";
/// What logrotate's compresscmd and others leave behind a name.
constexpr std::string_view kGzip = ".gz";
constexpr std::array<std::string_view, 6> kUnreadable = {".bz2", ".xz",   ".zst",
                                                         ".lz4", ".lzma", ".zip"};

bool is_unreadable(std::string_view name) {
    return std::ranges::any_of(kUnreadable, [name](auto end) { return name.ends_with(end); });
}

std::string_view without_compression(std::string_view name) {
    if (name.ends_with(kGzip)) return name.substr(0, name.size() - kGzip.size());
    return is_unreadable(name) ? name.substr(0, name.rfind('.')) : name;
}

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos;
}

/// As logrotate's dateformat -%Y%m%d, -%Y%m%d%H, -%Y-%m-%d and -%s, log4j and lumberjack write it,
/// with a time or a number behind.
bool is_date(std::string_view text) {
    const auto digits = [&text](std::size_t at) {
        return std::min(text.find_first_not_of(kDigits, at), text.size()) - at;
    };
    const bool parted = text.size() >= 10 && digits(0) == 4 && digits(5) == 2 && digits(8) == 2;
    return (parted || digits(0) >= 8) &&
           text.find_first_not_of("0123456789-_.:+TZ") == std::string_view::npos;
}

}  // namespace

bool is_rotated_name(std::string_view base, std::string_view name) {
    const std::string_view plain = without_compression(name);
    if (base.empty() || name == base) return false;
    if (plain == base) return true;
    const auto separated = [](std::string_view mark) {
        return mark.size() > 1 && (mark[0] == '.' || mark[0] == '-' || mark[0] == '_');
    };
    if (plain.starts_with(base)) {
        const std::string_view mark = plain.substr(base.size());
        if (!separated(mark)) return false;
        const std::string_view text = mark.substr(1);
        return is_date(text) || (mark[0] == '.' && (is_number(text) || text == "old"));
    }
    // Before the extension: lumberjack, and logrotate where it is told of the extension.
    const std::size_t dot = base.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return false;
    const std::string_view stem = base.substr(0, dot);
    const std::string_view extension = base.substr(dot);
    if (plain.size() < base.size() || !plain.starts_with(stem) || !plain.ends_with(extension))
        return false;
    const std::string_view mark = plain.substr(dot, plain.size() - base.size());
    if (!separated(mark)) return false;
    const std::string_view text = mark.substr(1);
    constexpr std::size_t kMostCountDigits = 3;  // more is a port
    return is_date(text) || (mark[0] == '.' && is_number(text) && text.size() <= kMostCountDigits);
}

bool is_rotated_path(std::string_view base, std::string_view path) {
    const std::size_t slash = path.rfind('/') + 1;
    return base.size() > slash && base.rfind('/') + 1 == slash &&
           base.substr(0, slash) == path.substr(0, slash) &&
           is_rotated_name(base.substr(slash), path.substr(slash));
}

bool older_name(std::string_view a, std::string_view b) {
    struct Key {
        std::string_view base;
        std::string_view number;
    };
    const auto key = [](std::string_view name) -> Key {
        name = without_compression(name);
        const std::size_t dot = name.rfind('.');
        if (dot == std::string_view::npos) return {name, {}};
        const std::string_view text = name.substr(dot + 1);
        if (!is_number(text) || is_date(text)) return {name, {}};
        return {name.substr(0, dot), text};
    };
    const Key of_a = key(a);
    const Key of_b = key(b);
    if (of_a.base != of_b.base) return of_a.base < of_b.base;
    if (of_a.number.size() != of_b.number.size()) return of_a.number.size() > of_b.number.size();
    if (of_a.number != of_b.number) return of_a.number > of_b.number;
    return a < b;
}

std::string canonical_place(const std::string& path) {
    constexpr int kMostLinks = 40;  // as the kernel
    fs::path at = path;
    for (int i = 0; i < kMostLinks; ++i) {
        std::error_code error;
        const fs::path folder =
            fs::canonical(at.has_parent_path() ? at.parent_path() : fs::path("."), error);
        if (error) break;
        at = folder / at.filename();
        // One that leads to where nothing stands yet is followed, too.
        const fs::path target = fs::read_symlink(at, error);
        if (error) break;
        at = folder / target;
    }
    return at.string();
}

Siblings rotated_siblings(const std::string& path, const std::vector<std::string>& others) {
    Siblings found;
    std::error_code error;
    // A link's own folder has other links; the files rotate where it leads.
    fs::path at = fs::canonical(path, error);
    if (error) at = canonical_place(path);
    const std::string base = at.filename();
    fs::directory_iterator entry(at.parent_path(), error);
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename();
        if (!is_rotated_name(base, name)) continue;
        const std::string& place = entry->path().native();
        if (std::ranges::find(others, place) != others.end()) continue;
        if (is_unreadable(name)) {
            found.unreadable = place;
        } else {
            found.paths.push_back(place);
        }
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

std::vector<std::string> matching_logs(const std::string& pattern,
                                       const std::vector<std::string>& bases) {
    if (!is_pattern(pattern)) return {pattern};
    glob_t matches{};
    std::vector<std::string> found;
    if (::glob(pattern.c_str(), 0, nullptr, &matches) == 0) {
        for (std::size_t i = 0; i < matches.gl_pathc; ++i)
            found.emplace_back(matches.gl_pathv[i]);
    }
    ::globfree(&matches);
    const std::vector<std::string> all = found;
    std::erase_if(found, [&](const std::string& path) {
        const auto rotated_from = [&path](const std::string& base) {
            return is_rotated_path(base, path);
        };
        return without_compression(path).size() < path.size() ||
               std::ranges::any_of(all, rotated_from) || std::ranges::any_of(bases, rotated_from);
    });
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace erp::tail
