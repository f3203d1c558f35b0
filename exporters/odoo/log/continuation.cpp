#include "exporters/odoo/log/continuation.hpp"

#include "exporters/odoo/log/scan.hpp"

#include <algorithm>
#include <utility>

namespace erp::odoo {
namespace {

/// As long as what a class may be called, dots and all; empty: it is none.
std::string_view identifier_at(std::string_view line) {
    std::size_t size = 0;
    for (const char c : line) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        const bool later = (c >= '0' && c <= '9') || c == '.';
        if (!letter && !(later && size > 0)) break;
        ++size;
    }
    const std::string_view rest = line.substr(size);
    // "MemoryError", "KeyError: 'south'", and 14's "MemoryError - - -", outside of a request with
    // no more than the blank.
    const bool ends =
        rest.empty() || rest == " " || rest.front() == ':' || rest.starts_with(" - - -");
    return ends ? line.substr(0, size) : std::string_view();
}

bool is_announcement(std::string_view line) {
    return line.starts_with("Traceback (most recent call last):");
}

/// `  File "/usr/bin/odoo", line 8, in <module>`.
bool is_frame(std::string_view line) {
    if (!eat(line, "  File \"")) return false;
    const std::size_t at = line.find("\", line ");
    if (at == line.npos) return false;
    line.remove_prefix(at + 8);
    return !take_digits(line).empty() && line.starts_with(", in ");
}

/// What Python writes between an exception and the one that it led to.
bool is_link(std::string_view line) {
    return line == "During handling of the above exception, another exception occurred:" ||
           line == "The above exception was the direct cause of the following exception:";
}

}  // namespace

void Continuation::clear() {
    size_ = 0;
    fault_ = QueryFault::other;
    traceback_ = Traceback::none;
    details_ = pool_full_ = missing_file_ = false;
}

void Continuation::take(std::string_view line) {
    switch (traceback_) {
        case Traceback::announced:
            if (is_frame(line)) {
                traceback_ = Traceback::frames;
                return;
            }
            if (is_announcement(line)) return;
            traceback_ = size_ == 0 ? Traceback::none : Traceback::text;
            break;
        case Traceback::frames:
            // Frames are indented; the first line that is not is the exception.
            if (!line.empty() && line.front() != ' ') take_exception(line);
            return;
        case Traceback::gap:
            if (is_link(line)) traceback_ = Traceback::linked;
            if (line.empty() || traceback_ == Traceback::linked) return;
            traceback_ = Traceback::text;
            break;
        case Traceback::linked:
            traceback_ = line.empty() ? Traceback::next : Traceback::text;
            break;
        case Traceback::text:
            if (line.empty()) traceback_ = Traceback::gap;
            break;
        case Traceback::none:
        case Traceback::next:
            if (is_announcement(line)) {
                traceback_ = Traceback::announced;
                return;
            }
            if (traceback_ == Traceback::next) traceback_ = Traceback::text;
            break;
        case Traceback::over:
            break;
    }
    take_text(line);
}

void Continuation::take_text(std::string_view line) {
    if (line.starts_with("ERROR: ")) {
        // The query comes before it, line feeds in its values included, its values after it.
        if (!details_) fault_ = query_fault_of(line.substr(7));
    } else if (line.starts_with("DETAIL:  ")) {  // as libpq writes it
        details_ = true;
    }
}

void Continuation::take_exception(std::string_view line) {
    // PostgreSQL puts a client's value between quotes: one that has no end holds a line feed.
    const bool cut = std::ranges::count(line, '"') % 2 != 0;
    traceback_ = cut ? Traceback::over : Traceback::text;
    const std::string_view name = identifier_at(line);
    if (name.empty() || name.size() > name_.size()) return;
    std::copy(name.begin(), name.end(), name_.begin());
    size_ = name.size();
    std::string_view text = line.substr(size_);
    if (!eat_back(text, " - - -")) eat_back(text, " ");
    pool_full_ = pool_full_ ||
                 (name == "psycopg2.pool.PoolError" && text == ": The Connection Pool Is Full");
    missing_file_ = missing_file_ || (name == "FileNotFoundError" && contains(line, "/filestore/"));
}

void Continuation::take_all(std::string_view text, std::string_view line_feed) {
    while (!text.empty()) {
        const std::string_view line = before(text, line_feed);
        take(line);
        text.remove_prefix(std::min(text.size(), line.size() + line_feed.size()));
    }
}

void Continuation::save(std::string& out) const {
    tail::put(out, exception());
    for (const auto number : {static_cast<unsigned>(fault_), static_cast<unsigned>(traceback_),
                              unsigned{details_}, unsigned{pool_full_}, unsigned{missing_file_}})
        tail::put(out, std::uint64_t{number});
}

bool Continuation::restore(tail::ByteReader& in) {
    clear();
    const std::string_view name = in.text();
    const std::uint64_t fault = in.number();
    const std::uint64_t traceback = in.number();
    if (name.size() > name_.size() || identifier_at(name) != name || fault >= kQueryFaults ||
        traceback > static_cast<std::uint64_t>(Traceback::over))
        return false;
    std::ranges::copy(name, name_.begin());
    size_ = name.size();
    fault_ = static_cast<QueryFault>(fault);
    traceback_ = static_cast<Traceback>(traceback);
    details_ = in.number() != 0;
    pool_full_ = in.number() != 0;
    missing_file_ = in.number() != 0;
    return in.ok();
}

QueryFault query_fault_of(std::string_view message) {
    // PostgreSQL 13 to 18, src/backend; the last of them are libpq's and psycopg2's.
    static constexpr std::pair<std::string_view, QueryFault> kTexts[] = {
        {"could not serialize access", QueryFault::serialization_failure},
        {"deadlock detected", QueryFault::deadlock_detected},
        {"could not obtain lock", QueryFault::lock_not_available},
        {"canceling statement due to lock timeout", QueryFault::lock_not_available},
        {"canceling statement due to statement timeout", QueryFault::statement_timeout},
        {"canceling statement due to", QueryFault::canceled},
        {"duplicate key value violates unique constraint", QueryFault::unique_violation},
        {"violates foreign key constraint", QueryFault::foreign_key_violation},
        {"violates not-null constraint", QueryFault::not_null_violation},
        {"violates check constraint", QueryFault::check_violation},
        {"syntax error at", QueryFault::syntax_error},
        {"permission denied", QueryFault::permission_denied},
        {"in a read-only transaction", QueryFault::read_only},
        {"No space left on device", QueryFault::disk_full},
        {"terminating connection", QueryFault::connection_lost},
        {"server closed the connection", QueryFault::connection_lost},
        {"connection already closed", QueryFault::connection_lost},
        {"SSL connection has been closed", QueryFault::connection_lost},
        {"could not receive data from server", QueryFault::connection_lost},
        {"the database system is shutting down", QueryFault::connection_lost},
        {"does not exist", QueryFault::undefined_object},
    };
    for (const auto& [text, fault] : kTexts)
        if (contains(message, text)) return fault;
    return QueryFault::other;
}

}  // namespace erp::odoo
