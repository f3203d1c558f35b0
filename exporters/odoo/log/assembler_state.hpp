#pragma once

#include "exporters/odoo/log/assembler.hpp"
#include "exporters/odoo/log/continuation.hpp"
#include "exporters/odoo/log/doubt.hpp"
#include "exporters/odoo/log/json_record.hpp"
#include "exporters/odoo/log/kept_record.hpp"
#include "exporters/odoo/log/plain_line.hpp"
#include "exporters/odoo/log/record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace erp::odoo {

/// How lines become records is in assembler.cpp, what of it a client may have written in
/// assembler_doubt.cpp.
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

    RecordTimes times;
    JsonRecord json;
    JsonRecord::More more;
    std::string buffer;
    std::string unescaped;  ///< of syslog
    Record record;
    std::string_view rest;  ///< of a record of several lines that came in one
    Event event;

    KeptRecord kept;
    Continuation continuation;
    bool keeping = false;
    Doubt doubt;
    bool calm = false;  ///< no doubt begins: these lines were held in one, and it was none

    enum class Shape : std::uint8_t { none, open, closed };
    Shape parse(std::string_view line);
    [[nodiscard]] bool takes(LogFormat format_of_line) const;
    void settle();
    [[nodiscard]] bool names_another(std::string_view text) const;
    [[nodiscard]] bool continues_head(std::string_view line) const;
    [[nodiscard]] bool may_be_forged() const;
    bool go_on(std::string_view line);
    LineKind take(std::string_view line);
    [[nodiscard]] std::optional<Record> half_head(std::string_view line) const;
    LineKind take_half_head(std::string_view line);
    LineKind begin(Shape shape);
    void begin_doubt(Doubt::Of of);
    /// What a line does to the doubt.
    enum class Turn : std::uint8_t {
        none,
        login_ends,   ///< the name, with this line
        name_ends,    ///< of the database, with this record
        name_ended,   ///< so, with a line that is none
        next_begins,  ///< another text, with the head of a record of Odoo's own
    };
    [[nodiscard]] Turn turn_in_doubt(std::string_view line, Shape shape);
    LineKind take_in_doubt(std::string_view line);
    void end_doubt();
    void refuse_doubt(Doubt::Of of, std::size_t besides);
    void flush();
};

}  // namespace erp::odoo
