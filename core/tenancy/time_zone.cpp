#include "core/tenancy/time_zone.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace erp {
namespace {

using namespace std::chrono;

constexpr std::size_t kHeader = 44;
constexpr std::size_t kMostTransitions = 10'000;

/// Big-endian, two's complement.
std::int64_t number(std::string_view file, std::size_t at, std::size_t bytes) {
    std::uint64_t value = (static_cast<unsigned char>(file[at]) & 0x80U) != 0 ? ~0ULL : 0;
    for (const char c : file.substr(at, bytes))
        value = value << 8U | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(value);
}

/// The counts of a header: isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt.
struct Counts {
    std::array<std::size_t, 6> of{};
    [[nodiscard]] std::size_t times() const { return of[3]; }
    [[nodiscard]] std::size_t types() const { return of[4]; }
    [[nodiscard]] std::size_t body(std::size_t time_size) const {
        return times() * (time_size + 1) + types() * 6 + of[5] + of[2] * (time_size + 4) + of[1] +
               of[0];
    }
};

std::optional<Counts> header(std::string_view file, std::size_t at) {
    if (file.size() < at + kHeader || file.substr(at, 4) != "TZif" || file[at + 4] < '2') {
        return std::nullopt;
    }
    Counts counts;
    for (std::size_t i = 0; i < counts.of.size(); ++i) {
        const std::int64_t count = number(file, at + 20 + 4 * i, 4);
        if (count < 0 || count > static_cast<std::int64_t>(kMostTransitions)) return std::nullopt;
        counts.of[i] = static_cast<std::size_t>(count);
    }
    return counts;
}

}  // namespace

/// Reads a POSIX TZ text from left to right; `good` is false after the first thing that is wrong.
class TimeZone::RuleReader {
  public:
    explicit RuleReader(std::string_view text) : rest_(text) {}

    std::optional<Rule> read() {
        Rule rule;
        name();
        rule.standard = -time();
        rule.summer = rule.standard + hours(1);
        if (!rest_.empty()) {
            name();
            if (!rest_.empty() && rest_.front() != ',') rule.summer = -time();
            const Change to_summer = change();
            rule.changes.emplace(to_summer, change());
        }
        if (!good_ || !rest_.empty()) return std::nullopt;
        return rule;
    }

  private:
    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(char c) { good_ = take(c) && good_; }

    void name() {
        const bool quoted = take('<');
        const auto letter = [&](char c) {
            return quoted ? c != '>' : (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        };
        const auto* end = std::ranges::find_if_not(rest_, letter);
        if (end == rest_.begin()) good_ = false;
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.begin()));
        if (quoted) expect('>');
    }

    int digits(int least, int most) {
        int value = 0;
        std::size_t count = 0;
        for (; count < 3 && count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9';
             ++count) {
            value = value * 10 + (rest_[count] - '0');
        }
        if (count == 0 || value < least || value > most) good_ = false;
        rest_.remove_prefix(count);
        return value;
    }

    /// "[+-]h[:m[:s]]"; a change may be days away.
    seconds time() {
        const bool negative = take('-');
        if (!negative) take('+');
        seconds value = hours(digits(0, 167));
        if (take(':')) value += minutes(digits(0, 59));
        if (take(':')) value += seconds(digits(0, 59));
        return negative ? -value : value;
    }

    Change change() {
        expect(',');
        expect('M');
        Change made;
        made.month = month(static_cast<unsigned>(digits(1, 12)));
        expect('.');
        made.week = static_cast<unsigned>(digits(1, 5));
        expect('.');
        made.day = weekday(static_cast<unsigned>(digits(0, 6)));
        if (take('/')) made.time = time();
        return made;
    }

    std::string_view rest_;
    bool good_ = true;
};

sys_seconds TimeZone::Change::in(year year) const {
    const sys_days day_of = week == 5 ? sys_days(year / month / weekday_last(day))
                                      : sys_days(year / month / weekday_indexed(day, week));
    return day_of + time;
}

std::optional<TimeZone> TimeZone::parse(std::string_view file) {
    // The first block has times of 32 bits, for old readers.
    const auto old = header(file, 0);
    const auto counts = old ? header(file, kHeader + old->body(4)) : std::nullopt;
    if (!counts || counts->types() == 0) return std::nullopt;
    const std::size_t times = kHeader + old->body(4) + kHeader;
    const std::size_t end = times + counts->body(8);
    if (file.size() < end + 2 || file[end] != '\n' || file.back() != '\n') return std::nullopt;
    const std::size_t kinds = times + 8 * counts->times();
    const std::size_t types = kinds + counts->times();
    const auto offset_of = [&](std::size_t type) {
        return seconds(number(file, types + 6 * type, 4));
    };

    TimeZone zone;
    zone.first_ = offset_of(0);
    for (std::size_t i = 0; i < counts->times(); ++i) {
        const auto type = static_cast<unsigned char>(file[kinds + i]);
        if (type >= counts->types()) return std::nullopt;
        zone.transitions_.emplace_back(number(file, times + 8 * i, 8), offset_of(type));
    }
    if (!std::ranges::is_sorted(zone.transitions_)) return std::nullopt;
    const std::string_view rule = file.substr(end + 1, file.size() - end - 2);
    if (!rule.empty()) zone.rule_ = RuleReader(rule).read();
    if (!rule.empty() && !zone.rule_) return std::nullopt;
    return zone;
}

seconds TimeZone::offset(sys_seconds at) const {
    const std::int64_t unix_time = at.time_since_epoch().count();
    const auto after = std::ranges::upper_bound(transitions_, unix_time, {},
                                                [](const auto& t) { return t.first; });
    if (after != transitions_.end() || !rule_) {
        return after == transitions_.begin() ? first_ : std::prev(after)->second;
    }
    if (!rule_->changes) return rule_->standard;
    const year_month_day date(floor<days>(at + rule_->standard));
    const sys_seconds summer = rule_->changes->first.in(date.year()) - rule_->standard;
    const sys_seconds winter = rule_->changes->second.in(date.year()) - rule_->summer;
    // South of the equator summer time spans the turn of the year.
    const bool is_summer =
        summer < winter ? at >= summer && at < winter : !(at >= winter && at < summer);
    return is_summer ? rule_->summer : rule_->standard;
}

}  // namespace erp
