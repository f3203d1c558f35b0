#include "exporters/odoo/log/syslog_line.hpp"

#include "exporters/odoo/log/plain_line.hpp"
#include "exporters/odoo/log/scan.hpp"

#include <algorithm>

namespace erp::odoo {
namespace {

constexpr std::string_view kProduct = "Odoo Server ";
/// A priority, a time with an offset, and a host's name come before it.
constexpr std::size_t kLongestHead = 128;

bool take_field(std::string_view& line, std::string_view& field) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos) return false;
    field = line.substr(0, colon);
    line.remove_prefix(colon + 1);
    return true;
}

}  // namespace

bool parse_syslog(std::string_view line, Record& record, std::string_view& rest) {
    const std::size_t begin = line.substr(0, std::min(line.size(), kLongestHead)).find(kProduct);
    if (begin == line.npos) return false;
    if (begin > 0 && line[begin - 1] != '>' && line[begin - 1] != ' ') return false;
    line.remove_prefix(begin + kProduct.size());

    std::string_view version;
    std::string_view level;
    if (!take_field(line, version) || !take_field(line, record.database) ||
        !take_field(line, level) || !take_field(line, record.logger))
        return false;
    const auto known = to_level(level);
    if (!known || record.logger.empty() || contains(record.logger, " ")) return false;
    record.level = *known;
    record.time = std::nullopt;
    record.pid = std::nullopt;
    record.message = before(line, kSyslogLineFeed);
    rest = line.substr(record.message.size());
    record.perf = {};
    return true;
}

}  // namespace erp::odoo
