#include "core/tenancy/maintenance.hpp"

#include <algorithm>
#include <cstdint>

namespace erp {
namespace {

using namespace std::chrono;

bool is_open(const WeeklyWindow& window, sys_seconds now) {
    const sys_seconds local = now + (window.zone ? window.zone->offset(now) : window.offset);
    const sys_days today = floor<days>(local);
    const seconds since_midnight = local - today;
    const auto begins = [&](sys_days day) {
        return window.days.test(weekday(day).iso_encoding() - 1);
    };
    if (window.from < window.to) {
        return begins(today) && since_midnight >= window.from && since_midnight < window.to;
    }
    return (begins(today) && since_midnight >= window.from) ||
           (begins(today - days(1)) && since_midnight < window.to);
}

bool is_open(const SingleWindow& window, sys_seconds now) {
    return now >= window.from && now < window.to;
}

/// `count` digits at `at`, as a number.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (text.size() < at + count) return std::nullopt;
    int number = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

}  // namespace

bool in_maintenance(std::span<const MaintenanceWindow> windows, system_clock::time_point now) {
    const auto at = floor<seconds>(now);
    return std::ranges::any_of(windows, [&](const MaintenanceWindow& window) {
        return std::visit([&](const auto& w) { return is_open(w, at); }, window);
    });
}

std::optional<minutes> to_time_of_day(std::string_view text) {
    const auto hour = digits(text, 0, 2);
    const auto minute = digits(text, 3, 2);
    if (text.size() != 5 || text[2] != ':' || !hour || !minute || *minute > 59) return std::nullopt;
    const minutes time = hours(*hour) + minutes(*minute);
    if (time > hours(24)) return std::nullopt;
    return time;
}

std::optional<minutes> to_utc_offset(std::string_view text) {
    if (text == "UTC" || text == "Z") return minutes(0);
    if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
    const auto size = to_time_of_day(text.substr(1));
    if (!size || *size > hours(14)) return std::nullopt;
    return text.front() == '-' ? -*size : *size;
}

std::optional<sys_seconds> to_moment(std::string_view text) {
    const auto year_number = digits(text, 0, 4);
    const auto month_number = digits(text, 5, 2);
    const auto day_number = digits(text, 8, 2);
    if (!year_number || !month_number || !day_number || text.size() < 17) return std::nullopt;
    if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ')) {
        return std::nullopt;
    }
    const year_month_day date(year(*year_number), month(static_cast<unsigned>(*month_number)),
                              day(static_cast<unsigned>(*day_number)));
    const auto time = to_time_of_day(text.substr(11, 5));
    if (!date.ok() || !time || *time == hours(24)) return std::nullopt;
    std::string_view rest = text.substr(16);
    seconds second(0);
    if (rest.front() == ':') {
        const auto number = digits(rest, 1, 2);
        if (!number || *number > 59) return std::nullopt;
        second = seconds(*number);
        rest.remove_prefix(3);
    }
    const auto offset = to_utc_offset(rest);
    if (!offset || rest == "UTC") return std::nullopt;
    return sys_days(date) + *time + second - *offset;
}

}  // namespace erp
