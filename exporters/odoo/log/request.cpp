#include "exporters/odoo/log/meaning.hpp"
#include "exporters/odoo/log/scan.hpp"

#include <algorithm>

namespace erp::odoo {
namespace {

/// `<address> - - [<time>] "<request line>" <status> <size>`. The address and the request line are
/// in part the client's: the first "] \"" and the last quote are not.
struct AccessLine {
    std::string_view request;
    std::string_view status;
    std::string_view size;
    bool good = false;
};

AccessLine split_access_line(std::string_view text) {
    AccessLine line;
    line.size = take_last_word(text);
    line.status = take_last_word(text);
    const std::size_t begin = text.find("] \"");
    if (begin == text.npos || begin + 3 >= text.size() || !text.ends_with('"')) return line;
    line.request = text.substr(begin + 3, text.size() - begin - 4);
    line.good = true;
    return line;
}

/// "POST /jsonrpc HTTP/1.1" to its parts; false: it is none.
bool read_request_line(std::string_view text, Event& event) {
    if (text.size() < 9 || !text.substr(text.size() - 9).starts_with(" HTTP/")) return false;
    text.remove_suffix(9);
    event.method = before(text, ' ');
    if (event.method.size() == text.size()) return false;
    event.path = text.substr(event.method.size() + 1);
    return true;
}

void read_status(std::string_view text, Event& event) {
    // 14 writes `HTTPStatus.BAD_REQUEST` of what was not HTTP.
    const auto status = text.size() == 3 ? to_whole(text) : std::nullopt;
    if (status) event.status = static_cast<int>(*status);
}

CursorMode to_cursor(std::string_view word) {
    if (word == "rw") return CursorMode::rw;
    if (word == "ro") return CursorMode::ro;
    return word == "ro->rw" ? CursorMode::ro_rw : CursorMode::none;
}

void read_perf(std::string_view perf, Event& event) {
    const std::string_view queries = take_short_word(perf);
    if (!eat(perf, " ")) return;
    const std::string_view sql = take_short_word(perf);
    if (!eat(perf, " ")) return;
    const std::string_view python = take_short_word(perf);
    if (eat(perf, " ")) event.cursor = to_cursor(perf);
    event.queries = to_whole(queries);
    event.sql = to_nanoseconds(sql);
    event.python = to_nanoseconds(python);
    if (event.sql && event.python) event.duration = *event.sql + *event.python;
}

/// A warning of odoo.http that is no failure of a request; the texts of those are anything.
bool is_notice(std::string_view text) {
    // 14 to 19, odoo/http.py: of routes, of arguments that nobody asked for, of a form whose answer
    // is 400, and of a session that another database's filter ends.
    static constexpr std::string_view kBegins[] = {"<function ", "Subclass re-defines <function ",
                                                   "No CSRF validation token provided for path ",
                                                   "CSRF validation failed on path ",
                                                   "Logged into database "};
    return std::ranges::any_of(kBegins, [&](auto begin) { return text.starts_with(begin); }) ||
           contains(text, " is not decorated by @route()") ||
           contains(text, " changes the route type, using the original type") ||
           text.ends_with(", retrying with a read/write cursor");  // of a replica
}

}  // namespace

void read_request(const Record& record, Event& event) {
    if (record.level == Level::info) {
        const AccessLine line = split_access_line(record.message);
        if (!line.good) return;
        const bool http = read_request_line(line.request, event);
        event.kind = http ? EventKind::request : EventKind::garbage_request;
        read_status(line.status, event);
        read_perf(record.perf, event);
    } else if (record.message == "Error on request:") {
        // 14 and 15: all that a page raises; written behind the request's own line.
        event.kind = EventKind::rpc_error;
        event.behind = true;
    } else if (contains(record.message, "] code ") && contains(record.message, ", message ")) {
        event.kind = EventKind::bad_request;
    }
}

void read_gevent_request(const Record& record, Event& event) {
    std::string_view text = record.message;
    const std::string_view seconds = take_last_word(text);
    const AccessLine line = split_access_line(text);
    if (!line.good || record.level != Level::info) return;
    event.kind = EventKind::gevent_request;
    read_request_line(line.request, event);
    read_status(line.status, event);
    event.bytes = to_whole(line.size);
    event.duration = to_nanoseconds(seconds);
}

void read_http(const Record& record, Event& event) {
    const std::string_view text = record.message;
    if (record.level >= Level::error) {
        event.kind = EventKind::rpc_error;
        return;
    }
    if (text.starts_with("Session expired")) {
        event.kind = EventKind::rpc_error;
        event.error = RpcError::session;
    }
    if (record.level != Level::warning || is_notice(text)) return;
    if (text.starts_with("Database or registry unusable")) {
        event.kind = EventKind::database_unusable;  // 303 or 404 is all that the client gets
        return;
    }
    event.kind = EventKind::rpc_error;
    if (text.starts_with("Access Denied") || text.starts_with("Too many login failures")) {
        event.error = RpcError::access;
    } else if (text.size() > 4 && text[3] == ' ' && to_whole(text.substr(0, 3))) {
        event.error = RpcError::http;  // "404 Not Found: The requested URL …"
    } else if (event.error != RpcError::session) {
        event.error = RpcError::user;
    }
}

}  // namespace erp::odoo
