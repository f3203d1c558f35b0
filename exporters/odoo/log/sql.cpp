#include "exporters/odoo/log/meaning.hpp"
#include "exporters/odoo/log/scan.hpp"

namespace erp::odoo {
namespace {

/// The whole number behind `key`, which ends in "=".
std::int64_t number_of(std::string_view text, std::string_view key) {
    const std::size_t at = text.find(key);
    if (at == text.npos) return 0;
    text.remove_prefix(at + key.size());
    return to_whole(take_digits(text)).value_or(0);
}

/// `ConnectionPool(used=0/count=0/max=12): Closed 3 connections to '… dbname=acme'`; 18 has
/// `read/write;` or `read-only;` before the numbers.
void read_pool(std::string_view text, Event& event) {
    const std::size_t end = text.find("): Closed ");
    if (end == text.npos) return;
    const std::string_view numbers = text.substr(0, end);
    text.remove_prefix(end + std::string_view("): Closed ").size());
    event.kind = EventKind::pool_closed;
    event.pool = {number_of(numbers, "used="), number_of(numbers, "count="),
                  number_of(numbers, "max=")};
    event.count = to_whole(take_digits(text));
    const std::size_t name = text.find("dbname=");
    if (name == text.npos) return;
    event.database = text.substr(name + 7);
    event.database = event.database.substr(0, event.database.find_first_of(" '\""));
}

Conflict to_conflict(std::string_view word) {
    if (word == "SERIALIZATION_FAILURE") return Conflict::serialization_failure;
    if (word == "DEADLOCK_DETECTED") return Conflict::deadlock_detected;
    if (word == "LOCK_NOT_AVAILABLE") return Conflict::lock_not_available;
    if (contains(word, "Concurrency") || word == "CONCURRENCY_ERROR")
        return Conflict::concurrency_error;
    return Conflict::other;
}

}  // namespace

void read_sql(const Record& record, Event& event) {
    const std::string_view text = record.message;
    if (text.starts_with("bad query:")) {
        event.kind = EventKind::bad_query;
    } else if (text.starts_with("ConnectionPool(")) {
        read_pool(text, event);
    } else if (text == "Connection to the database failed") {
        event.kind = EventKind::connection_failed;
    }
}

void read_retry(const Record& record, Event& event) {
    std::string_view text = record.message;
    const std::string_view code = before(text, ", ");
    text.remove_prefix(code.size());
    if (!eat(text, ", ") || contains(code, " ")) return;
    // 14 and 15: "retry 1/5 in 0.9490 sec..."; 16+: "4 tries left, try again in 0.1234 sec...".
    if (text.starts_with("maximum number of tries reached")) {
        event.kind = EventKind::retries_exhausted;
    } else if (text.starts_with("retry ") || contains(text, "left, try again in ")) {
        event.kind = EventKind::retry;
    } else {
        return;
    }
    event.conflict = to_conflict(code);
}

}  // namespace erp::odoo
