#include "exporters/traefik/log/timestamp.hpp"

#include <algorithm>

namespace erp::traefik {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// Reads forward; after a first thing that is not as asked, good() is false and stays so.
class Scan {
  public:
    explicit Scan(std::string_view text) : text_(text) {}

    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool at_end() const { return text_.empty(); }

    int digits(std::size_t count) {
        if (text_.size() < count) return fail();
        int value = 0;
        for (const char c : text_.substr(0, count)) {
            if (c < '0' || c > '9') return fail();
            value = value * 10 + (c - '0');
        }
        text_.remove_prefix(count);
        return value;
    }
    void skip(char c) {
        if (!eat(c)) fail();
    }
    bool eat(char c) {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    /// As nanoseconds: "624" is 624,000,000.
    std::int64_t fraction() {
        std::int64_t value = 0;
        std::int64_t unit = kSecond;
        while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
            if (unit == 1) return fail();
            unit /= 10;
            value += unit * (text_.front() - '0');
            text_.remove_prefix(1);
        }
        if (unit == kSecond) return fail();
        return value;
    }
    /// "Jan" is 1.
    int month() {
        static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
        const std::size_t at = text_.size() < 3 ? kMonths.npos : kMonths.find(text_.substr(0, 3));
        if (at == kMonths.npos || at % 3 != 0) return fail();
        text_.remove_prefix(3);
        return static_cast<int>(at / 3) + 1;
    }
    /// "+0130" in seconds; with_colon: "+01:30".
    std::int64_t offset(char between) {
        const int sign = eat('-') ? -1 : 1;
        if (sign > 0) skip('+');
        const int hours = digits(2);
        if (between != '\0') skip(between);
        const int minutes = digits(2);
        if (hours > 24 || minutes > 59) fail();
        return sign * (hours * 3600LL + minutes * 60LL);
    }

  private:
    int fail() {
        good_ = false;
        return 0;
    }

    std::string_view text_;
    bool good_ = true;
};

struct Civil {
    int year, month, day, hour, minute, second;
};

/// Seconds since 1970 of a date of the Gregorian calendar. Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms", days_from_civil.
std::optional<std::int64_t> to_seconds(const Civil& at) {
    static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (at.year < 1970 || at.year > 2261 || at.month < 1 || at.month > 12) return std::nullopt;
    const bool leap = at.year % 4 == 0 && (at.year % 100 != 0 || at.year % 400 == 0);
    const int days = kDays[at.month - 1] + (leap && at.month == 2 ? 1 : 0);
    // 60: a leap second, which some clocks show.
    if (at.day < 1 || at.day > days || at.hour > 23 || at.minute > 59 || at.second > 60)
        return std::nullopt;
    const int year = at.month <= 2 ? at.year - 1 : at.year;
    const int era = year / 400;
    const int year_of_era = year - era * 400;
    const int day_of_year = (153 * (at.month + (at.month > 2 ? -3 : 9)) + 2) / 5 + at.day - 1;
    const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    const std::int64_t day = std::int64_t{era} * 146097 + day_of_era - 719468;
    return ((day * 24 + at.hour) * 60 + at.minute) * 60 + at.second;
}

void scan_clock(Scan& scan, Civil& at) {
    at.hour = scan.digits(2);
    scan.skip(':');
    at.minute = scan.digits(2);
    scan.skip(':');
    at.second = scan.digits(2);
}

/// What a whole text says, of which nothing may be left; `fraction` in ns.
std::optional<std::int64_t> scanned(const Scan& scan,
                                    const Civil& at,
                                    std::int64_t offset,
                                    std::int64_t fraction) {
    if (!scan.good() || !scan.at_end()) return std::nullopt;
    const auto seconds = to_seconds(at);
    if (!seconds) return std::nullopt;
    return (*seconds - offset) * kSecond + fraction;
}

}  // namespace

std::optional<std::int64_t> UnixTimes::read(std::string_view text) {
    if (text.size() < second_.size()) return std::nullopt;
    if (!known_ || !text.starts_with(std::string_view(second_.data(), second_.size()))) {
        const std::string_view second = text.substr(0, second_.size());
        Scan scan(second);
        Civil at = {};
        at.year = scan.digits(4);
        scan.skip('-');
        at.month = scan.digits(2);
        scan.skip('-');
        at.day = scan.digits(2);
        scan.skip('T');
        scan_clock(scan, at);
        const auto time = scanned(scan, at, 0, 0);
        if (!time) return std::nullopt;
        std::ranges::copy(second, second_.begin());
        time_ = *time;
        known_ = true;
    }
    Scan scan(text.substr(second_.size()));
    const std::int64_t fraction = scan.eat('.') ? scan.fraction() : 0;
    const std::int64_t offset = scan.eat('Z') ? 0 : scan.offset(':');
    if (!scan.good() || !scan.at_end()) return std::nullopt;
    return time_ - offset * kSecond + fraction;
}

std::optional<std::int64_t> to_unix_time(std::string_view text) {
    return UnixTimes().read(text);
}

std::optional<std::int64_t> to_unix_time_clf(std::string_view text) {
    Scan scan(text);
    Civil at = {};
    at.day = scan.digits(2);
    scan.skip('/');
    at.month = scan.month();
    scan.skip('/');
    at.year = scan.digits(4);
    scan.skip(':');
    scan_clock(scan, at);
    scan.skip(' ');
    const std::int64_t offset = scan.offset('\0');
    return scanned(scan, at, offset, 0);
}

}  // namespace erp::traefik
