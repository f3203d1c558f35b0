#include "exporters/postgres/cluster/one_row.hpp"

namespace erp::postgres {

Result<Samples> one_row(const Rows& rows, std::span<const Metric* const> metrics) {
    if (rows.size() != 1 || rows.columns() != static_cast<int>(metrics.size())) {
        return Error{Phase::parse, "expected one row"};
    }
    Samples samples;
    int column = 0;
    for (const Metric* metric : metrics) {
        const auto value = rows.number(0, column);
        if (!value && rows.text(0, column)) return Error{Phase::parse, "expected numbers"};
        if (value) samples.add_row(*metric, *value, {});
        ++column;
    }
    return samples;
}

}  // namespace erp::postgres
