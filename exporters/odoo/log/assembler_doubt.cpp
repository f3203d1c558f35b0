#include "core/tail/line_splitter.hpp"
#include "exporters/odoo/log/assembler_state.hpp"
#include "exporters/odoo/log/client_text.hpp"
#include "exporters/odoo/log/scan.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace erp::odoo {

/// Whether this text, behind what was read as the head of a record, is the end of another head.
bool Assembler::State::names_another(std::string_view text) const {
    return format == LogFormat::syslog ? names_logger_of_syslog(text) : names_logger(text);
}

/// The same of a line that is no record. Before a logger's name there is a blank: what begins with
/// one, `odoo.exceptions.except_orm: …`, is an exception's class.
bool Assembler::State::continues_head(std::string_view line) const {
    const bool begins_with_name = !line.starts_with(' ') && format != LogFormat::syslog;
    return names_another(begins_with_name ? line.substr(std::min(line.size(), line.find(' ')))
                                          : line);
}

/// Whether the head that was read may be the name of a database, in part or as a whole.
bool Assembler::State::may_be_forged() const {
    // Nearly no text of a plain record has what ends a logger's name.
    const bool may_name = format == LogFormat::syslog || has_colon_end(record.message);
    return (may_name && names_another(behind_address(record))) ||
           (!rest.empty() && names_another(rest)) ||
           (contains(record.database, ' ') && !sink.has_database(record.database));
}

void Assembler::State::begin_doubt(Doubt::Of of) {
    if (!calm) doubt.begin(of);
}

/// What Odoo writes behind the client's text may follow what looks like a record, too. Such a one
/// that was held may have had the end in it: then a head whose time and process had to be guessed
/// begins the next text, and what was held is none of it.
Assembler::State::Turn Assembler::State::turn_in_doubt(std::string_view line, Shape shape) {
    if (doubt.of() == Doubt::Of::login && ends_login(line)) return Turn::login_ends;
    const bool may_be_over = doubt.of() == Doubt::Of::database && doubt.records() > 0;
    if (shape == Shape::open && may_be_forged()) {
        const bool tells = may_be_over && record.time && record.pid;
        return tells && sink.seems_genuine(record) ? Turn::next_begins : Turn::name_ends;
    }
    if (shape != Shape::none) return Turn::none;
    if (continues_head(line)) return Turn::name_ended;
    const auto half = may_be_over ? half_head(line) : std::nullopt;
    return half && sink.seems_genuine(*half) ? Turn::next_begins : Turn::none;
}

LineKind Assembler::State::take_in_doubt(std::string_view line) {
    const Shape shape = parse(line);
    const bool is_record = shape != Shape::none;
    const Turn turn = turn_in_doubt(line, shape);
    switch (turn) {
        case Turn::none:
            if (!doubt.hold(line, is_record)) end_doubt();
            return is_record ? LineKind::record : LineKind::continuation;
        case Turn::next_begins:
            end_doubt();
            return take(line);
        case Turn::login_ends:
            refuse_doubt(Doubt::Of::login, is_record ? 1 : 0);
            return is_record ? LineKind::suspicious : LineKind::continuation;
        case Turn::name_ends:
        case Turn::name_ended:
            break;
    }
    refuse_doubt(Doubt::Of::database, turn == Turn::name_ends ? 1 : 0);
    return LineKind::suspicious;
}

/// All of it, and so many records besides, is one text of a client's: the name of that. What a
/// login's name broke is the record that is kept, and stays one.
void Assembler::State::refuse_doubt(Doubt::Of of, std::size_t besides) {
    const bool login = of == Doubt::Of::login;
    for (std::size_t left = doubt.records() + besides; left > 0; --left)
        sink.refuse(login ? "login" : "database");
    (void)doubt.end();
    if (!login && std::exchange(keeping, false)) sink.refuse("database");
}

/// No end came, so that it was none: each line for itself. A login without an end is no login.
void Assembler::State::end_doubt() {
    if (doubt.of() == Doubt::Of::login && std::exchange(keeping, false)) sink.refuse("database");
    std::string lines = doubt.end();
    const std::size_t size = lines.size();
    lines.append(tail::LineSplitter::kPadding, '\0');
    calm = true;
    for (std::string_view left = std::string_view(lines).substr(0, size); !left.empty();) {
        const std::string_view line = left.substr(0, left.find('\n'));
        left.remove_prefix(line.size() + 1);
        (void)take(line);
    }
    calm = false;
}

}  // namespace erp::odoo
