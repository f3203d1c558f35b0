#include "exporters/odoo/log/assembler.hpp"

#include "exporters/odoo/log/continuation.hpp"
#include "exporters/odoo/log/json_record.hpp"
#include "exporters/odoo/log/meaning.hpp"
#include "exporters/odoo/log/plain_line.hpp"
#include "exporters/odoo/log/scan.hpp"
#include "exporters/odoo/log/syslog_line.hpp"

#include <array>
#include <string>

namespace erp::odoo {
namespace {

/// Of what is kept: more than any text that read_meaning() knows.
constexpr std::size_t kLongestKept = 2048;
/// After so many records the format is settled. A few are plain before logging_json is loaded.
constexpr std::uint64_t kRecordsToSettle = 64;

/// A record whose texts are its own.
class KeptRecord {
  public:
    void keep(const Record& record) {
        record_ = record;
        text_.clear();
        for (std::string_view* const part : parts(record_)) {
            *part = part->substr(0, kLongestKept);
            text_.append(*part);
        }
        const char* begin = text_.data();
        for (std::string_view* const part : parts(record_)) {
            *part = {begin, part->size()};
            begin += part->size();
        }
    }
    [[nodiscard]] const Record& record() const { return record_; }

  private:
    static std::array<std::string_view*, 4> parts(Record& record) {
        return {&record.database, &record.logger, &record.message, &record.perf};
    }
    Record record_;
    std::string text_;
};

}  // namespace

struct Assembler::State {
    State(LogFormat wanted, RecordSink& to)
        : format(wanted), automatic(wanted == LogFormat::detect), sink(to) {}

    LogFormat format;
    bool automatic;
    RecordSink& sink;
    std::uint64_t records = 0;

    JsonRecord json;
    JsonRecord::More more;
    std::string buffer;
    Record record;
    std::string_view rest;  ///< of a record of several lines that came in one
    Event event;

    KeptRecord kept;
    Continuation continuation;
    const Continuation nothing;
    bool keeping = false;

    enum class Shape : std::uint8_t { none, open, closed };
    Shape parse(std::string_view line);
    [[nodiscard]] bool takes(LogFormat format_of_line) const;
    void begin(Shape shape);
    void flush();
};

/// A client can send a line of another format into a plain log, and no line at all into JSON, so
/// that this one may have plain lines besides.
bool Assembler::State::takes(LogFormat format_of_line) const {
    if (format == format_of_line) return true;
    if (format == LogFormat::json && format_of_line == LogFormat::plain) return true;
    return automatic && records < kRecordsToSettle;
}

/// Sets `record` and, if something belongs to it already, `more` or `rest`. JSON is whole.
Assembler::State::Shape Assembler::State::parse(std::string_view line) {
    if (begins_with_date(line)) {
        if (!takes(LogFormat::plain) || !parse_plain(without_colours(line, buffer), record))
            return Shape::none;
        if (automatic && format != LogFormat::json) format = LogFormat::plain;
        return Shape::open;
    }
    if (line.starts_with('{')) {
        if (!takes(LogFormat::json) || !json.parse(line, record, more)) return Shape::none;
        format = LogFormat::json;
        return Shape::closed;
    }
    if (!takes(LogFormat::syslog) || !parse_syslog(line, record, rest)) return Shape::none;
    format = LogFormat::syslog;
    return Shape::open;
}

void Assembler::State::begin(Shape shape) {
    if (record.level < Level::warning) {
        read_meaning(record, nothing, event);
        sink.take(record, event);
        return;
    }
    continuation.clear();
    continuation.take(record.message);  // which is a traceback at times
    if (shape == Shape::open) {
        continuation.take_all(rest, kSyslogLineFeed);
        kept.keep(record);
        keeping = true;
    } else {
        continuation.take_all(more.message, "\n");
        continuation.take_all(more.traceback, "\n");
        read_meaning(record, continuation, event);
        sink.take(record, event);
    }
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
    State& state = *state_;
    state.rest = {};
    const State::Shape shape = state.parse(line);
    if (shape == State::Shape::none) {
        if (state.keeping) state.continuation.take(line);
        return state.records == 0 ? LineKind::stray : LineKind::continuation;
    }
    if (!state.sink.genuine(state.record)) return LineKind::suspicious;
    state.flush();
    ++state.records;
    state.begin(shape);
    return LineKind::record;
}

void Assembler::finish() {
    state_->flush();
}

}  // namespace erp::odoo
