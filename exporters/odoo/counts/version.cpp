#include "exporters/odoo/counts/version.hpp"

#include "core/base/deadline.hpp"
#include "core/counting/series.hpp"

#include <algorithm>
#include <cstdint>

namespace erp::odoo {

std::string_view version_of(const LogCounts& counts) {
    // A boot that is to come was told by a clock that ran ahead.
    constexpr std::int64_t kHour = 3'600'000'000'000;
    const std::int64_t latest = unix_nanoseconds() + kHour;
    const auto& rows = counts.of<Versions>();
    const auto last = std::ranges::max_element(
        rows, {}, [latest](const auto& row) { return row.cell > latest ? 0 : row.cell; });
    return last == rows.end() ? std::string_view()
                              : counting::labels_of<Versions>(counts, *last)[0];
}

}  // namespace erp::odoo
