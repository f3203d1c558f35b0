#pragma once

#include <string_view>

namespace erp {

/// `/debug/<path>?target=NAME`: what a target knows of this moment, for people who look for a
/// cause. It may name what must not become a label (pids, query texts, addresses).
struct Report {
    std::string_view path;     ///< "pg/locks"; unique over all exporters
    std::string_view summary;  ///< one sentence for the reference pages
};

enum class ReportFormat { text, json };

}  // namespace erp
