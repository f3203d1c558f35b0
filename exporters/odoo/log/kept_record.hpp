#pragma once

#include "core/tail/byte_codec.hpp"
#include "exporters/odoo/log/record.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace erp::odoo {

/// A record whose texts are its own: each the first kLongest bytes of what it was.
class KeptRecord {
  public:
    /// What read_meaning() knows ends within them: the line of a request that is as long as
    /// Python's http.server takes one (65,536).
    static constexpr std::size_t kLongest = 66U << 10U;

    /// The texts stand in one line, or in one snapshot, in the order of Record.
    void keep(const Record& record) {
        record_ = record;
        const char* const first = record.database.data();
        const std::string_view last = record.perf.empty() ? record.message : record.perf;
        const auto size = static_cast<std::size_t>(last.data() + last.size() - first);
        if (size <= kLongest) {
            make_room(size);
            std::memcpy(text_.data(), first, size);
            for (std::string_view* const part : parts())
                *part = part->empty()
                            ? std::string_view()
                            : std::string_view(text_.data() + (part->data() - first), part->size());
            return;
        }
        make_room(parts().size() * kLongest);
        char* begin = text_.data();
        for (std::string_view* const part : parts()) {
            *part = part->substr(0, kLongest);
            std::ranges::copy(*part, begin);
            *part = {begin, part->size()};
            begin += part->size();
        }
    }
    [[nodiscard]] const Record& record() const { return record_; }

    void save(std::string& out) const {
        tail::put(out, static_cast<std::uint64_t>(record_.time.value_or(-1)));
        tail::put(out, static_cast<std::uint64_t>(record_.pid.value_or(-1)));
        tail::put(out, static_cast<std::uint64_t>(record_.level));
        for (const std::string_view part :
             {record_.database, record_.logger, record_.message, record_.perf})
            tail::put(out, part);
    }
    /// False: the bytes are not of save().
    [[nodiscard]] bool restore(tail::ByteReader& in) {
        Record read;
        const auto time = static_cast<std::int64_t>(in.number());
        const auto pid = static_cast<std::int32_t>(in.number());
        const std::uint64_t level = in.number();
        if (level >= kLevels) return false;
        if (time >= 0) read.time = time;
        if (pid >= 0) read.pid = pid;
        read.level = static_cast<Level>(level);
        for (std::string_view* const part :
             {&read.database, &read.logger, &read.message, &read.perf})
            *part = in.text();
        keep(read);
        return in.ok();
    }

  private:
    std::array<std::string_view*, 4> parts() {
        return {&record_.database, &record_.logger, &record_.message, &record_.perf};
    }
    /// As much as the longest so far: to fit each of them would cost more than to copy it.
    void make_room(std::size_t size) {
        if (text_.size() < size) text_.resize(size);
    }

    Record record_;
    std::vector<char> text_;
};

}  // namespace erp::odoo
