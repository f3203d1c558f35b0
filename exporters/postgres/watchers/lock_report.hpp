#pragma once

#include "core/scrape/report.hpp"
#include "exporters/postgres/watchers/lock_picture.hpp"

#include <string>

namespace erp::postgres {

inline constexpr Report kLockReport{
    .path = "pg/locks",
    .summary = "Trees of sessions that wait for each other, with what ends their roots."};

/// `taken` is when the sample was, in Unix time. Each session is under the one that it comes after:
/// of those that it waits for, the one with the longest way to a root.
[[nodiscard]] std::string lock_report(const LockPicture& picture,
                                      double taken,
                                      ReportFormat format);

}  // namespace erp::postgres
