#pragma once

#include "core/base/deadline.hpp"
#include "exporters/odoo/counts/ledger.hpp"

#include <cstdint>

namespace erp::odoo {

struct Ledger::Context {
    const Record& record;
    const Event& event;
    Workers& workers;
    std::int64_t time;  ///< Unix, ns
    std::int32_t pid;   ///< 0: syslog, which mixes all
    Number datname;     ///< of the record, or of the database that its text names
};

/// Keeps the later time. One that this host has not reached yet was of a clock that ran ahead, and
/// is right again.
inline void set_later(std::int64_t& last, std::int64_t time) {
    constexpr std::int64_t kHour = 3'600'000'000'000;
    if (time > last || (last - time > kHour && last - unix_nanoseconds() > kHour)) last = time;
}

}  // namespace erp::odoo
