#pragma once

#include "core/tail/byte_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace erp::odoo {

/// Lines that may all be one text of a client's, kept until it is known. Odoo writes a record, such
/// a text in it, by one write(): nothing of another process is between its first line and its last.
class Doubt {
  public:
    /// Of longer texts the lines are judged one by one.
    static constexpr std::size_t kMostHeld = 256U << 10U;

    enum class Of : std::uint8_t {
        none,      ///< there is no doubt
        login,     ///< the name of a login, which ends with ` from ADDRESS`
        database,  ///< the name of a database, which ends with ` LOGGER: MESSAGE`
    };

    [[nodiscard]] Of of() const { return of_; }
    void begin(Of of) { of_ = of; }
    /// False: there is no room for more.
    [[nodiscard]] bool hold(std::string_view line, bool is_record) {
        lines_.append(line).push_back('\n');
        records_ += is_record ? 1U : 0U;
        return lines_.size() <= kMostHeld;
    }
    /// Those of them that look like a record.
    [[nodiscard]] std::size_t records() const { return records_; }
    /// It is over: the lines, each with a line feed.
    [[nodiscard]] std::string end() {
        of_ = Of::none;
        records_ = 0;
        return std::exchange(lines_, {});
    }

    void save(std::string& out) const {
        tail::put(out, static_cast<std::uint64_t>(of_));
        tail::put(out, std::uint64_t{records_});
        tail::put(out, std::string_view(lines_));
    }
    /// False: the bytes are not of save().
    [[nodiscard]] bool restore(tail::ByteReader& in) {
        const std::uint64_t of = in.number();
        records_ = in.number();
        lines_ = in.text();
        if (of > static_cast<std::uint64_t>(Of::database)) return false;
        of_ = static_cast<Of>(of);
        return in.ok() && (of_ != Of::none || (records_ == 0 && lines_.empty())) &&
               records_ <= lines_.size();
    }

  private:
    Of of_ = Of::none;
    std::string lines_;
    std::size_t records_ = 0;
};

}  // namespace erp::odoo
