#include "exporters/odoo/log/assembler.hpp"

#include "exporters/odoo/log/client_text.hpp"
#include "exporters/odoo/log/continuation.hpp"
#include "exporters/odoo/log/json_record.hpp"
#include "exporters/odoo/log/kept_record.hpp"
#include "exporters/odoo/log/meaning.hpp"
#include "exporters/odoo/log/plain_line.hpp"
#include "exporters/odoo/log/scan.hpp"
#include "exporters/odoo/log/syslog_line.hpp"

#include <algorithm>
#include <string>

namespace erp::odoo {
namespace {

/// So many records of an Odoo that starts may be plain before logging_json is loaded.
constexpr unsigned kMostOfStart = 64;
/// A login is one text, so that what is later by so much is none of it: ns. Who has nothing but a
/// login to send cannot hide more than this.
constexpr std::int64_t kLongestLogin = 1'000'000'000;

}  // namespace

struct Assembler::State {
    State(LogFormat wanted, RecordSink& to)
        : format(wanted), automatic(wanted == LogFormat::detect), sink(to) {}

    LogFormat format;
    bool automatic;
    RecordSink& sink;
    LogFormat found = LogFormat::detect;  ///< of the line, by its beginning
    std::uint64_t records = 0;
    /// Since Odoo booted, while none had a client's text in it: then kMostOfStart.
    unsigned records_of_start = 0;

    JsonRecord json;
    JsonRecord::More more;
    std::string buffer;
    Record record;
    std::string_view rest;  ///< of a record of several lines that came in one
    Event event;

    KeptRecord kept;
    Continuation continuation;
    bool keeping = false;
    /// The lines that come are the name of a login, but for records later than this: Unix time in
    /// ns. 0: they are not.
    std::int64_t login_until = 0;

