#pragma once

#include "core/tail/byte_codec.hpp"
#include "exporters/odoo/log/event.hpp"
#include "exporters/odoo/log/record.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace erp::odoo {

/// How Odoo's log is written.
enum class LogFormat : std::uint8_t {
    detect,  ///< as the first record shows; plain may turn to JSON when an Odoo starts
    plain,   ///< Odoo's own, to a file or standard error
    syslog,  ///< `--syslog`: "Odoo Server 14.0:db:LEVEL:logger:message"
    json,    ///< camptocamp's logging_json; what Odoo writes before that is loaded may be plain
};
[[nodiscard]] std::optional<LogFormat> to_log_format(std::string_view word);

/// Where records go.
class RecordSink {
  public:
    virtual ~RecordSink() = default;
    /// Whether Odoo can have written this line, by its time and pid: a client can send a line feed
    /// and what looks like a record behind it. False: it is a continuation of the record before it.
    [[nodiscard]] virtual bool genuine(const Record& record) = 0;
    /// The same of a line that will be judged again: nothing is remembered of it.
    [[nodiscard]] virtual bool seems_genuine(const Record& record) = 0;
    /// Whether there is a database of this name. Asked of those that have a blank in it.
    [[nodiscard]] virtual bool has_database(std::string_view name) = 0;
    /// In the order of the log. Views are valid during the call.
    virtual void take(const Record& record, const Event& event) = 0;
    /// Instead of take(): a record may be a client's text, by `reason`. "database": Odoo wrote it,
    /// but what it seems to say may be a name that a client sent. "login": it stands in the name
    /// of a login.
    virtual void refuse(std::string_view reason) = 0;

  protected:
    RecordSink() = default;
    RecordSink(const RecordSink&) = default;
    RecordSink& operator=(const RecordSink&) = default;
};

enum class LineKind : std::uint8_t {
    record,        ///< a record begins
    continuation,  ///< of the record before it
    suspicious,    ///< looks like a record, and the sink says that it is none; or is a sign that
                   ///< the record before it may be a client's
    stray,         ///< nothing was before it
};

/// Lines of one log to records and events. A record begins at a line with a date, a pid and a known
/// level; all else continues the last one. Odoo writes a record with its traceback by one write(),
/// so that lines of different processes do not mix.
///
/// A record is kept (the first 2 KiB of its texts, and of its continuation the facts that Event
/// has, never the text) until the next one begins or finish() is called: only then it is known that
/// no line of it shows that it may be a client's text; see client_text.hpp. What comes after
/// finish() and before the next record adds nothing: call it when the log is quiet or its state is
/// to be shown, not after each line. A record of JSON is whole, and goes to the sink at once.
///
/// Where a client's text has begun whose end Odoo writes itself, all lines are held: at half a head
/// of Odoo's own, and a login without its end. If that end comes they are refused; if not, until
/// end_doubt() or for 256 KiB, each is taken as if nothing had been. No other line of a client's
/// begins this: what others wrote between two texts must not be lost, and who guesses a process and
/// the time right can also do so in a text without an end.
///
/// One thread, one file (or one stream of one container).
class Assembler {
  public:
    Assembler(LogFormat format, RecordSink& sink);
    Assembler(const Assembler&) = delete;
    Assembler& operator=(const Assembler&) = delete;
    Assembler(Assembler&&) = delete;
    Assembler& operator=(Assembler&&) = delete;
    ~Assembler();

    /// The line has 64 readable bytes behind it (LineSplitter::kPadding). One that is held is of
    /// the kind that it seems to be.
    LineKind take(std::string_view line);
    void finish();
    /// Or lines are held.
    [[nodiscard]] bool keeps_record() const;
    [[nodiscard]] bool in_doubt() const;
    void end_doubt();
    /// A line came that is too long to be read. What is in doubt before it is the beginning of it:
    /// a client's text, whose end was in that line. It may have had a head: what follows is no part
    /// of the record before it.
    void lose();

    /// The format, if it was detected, the record that is kept, and the lines that are held.
    void save(std::string& out) const;
    /// False: the bytes are not of save(), and this is of no use any more. An older one held no
    /// lines.
    [[nodiscard]] bool restore(tail::ByteReader& in, bool with_doubt);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace erp::odoo
