#pragma once

#include "core/tail/byte_codec.hpp"
#include "exporters/odoo/log/event.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace erp::odoo {

/// What the lines behind the first of a record tell, seen one after the other and not kept.
class Continuation {
  public:
    void clear();
    void take(std::string_view line);
    /// Lines of one text, with what stands between them.
    void take_all(std::string_view text, std::string_view line_feed);

    /// Class of the exception that the last traceback ends in; empty: no traceback.
    [[nodiscard]] std::string_view exception() const { return {name_.data(), size_}; }
    /// Of a "bad query": its line that begins with "ERROR: ".
    [[nodiscard]] QueryFault fault() const { return fault_; }
    [[nodiscard]] bool pool_full() const { return pool_full_; }
    [[nodiscard]] bool missing_file() const { return missing_file_; }

    void save(std::string& out) const;
    /// False: the bytes are not of save().
    [[nodiscard]] bool restore(tail::ByteReader& in);

  private:
    void take_text(std::string_view line);
    void take_exception(std::string_view line);

    std::array<char, 100> name_ = {};
    std::size_t size_ = 0;
    QueryFault fault_ = QueryFault::other;
    /// Where in a traceback the next line is. What follows an exception is its text, which may be a
    /// client's, up to what Python says between two tracebacks, with an empty line on each side.
    enum class Traceback : std::uint8_t {
        none,
        announced,  ///< behind its first line
        frames,
        text,    ///< of the exception
        gap,     ///< behind an empty line of it
        linked,  ///< behind "During handling of …"
        next,    ///< and behind its empty line
        over,    ///< the text is cut inside a value, which may go on as anything
    };
    Traceback traceback_ = Traceback::none;
    bool details_ = false;
    bool pool_full_ = false;
    bool missing_file_ = false;
};

/// PostgreSQL's message in English, as psycopg2 gives it.
[[nodiscard]] QueryFault query_fault_of(std::string_view message);

}  // namespace erp::odoo