    enum class Shape : std::uint8_t { none, open, closed };
    Shape parse(std::string_view line);
    [[nodiscard]] bool takes(LogFormat format_of_line) const;
    void settle();
    [[nodiscard]] bool names_another(std::string_view text) const;
    [[nodiscard]] bool may_be_forged() const;
    bool go_on(std::string_view line);
    [[nodiscard]] bool in_login(Shape shape);
    LineKind take_login(std::string_view line, Shape shape);
    LineKind begin(Shape shape);
    void flush();
};

/// The first record says what the format is, and a client's text is in none yet. JSON may have
/// plain records besides, for no line of a client comes into it; before it begins there are some.
bool Assembler::State::takes(LogFormat format_of_line) const {
    if (format == format_of_line || format == LogFormat::detect) return true;
    if (format_of_line == LogFormat::plain) return format == LogFormat::json;
    return format_of_line == LogFormat::json && automatic && format == LogFormat::plain &&
           records_of_start < kMostOfStart;
}

/// Sets `record` and, if something belongs to it already, `more` or `rest`. JSON is whole.
Assembler::State::Shape Assembler::State::parse(std::string_view line) {
    if (begins_with_date(line)) {
        found = LogFormat::plain;
        return takes(found) && parse_plain(without_colours(line, buffer), record) ? Shape::open
                                                                                  : Shape::none;
    }
    if (line.starts_with('{')) {
        found = LogFormat::json;
        return takes(found) && json.parse(line, record, more) ? Shape::closed : Shape::none;
    }
    found = LogFormat::syslog;
    return takes(found) && parse_syslog(line, record, rest) ? Shape::open : Shape::none;
}

/// After a record of the sink's.
void Assembler::State::settle() {
    ++records;
    if (!automatic || format == LogFormat::json) return;
    format = found;
    if (record.logger == "odoo" && record.message.starts_with("Odoo version ")) {
        records_of_start = 0;
    } else if (records_of_start < kMostOfStart) {
        records_of_start = holds_clients_text(record.logger) ? kMostOfStart : records_of_start + 1;
    }
}

/// Whether this text, behind what was read as the head of a record, is the end of another head.
bool Assembler::State::names_another(std::string_view text) const {
    return format == LogFormat::syslog ? names_logger_of_syslog(text) : names_logger(text);
}

/// Whether the head that was read may be the name of a database, in part or as a whole.
bool Assembler::State::may_be_forged() const {
    return names_another(record.message) || names_another(rest) ||
           (contains(record.database, " ") && !sink.has_database(record.database));
}

LineKind Assembler::State::begin(Shape shape) {
    if (shape == Shape::open) {
        if (may_be_forged()) {
            sink.refuse("database");
            return LineKind::suspicious;
        }
        continuation.clear();
        kept.keep(record);
        keeping = true;
        if (record.time && is_broken_login(record)) {
            login_until = *record.time + kLongestLogin;
        } else if (record.level >= Level::warning) {
            continuation.take(record.message);  // which is a traceback at times
            continuation.take_all(rest, kSyslogLineFeed);
        }
        return LineKind::record;
    }
    continuation.clear();
    if (record.level >= Level::warning) {
        continuation.take(record.message);
        continuation.take_all(more.message, "\n");
        continuation.take_all(more.traceback, "\n");
    }
    read_meaning(record, continuation, event);
    sink.take(record, event);
    return LineKind::record;
}

/// A line of the record that is kept. False: this record may be a client's, and is kept no longer.
bool Assembler::State::go_on(std::string_view line) {
    if (!keeping) return true;
    if (names_another(line)) {
        keeping = false;
        sink.refuse("database");
        return false;
    }
    if (kept.record().level >= Level::warning) continuation.take(line);
    return true;
}

bool Assembler::State::in_login(Shape shape) {
    if (login_until == 0) return false;
    if (shape == Shape::none || record.time.value_or(0) <= login_until) return true;
    // It never ended, so that it was none.
    login_until = 0;
    if (keeping) sink.refuse("database");
    return keeping = false;
}

/// A line of the name of a login, which may look like anything.
LineKind Assembler::State::take_login(std::string_view line, Shape shape) {
    if (shape != Shape::none) sink.refuse("login");
    if (ends_login(line)) {
        login_until = 0;
    } else if (shape == Shape::none && names_another(line) && keeping) {
        keeping = false;
        sink.refuse("database");
        return LineKind::suspicious;
    }
    return shape == Shape::none ? LineKind::continuation : LineKind::suspicious;
}

void Assembler::State::flush() {
    login_until = 0;
    if (!keeping) return;
    keeping = false;
    read_meaning(kept.record(), continuation, event);
    sink.take(kept.record(), event);
}

std::optional<LogFormat> to_log_format(std::string_view word) {
    if (word == "detect") return LogFormat::detect;
    if (word == "plain") return LogFormat::plain;
    if (word == "syslog") return LogFormat::syslog;
    if (word == "json") return LogFormat::json;
    return std::nullopt;
}

Assembler::Assembler(LogFormat format, RecordSink& sink)
    : state_(std::make_unique<State>(format, sink)) {}

Assembler::~Assembler() = default;

LineKind Assembler::take(std::string_view line) {
    State& state = *state_;
    state.rest = {};
    const State::Shape shape = state.parse(line);
    if (state.in_login(shape)) return state.take_login(line, shape);
    if (shape == State::Shape::none) {
        if (!state.go_on(line)) return LineKind::suspicious;
        return state.records == 0 ? LineKind::stray : LineKind::continuation;
    }
    if (!state.sink.genuine(state.record)) {
        (void)state.go_on(line);
        return LineKind::suspicious;
    }
    state.flush();
    state.settle();
    return state.begin(shape);
}

void Assembler::finish() {
    state_->flush();
}

bool Assembler::keeps_record() const {
    return state_->keeping;
}

void Assembler::save(std::string& out) const {
    const State& state = *state_;
    tail::put(out, static_cast<std::uint64_t>(state.format));
    tail::put(out, std::uint64_t{state.records_of_start});
    tail::put(out, state.records);
    tail::put(out, static_cast<std::uint64_t>(state.login_until));
    tail::put(out, std::uint64_t{state.keeping});
    if (!state.keeping) return;
    state.kept.save(out);
    state.continuation.save(out);
}

bool Assembler::restore(tail::ByteReader& in) {
    State& state = *state_;
    const std::uint64_t format = in.number();
    if (format > static_cast<std::uint64_t>(LogFormat::json)) return false;
    if (state.automatic) state.format = static_cast<LogFormat>(format);
    state.records_of_start =
        static_cast<unsigned>(std::min<std::uint64_t>(in.number(), kMostOfStart));
    state.records = in.number();
    state.login_until = static_cast<std::int64_t>(in.number());
    state.keeping = in.number() != 0;
    return in.ok() &&
           (!state.keeping || (state.kept.restore(in) && state.continuation.restore(in)));
}

}  // namespace erp::odoo
