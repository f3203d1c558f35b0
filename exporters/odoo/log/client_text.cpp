#include "exporters/odoo/log/client_text.hpp"

#include "exporters/odoo/log/plain_line.hpp"
#include "exporters/odoo/log/scan.hpp"

#include <algorithm>

namespace erp::odoo {
namespace {

/// Of those that write while a request runs: Odoo's own, and what has other names.
bool is_logger_of_requests(std::string_view word) {
    constexpr std::string_view kOthers[] = {"werkzeug", "longpolling", "py.warnings",
                                            "monitoring.http.requests"};
    if (!word.starts_with("odoo.")) return std::ranges::find(kOthers, word) != std::end(kOthers);
    const std::size_t last = word.rfind('.') + 1;
    return last < word.size() && (word[last] < 'A' || word[last] > 'Z');
}

/// Where the last ` - - [` is.
std::size_t end_of_address(std::string_view message) {
    constexpr std::string_view kEnd = " - - [";
    for (std::string_view left = message;;) {
        const std::size_t bracket = find_last(left, '[');
        if (bracket == left.npos) return message.npos;
        if (left.substr(0, bracket + 1).ends_with(kEnd)) return bracket + 1 - kEnd.size();
        left = left.substr(0, bracket);
    }
}

bool is_logger_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

}  // namespace

bool names_logger(std::string_view text) {
    for (std::size_t at = 0; (at = text.find(':', at)) != text.npos; ++at) {
        if (at + 1 < text.size() && text[at + 1] != ' ') continue;
        std::size_t begin = at;
        while (begin > 0 && is_logger_character(text[begin - 1]))
            --begin;
        if ((begin == 0 || text[begin - 1] == ' ') &&
            is_logger_of_requests(text.substr(begin, at - begin)))
            return true;
    }
    return false;
}

bool names_logger_of_syslog(std::string_view text) {
    for (std::size_t at = 0; (at = text.find(':', at)) != text.npos; ++at) {
        std::string_view rest = text.substr(at + 1);
        const std::string_view level = before(rest, ':');
        if (level.size() == rest.size() || !to_level(level)) continue;
        rest.remove_prefix(level.size() + 1);
        const std::string_view logger = before(rest, ':');
        if (logger.size() < rest.size() && is_logger_of_requests(logger)) return true;
    }
    return false;
}

bool holds_clients_text(std::string_view logger) {
    // Of a start: neither the server nor its modules have heard a client yet.
    return logger != "odoo" && !logger.starts_with("odoo.service.server") &&
           !logger.starts_with("odoo.modules.") && !logger.starts_with("odoo.tools.") &&
           !logger.starts_with("odoo.addons.base.models.ir_");
}

bool is_broken_login(const Record& record) {
    return record.logger == "odoo.addons.base.models.res_users" &&
           (record.message.starts_with("Login failed for ") ||
            record.message.starts_with("Login successful for ")) &&
           !ends_login(record.message);
}

bool ends_login(std::string_view line) {
    constexpr std::string_view kFrom = " from ";
    eat_back(line, " ");
    const std::size_t at = line.rfind(kFrom);
    return at != line.npos && at + kFrom.size() < line.size();
}

std::string_view behind_address(const Record& record) {
    const std::string_view message = record.message;
    const std::size_t at = record.logger == "werkzeug" ? end_of_address(message) : 0;
    if (at == message.npos || contains(message.substr(0, at), "werkzeug:")) return message;
    return message.substr(at);
}

}  // namespace erp::odoo
