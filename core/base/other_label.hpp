#pragma once

#include <string_view>

namespace erp {

/// Value of a label that stands for all that is beyond a limit (DESIGN.md, budgets).
inline constexpr std::string_view kOtherLabel = "_other";

}  // namespace erp
