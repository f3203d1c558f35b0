// Which logs there are: what matches the entries, each file once.
#include "core/tail/siblings.hpp"
#include "core/tail/tail_session.hpp"

#include <algorithm>
#include <utility>

namespace erp::tail {

/// Under another name: a link, or another entry's pattern. Its lines would count twice.
bool TailSession::is_followed_elsewhere(const std::string& path) const {
    const auto look = look_at(path);
    const std::string place = canonical_place(path);
    return std::ranges::any_of(entries_, [&](const Entry& entry) {
        return std::ranges::any_of(entry.logs, [&](const FollowedLog& log) {
            const auto other = look_at(log.path());
            return (look && other && same_file(*other, *look)) ||
                   canonical_place(log.path()) == place;
        });
    });
}

/// What one log has got is not read by another, whose path came to lead there.
bool TailSession::is_read(const std::string& path, const FileLook& look, bool to_its_end) const {
    return std::ranges::any_of(entries_, [&](const Entry& entry) {
        return std::ranges::any_of(
            entry.logs, [&](const FollowedLog& log) { return log.has(path, look, to_its_end); });
    });
}

/// Where logs are, or will be: none of them is a rotated form of another.
std::vector<std::string> TailSession::followed_paths() const {
    std::vector<std::string> all;
    for (const Entry& entry : entries_) {
        if (!is_pattern(entry.settings.path)) all.push_back(entry.settings.path);
        for (const FollowedLog& log : entry.logs)
            all.push_back(log.path());
    }
    return all;
}

/// A file that another log read under another name.
std::optional<FollowedLog> TailSession::renamed(const std::string& path) {
    const auto file = LogFile::open(path);
    if (!file) return std::nullopt;
    for (Entry& entry : entries_) {
        for (FollowedLog& log : entry.logs) {
            if (auto found = log.split_off(**file, path)) return found;
        }
    }
    return std::nullopt;
}

/// Logs that a pattern found while the one that they are rotated forms of had no name.
void TailSession::join_rotated(Entry& entry) {
    for (std::size_t i = 0; i < entry.logs.size();) {
        const auto base = std::ranges::find_if(entry.logs, [&](const FollowedLog& log) {
            return is_rotated_path(log.path(), entry.logs[i].path());
        });
        if (base == entry.logs.end()) {
            ++i;
            continue;
        }
        base->absorb(std::move(entry.logs[i]));
        entry.logs.erase(entry.logs.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

void TailSession::find_files(Entry& entry, Clock::time_point now) {
    const std::int64_t at = file_clock_now();
    std::erase_if(entry.logs, [&entry, now](const FollowedLog& log) {
        return is_pattern(entry.settings.path) && log.gone(now);
    });
    const auto missing = [](const FollowedLog& log) { return log.missing(); };
    for (std::string& path : matching_logs(entry.settings.path, followed_paths())) {
        const bool followed = std::any_of(entry.logs.begin(), entry.logs.end(),
                                          [&](const FollowedLog& l) { return l.path() == path; });
        if (followed || is_followed_elsewhere(path)) continue;
        if (entry.logs.size() >= options_.most_files && !std::ranges::any_of(entry.logs, missing)) {
            ++entry.shown.errors[static_cast<std::size_t>(TailError::too_many_files)];
            break;
        }
        auto log = renamed(path);
        if (!log) log = claim(path, entry);
        if (!log)
            log.emplace(std::move(path), follow_options(entry), entry.settings.wrapping,
                        entry.known ? std::optional(entry.scanned_at) : std::nullopt);
        entry.logs.push_back(std::move(*log));
    }
    if (is_pattern(entry.settings.path)) join_rotated(entry);
    entry.known = true;
    entry.scanned_at = at;
    scanned_ = now;
}

void TailSession::find_all(Clock::time_point now) {
    for (Entry& entry : entries_) {
        if (entry.logs.empty() || is_pattern(entry.settings.path)) find_files(entry, now);
    }
    std::vector<std::string> places = followed_paths();
    for (std::string& path : places)
        path = canonical_place(path);
    const auto shared = std::make_shared<const std::vector<std::string>>(std::move(places));
    for (Entry& entry : entries_) {
        for (FollowedLog& log : entry.logs) {
            log.set_others(shared,
                           [this](const std::string& path, const FileLook& look, bool to_its_end) {
                               return is_read(path, look, to_its_end);
                           });
        }
    }
}

FollowOptions TailSession::follow_options(const Entry& entry) const {
    FollowOptions options = options_.follow;
    options.optional = is_pattern(entry.settings.path);
    return options;
}

}  // namespace erp::tail
