#pragma once

#include "exporters/odoo/log/record.hpp"

#include <string_view>

/// Signs of a text that a client sent where Odoo's own should be. Pure.
namespace erp::odoo {

/// Whether the name of a logger is in this text as in the head of a record, ` odoo.http: `. A
/// database may have any name that a client sends, and stands before the logger. What looks like
/// the head of a record with such a text behind it may be that name, and this the record's logger.
/// Classes of exceptions are none: their last part begins with a capital.
[[nodiscard]] bool names_logger(std::string_view text);
/// The same of a datagram of syslog, `:ERROR:odoo.http:`.
[[nodiscard]] bool names_logger_of_syslog(std::string_view text);

/// Whether what this logger writes may hold anything that a client sent.
[[nodiscard]] bool holds_clients_text(std::string_view logger);

/// Whether this record of a login lacks its end, ` from 192.0.2.1` or ` from n/a`: a line feed in
/// the login's name broke it, and all up to a line that has such an end is that name. With
/// `proxy_mode` the address is what X-Forwarded-For says, which may be anything but has no line
/// feed.
[[nodiscard]] bool is_broken_login(const Record& record);
[[nodiscard]] bool ends_login(std::string_view line);

/// What may show that this record's message is a client's: of werkzeug's all but the address at its
/// beginning, `192.0.2.1 - - [`, which is a client's in any case (see ends_login()). What Odoo
/// writes behind a name that ends before that is werkzeug's, so that no other logger matters there.
[[nodiscard]] std::string_view behind_address(const Record& record);

}  // namespace erp::odoo
