#pragma once

#include "exporters/odoo/counts/databases.hpp"
#include "exporters/odoo/counts/log_counts.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace erp::odoo {

/// Which databases of the counts are gone for good. One thread.
class GoneDatabases {
  public:
    /// By number of Label::datname; empty: none is. `now` is Unix time in ns.
    [[nodiscard]] std::vector<bool> find(const LogCounts& counts,
                                         const Databases& databases,
                                         std::int64_t now);
    /// Those that were found have been forgotten.
    void clear() { since_.clear(); }

  private:
    std::map<std::string, std::int64_t, std::less<>> since_;  ///< Unix ns
};

}  // namespace erp::odoo
