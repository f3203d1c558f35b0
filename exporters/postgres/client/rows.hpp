#pragma once

#include "core/base/handle.hpp"
#include "core/base/number.hpp"

#include <libpq-fe.h>

#include <optional>
#include <string_view>

namespace erp::postgres {

/// The rows of one statement, in text form. Owns the reply; views live as long as it does. NULL is
/// nothing.
class Rows {
  public:
    explicit Rows(PGresult* result) : result_(result) {}

    [[nodiscard]] int size() const { return PQntuples(result_.get()); }
    [[nodiscard]] int columns() const { return PQnfields(result_.get()); }
    [[nodiscard]] std::optional<std::string_view> text(int row, int column) const {
        if (PQgetisnull(result_.get(), row, column) != 0) return std::nullopt;
        return std::string_view(PQgetvalue(result_.get(), row, column),
                                static_cast<std::size_t>(PQgetlength(result_.get(), row, column)));
    }
    /// NULL, and what is no number, is nothing.
    [[nodiscard]] std::optional<double> number(int row, int column) const {
        const auto value = text(row, column);
        return value ? to_double(*value) : std::nullopt;
    }
    /// For labels, where the peers write NULL as the empty text.
    [[nodiscard]] std::string_view label(int row, int column) const {
        return text(row, column).value_or(std::string_view());
    }
    [[nodiscard]] bool is_true(int row, int column) const { return text(row, column) == "t"; }

  private:
    Handle<PGresult, PQclear> result_;
};

}  // namespace erp::postgres
