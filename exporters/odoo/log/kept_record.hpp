#pragma once

#include "exporters/odoo/log/record.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace erp::odoo {

/// A record whose texts are its own: each the first kLongest bytes of what it was.
class KeptRecord {
  public:
    /// More than any text that read_meaning() knows.
    static constexpr std::size_t kLongest = 2048;

    void keep(const Record& record) {
        record_ = record;
        text_.clear();
        for (std::string_view* const part : parts()) {
            *part = part->substr(0, kLongest);
            text_.append(*part);
        }
        const char* begin = text_.data();
        for (std::string_view* const part : parts()) {
            *part = {begin, part->size()};
            begin += part->size();
        }
    }
    [[nodiscard]] const Record& record() const { return record_; }

  private:
    std::array<std::string_view*, 4> parts() {
        return {&record_.database, &record_.logger, &record_.message, &record_.perf};
    }
    Record record_;
    std::string text_;
};

}  // namespace erp::odoo
