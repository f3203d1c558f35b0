#include "exporters/postgres/client/connect_counts.hpp"

#include "exporters/postgres/client/connect.hpp"

#include <algorithm>

namespace erp::postgres {

std::size_t sqlstate_class(const Error& error) {
    const std::string_view code = sqlstate_in(error.text);
    const std::string_view name = code.empty() ? "none" : code.substr(0, 2);
    const auto* const found = std::ranges::find(ConnectCounts::kClasses, name);
    const auto at = static_cast<std::size_t>(found - ConnectCounts::kClasses.begin());
    return std::min(at, ConnectCounts::kClasses.size() - 1);
}

void ConnectCounts::failed(const Error& error) {
    ++attempts_;
    ++errors_[sqlstate_class(error)];
}

}  // namespace erp::postgres
