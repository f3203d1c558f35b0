#pragma once

#include "core/base/text.hpp"
#include "core/metrics/page_families.hpp"
#include "exporters/postgres/client/rows.hpp"

#include <stdexcept>
#include <string>
#include <vector>

/// For tests: replies recorded with psql as tab-separated values, NULL as \N.
namespace erp::postgres {

inline Rows rows_of(std::string_view text) {
    PGresult* result = PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK);
    Rows owner(result);
    std::vector<std::string_view> lines = split(text, '\n');
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    if (lines.empty()) return owner;
    const std::size_t columns = split(lines.front(), '\t').size();
    std::vector<PGresAttDesc> attributes(columns);
    std::string name = "column";
    for (PGresAttDesc& attribute : attributes)
        attribute.name = name.data();
    PQsetResultAttrs(result, static_cast<int>(columns), attributes.data());
    for (std::size_t row = 0; row < lines.size(); ++row) {
        const auto fields = split(lines[row], '\t');
        if (fields.size() != columns) throw std::runtime_error("ragged recording");
        for (std::size_t column = 0; column < columns; ++column) {
            std::string value(fields[column]);
            const bool null = value == "\\N";
            PQsetvalue(result, static_cast<int>(row), static_cast<int>(column),
                       null ? nullptr : value.data(), null ? -1 : static_cast<int>(value.size()));
        }
    }
    return owner;
}

inline Rows recorded(const std::string& name) {
    return rows_of(file_text("testdata/" + name + ".tsv"));
}

/// The recording with NULL in each row of one column.
inline std::string without(const std::string& text, std::size_t column) {
    std::string changed;
    for (const std::string_view line : split(text, '\n')) {
        if (line.empty()) continue;
        const auto fields = split(line, '\t');
        for (std::size_t i = 0; i < fields.size(); ++i)
            changed.append(i == 0 ? "" : "\t").append(i == column ? "\\N" : fields[i]);
        changed += '\n';
    }
    return changed;
}

}  // namespace erp::postgres
