#include "exporters/odoo/processes/proc_text.hpp"

#include "core/base/number.hpp"
#include "core/base/text.hpp"

#include <algorithm>
#include <climits>
#include <vector>

namespace erp::odoo {
namespace {

std::optional<int> to_small(std::string_view text) {
    const auto number = to_int(text);
    if (!number || *number < INT_MIN || *number > INT_MAX) return std::nullopt;
    return static_cast<int>(*number);
}

/// Fields after the name by their numbers in proc(5); a missing or odd one spoils the whole.
class StatFields {
  public:
    explicit StatFields(std::string_view text) : fields_(split(trim(text), ' ')) {}
    double number(std::size_t field) {
        const auto value = at(field).empty() ? std::nullopt : to_int(at(field));
        good_ = good_ && value.has_value();
        return static_cast<double>(value.value_or(0));
    }
    int small(std::size_t field) {
        const auto value = to_small(at(field));
        good_ = good_ && value.has_value();
        return value.value_or(0);
    }
    [[nodiscard]] std::string_view at(std::size_t field) const {
        return field - 3 < fields_.size() ? fields_[field - 3] : std::string_view();
    }
    [[nodiscard]] bool good() const { return good_; }

  private:
    std::vector<std::string_view> fields_;
    bool good_ = true;
};

/// What follows "key" on the line that begins with it.
std::optional<std::string_view> line_of(std::string_view text, std::string_view key) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        if (line.starts_with(key)) return line.substr(key.size());
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return std::nullopt;
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (true) {
        const std::size_t begin = line.find_first_not_of(" \t");
        if (begin == std::string_view::npos) return words;
        line.remove_prefix(begin);
        const std::size_t size = std::min(line.find_first_of(" \t"), line.size());
        words.push_back(line.substr(0, size));
        line.remove_prefix(size);
    }
}

std::optional<double> soft_limit(std::string_view text, std::string_view name) {
    const auto line = line_of(text, name);
    if (!line) return std::nullopt;
    const auto words = words_of(*line);
    return words.empty() ? std::nullopt : to_double(words[0]);
}

}  // namespace

std::optional<ProcStat> to_stat(std::string_view text, const KernelUnits& units) {
    const std::size_t open = text.find(" (");
    const std::size_t close = text.rfind(") ");
    if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2)
        return std::nullopt;
    const auto pid = to_small(text.substr(0, open));
    StatFields fields(text.substr(close + 2));
    if (!pid || fields.at(3).size() != 1) return std::nullopt;
    ProcStat stat{.pid = *pid,
                  .parent = fields.small(4),
                  .group = fields.small(5),
                  .comm = std::string(text.substr(open + 2, close - open - 2)),
                  .state = fields.at(3)[0],
                  .nice = fields.small(19),
                  .threads = fields.small(20)};
    stat.cpu_seconds = (fields.number(14) + fields.number(15)) / units.ticks_per_second;
    stat.reaped_cpu_seconds = (fields.number(16) + fields.number(17)) / units.ticks_per_second;
    stat.started = fields.number(22) / units.ticks_per_second;
    stat.virtual_bytes = fields.number(23);
    stat.resident_bytes = fields.number(24) * units.page_bytes;
    if (!fields.good()) return std::nullopt;
    return stat;
}

std::optional<int> to_inner_pid(std::string_view status) {
    const auto line = line_of(status, "NSpid:");
    if (!line) return std::nullopt;
    const auto words = words_of(*line);
    return words.empty() ? std::nullopt : to_small(words.back());
}

bool is_in_inner_namespace(std::string_view status) {
    const auto line = line_of(status, "NSpid:");
    return line && words_of(*line).size() > 1;
}

std::optional<int> to_user(std::string_view status) {
    const auto line = line_of(status, "Uid:");
    if (!line) return std::nullopt;
    const auto words = words_of(*line);
    return words.empty() ? std::nullopt : to_small(words.front());
}

ProcLimits to_limits(std::string_view text) {
    constexpr std::string_view kCpu = "Max cpu time";
    const auto cpu = line_of(text, kCpu);
    const auto words = cpu ? words_of(*cpu) : std::vector<std::string_view>();
    const auto soft = soft_limit(text, kCpu);
    return {.cpu_seconds = soft,
            .lowers_cpu = soft && words.size() > 1 && words[0] != words[1],
            .address_space_bytes = soft_limit(text, "Max address space")};
}

std::optional<std::string> to_cgroup_path(std::string_view text) {
    auto path = line_of(text, "0::");
    if (!path) return std::nullopt;
    constexpr std::string_view kDeleted = " (deleted)";
    if (path->ends_with(kDeleted)) path->remove_suffix(kDeleted.size());
    return std::string(*path);
}

}  // namespace erp::odoo
