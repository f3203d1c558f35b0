#include "exporters/odoo/counts/version.hpp"

#include "core/counting/series.hpp"
#include "exporters/odoo/counts/later.hpp"

#include <algorithm>

namespace erp::odoo {

std::string_view version_of(const LogCounts& counts) {
    const auto& rows = counts.of<Versions>();
    const auto last = std::ranges::max_element(
        rows, {}, [](const auto& row) { return is_to_come(row.cell) ? 0 : row.cell; });
    return last == rows.end() ? std::string_view()
                              : counting::labels_of<Versions>(counts, *last)[0];
}

}  // namespace erp::odoo
