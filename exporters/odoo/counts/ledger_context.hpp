#pragma once

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

}  // namespace erp::odoo
