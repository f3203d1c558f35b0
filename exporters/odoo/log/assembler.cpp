#include "exporters/odoo/log/assembler.hpp"

#include "exporters/odoo/log/assembler_state.hpp"
#include "exporters/odoo/log/client_text.hpp"
#include "exporters/odoo/log/meaning.hpp"
#include "exporters/odoo/log/syslog_line.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace erp::odoo {
namespace {

/// So many records of an Odoo that starts may be plain before logging_json is loaded.
constexpr unsigned kMostOfStart = 64;

}  // namespace

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
        return takes(found) && parse_plain(without_colours(line, buffer), times, record)
                   ? Shape::open
                   : Shape::none;
    }
    if (line.starts_with('{')) {
        found = LogFormat::json;
        if (!takes(found) || !json.parse(line, record, more)) return Shape::none;
        record.message = without_colours(record.message, buffer);
        return Shape::closed;
    }
    found = LogFormat::syslog;
    if (!takes(found)) return Shape::none;
    line = without_colours(without_colours(line, buffer), unescaped, kSyslogEscape);
    return parse_syslog(line, record, rest) ? Shape::open : Shape::none;
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

LineKind Assembler::State::begin(Shape shape) {
    if (shape == Shape::open) {
        if (may_be_forged()) {
            sink.refuse("database");
            return LineKind::suspicious;
        }
        continuation.clear();
        kept.keep(record);
        keeping = true;
        if (is_broken_login(record) && !ends_login(rest)) {
            begin_doubt(Doubt::Of::login);
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
    if (continues_head(line)) {
        keeping = false;
        sink.refuse("database");
        return false;
    }
    if (kept.record().level >= Level::warning) continuation.take(line);
    return true;
}

LineKind Assembler::State::take(std::string_view line) {
    rest = {};
    const Shape shape = parse(line);
    if (shape == Shape::none) {
        if (const auto half = half_head(line)) {
            // Odoo's own is genuine. One that a client made up must not put others' lines in doubt.
            if (sink.genuine(*half)) return take_half_head(line);
            (void)go_on(line);
            return LineKind::suspicious;
        }
        if (!go_on(line)) return LineKind::suspicious;
        return records == 0 ? LineKind::stray : LineKind::continuation;
    }
    if (!sink.genuine(record)) {
        (void)go_on(line);
        return LineKind::suspicious;
    }
    flush();
    settle();
    return begin(shape);
}

/// Nothing: it has no head at all.
std::optional<Record> Assembler::State::half_head(std::string_view line) const {
    Record half;
    if (found != LogFormat::plain || !takes(found) || !read_plain_head(line, half))
        return std::nullopt;
    return half;
}

/// All else of it is the name of a database, or was cut off.
LineKind Assembler::State::take_half_head(std::string_view line) {
    if (format == LogFormat::detect) format = LogFormat::plain;
    records_of_start = kMostOfStart;
    flush();
    begin_doubt(Doubt::Of::database);
    if (!calm) (void)doubt.hold(line, true);
    return LineKind::continuation;
}

void Assembler::State::flush() {
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
    return state_->doubt.of() == Doubt::Of::none ? state_->take(line) : state_->take_in_doubt(line);
}

void Assembler::end_doubt() {
    if (in_doubt()) state_->end_doubt();
}

void Assembler::lose() {
    if (in_doubt()) state_->refuse_doubt(state_->doubt.of(), 0);
    state_->flush();
}

bool Assembler::in_doubt() const {
    return state_->doubt.of() != Doubt::Of::none;
}

void Assembler::finish() {
    end_doubt();
    state_->flush();
}

bool Assembler::keeps_record() const {
    return state_->keeping || in_doubt();
}

void Assembler::save(std::string& out) const {
    const State& state = *state_;
    tail::put(out, static_cast<std::uint64_t>(state.format));
    tail::put(out, std::uint64_t{state.records_of_start});
    tail::put(out, state.records);
    state.doubt.save(out);
    tail::put(out, std::uint64_t{state.keeping});
    if (!state.keeping) return;
    state.kept.save(out);
    state.continuation.save(out);
}

bool Assembler::restore(tail::ByteReader& in, bool with_doubt) {
    State& state = *state_;
    const std::uint64_t format = in.number();
    if (format > static_cast<std::uint64_t>(LogFormat::json)) return false;
    if (state.automatic) state.format = static_cast<LogFormat>(format);
    state.records_of_start =
        static_cast<unsigned>(std::min<std::uint64_t>(in.number(), kMostOfStart));
    state.records = in.number();
    if (!with_doubt) {
        (void)in.number();  // until when lines were the name of a login
    } else if (!state.doubt.restore(in)) {
        return false;
    }
    state.keeping = in.number() != 0;
    return in.ok() &&
           (!state.keeping || (state.kept.restore(in) && state.continuation.restore(in)));
}

}  // namespace erp::odoo
