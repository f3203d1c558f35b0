#include "exporters/odoo/log/plain_line.hpp"

#include "exporters/odoo/log/scan.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace erp::odoo {
namespace {

constexpr std::size_t kTimeSize = 23;

/// Numbers of a fixed width; what is no digit is remembered.
class Digits {
  public:
    explicit Digits(const char* text) : text_(text) {}
    [[nodiscard]] unsigned two(std::size_t at) { return digit(at) * 10 + digit(at + 1); }
    [[nodiscard]] unsigned three(std::size_t at) { return two(at) * 10 + digit(at + 2); }
    [[nodiscard]] unsigned four(std::size_t at) { return two(at) * 100 + two(at + 2); }
    [[nodiscard]] bool good() const { return good_; }

  private:
    unsigned digit(std::size_t at) {
        const auto value = static_cast<unsigned char>(text_[at] - '0');
        good_ = good_ && value <= 9;
        return value;
    }
    const char* text_;
    bool good_ = true;
};

bool is_logger(std::string_view text) {
    for (const char c : text) {
        const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
        if (!fits) return false;
    }
    return !text.empty();
}

/// Where the first ": " is, or a colon at the end.
std::size_t find_colon(std::string_view text) {
    for (std::size_t at = 0; (at = text.find(':', at)) != std::string_view::npos; ++at)
        if (at + 1 == text.size() || text[at + 1] == ' ') return at;
    return std::string_view::npos;
}

/// Takes `asctime pid LEVEL ` off the front.
bool take_head(std::string_view& line, RecordTimes& times, Record& record) {
    if (line.size() <= kTimeSize || line[kTimeSize] != ' ') return false;
    record.time = times.read(line.substr(0, kTimeSize));
    if (!record.time) return false;
    line.remove_prefix(kTimeSize + 1);

    record.pid = take_pid(line);
    if (!record.pid || !eat(line, " ")) return false;
    const auto level = to_level(take_short_word(line));
    if (!level || !eat(line, " ")) return false;
    record.level = *level;
    return true;
}

bool is_number_or_dash(std::string_view word) {
    if (word == "-") return true;
    if (word.starts_with('-')) word.remove_prefix(1);  // the clock was set back meanwhile
    // std::string_view::find_first_not_of calls memchr for each character.
    for (const char c : word)
        if ((c < '0' || c > '9') && c != '.') return false;
    return !word.empty();
}

}  // namespace

bool begins_with_date(std::string_view line) {
    return line.size() > kTimeSize && line[4] == '-' && line[7] == '-' && line[10] == ' ' &&
           line[13] == ':' && line[16] == ':' && line[19] == ',' && line[kTimeSize] == ' ';
}

std::optional<std::int64_t> to_unix_time(std::string_view text) {
    namespace chrono = std::chrono;
    if (text.size() != kTimeSize || text[4] != '-' || text[7] != '-' || text[10] != ' ' ||
        text[13] != ':' || text[16] != ':' || text[19] != ',')
        return std::nullopt;
    Digits digits(text.data());
    const chrono::year_month_day day(chrono::year(static_cast<int>(digits.four(0))),
                                     chrono::month(digits.two(5)), chrono::day(digits.two(8)));
    const unsigned hours = digits.two(11);
    const unsigned minutes = digits.two(14);
    const unsigned seconds = digits.two(17);
    const unsigned milliseconds = digits.three(20);
    // 2261: the last whole year that 64 bits of ns reach.
    if (!digits.good() || !day.ok() || day.year() < chrono::year(1970) ||
        day.year() > chrono::year(2261) || hours > 23 || minutes > 59 || seconds > 60)
        return std::nullopt;
    const chrono::sys_time<chrono::milliseconds> time =
        chrono::sys_days(day) + chrono::hours(hours) + chrono::minutes(minutes) +
        chrono::seconds(seconds) + chrono::milliseconds(milliseconds);
    return time.time_since_epoch().count() * 1'000'000;
}

std::optional<std::int64_t> RecordTimes::read(std::string_view text) {
    const std::string_view second(second_.data(), second_.size());
    if (time_ && text.size() == kTimeSize && text.starts_with(second)) {
        const auto milliseconds = to_whole(text.substr(second.size()));
        if (!milliseconds) return std::nullopt;
        return *time_ + *milliseconds * 1'000'000;
    }
    const auto time = to_unix_time(text);
    if (!time) return std::nullopt;
    std::ranges::copy(text.substr(0, second_.size()), second_.begin());
    time_ = *time - *time % 1'000'000'000;
    return time;
}

std::optional<Level> to_level(std::string_view word) {
    if (word == "INFO") return Level::info;
    if (word == "WARNING") return Level::warning;
    if (word == "ERROR") return Level::error;
    if (word == "DEBUG") return Level::debug;
    if (word == "CRITICAL") return Level::critical;
    return std::nullopt;
}

std::string_view take_perf(std::string_view& message) {
    std::string_view rest = message;
    std::string_view word = take_last_word(rest);
    if (word == "rw" || word == "ro" || word == "ro->rw") word = take_last_word(rest);
    for (int left = 3;; word = take_last_word(rest)) {
        if (!is_number_or_dash(word)) return {};
        if (--left == 0) break;
    }
    const std::size_t begin = rest.empty() ? 0 : rest.size() + 1;
    const std::string_view perf = message.substr(begin);
    message = rest;
    return perf;
}

bool read_plain_head(std::string_view line, Record& half) {
    RecordTimes times;
    return take_head(line, times, half);
}

bool parse_plain(std::string_view line, RecordTimes& times, Record& record) {
    if (!take_head(line, times, record)) return false;

    // A client may ask for a database whose name has blanks in it.
    const std::size_t colon = find_colon(line);
    if (colon == line.npos) return false;
    const std::size_t blank = find_last(line.substr(0, colon), ' ');
    if (blank == line.npos) return false;
    record.database = line.substr(0, blank);
    record.logger = line.substr(blank + 1, colon - blank - 1);
    const bool access = record.logger == "werkzeug";  // nearly all are
    if (!access && !is_logger(record.logger)) return false;
    line.remove_prefix(colon + 1);
    if (!line.empty()) line.remove_prefix(1);

    record.message = line;
    record.perf = {};
    if (access) record.perf = take_perf(record.message);
    // perf_info of all others is empty, and leaves its blank.
    if (record.message.ends_with(' ')) record.message.remove_suffix(1);
    return true;
}

std::string_view without_colours(std::string_view line,
                                 std::string& buffer,
                                 std::string_view escape) {
    std::size_t at = line.find(escape);
    if (at == line.npos) return line;
    buffer.clear();
    while (at != line.npos) {
        buffer.append(line.substr(0, at));
        line.remove_prefix(at + escape.size());
        const std::size_t end = line.find_first_not_of("[0123456789;");
        if (line.starts_with('[') && end != line.npos && line[end] == 'm')
            line.remove_prefix(end + 1);
        at = line.find(escape);
    }
    buffer.append(line);
    return buffer;
}

}  // namespace erp::odoo
