#pragma once

#include "core/base/deadline.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace erp {

/// What a tenant was promised, as data for alert rules; nothing in the daemon acts on it.
struct Objectives {
    using ByName = std::map<std::string, Duration, std::less<>>;

    ByName latency = {};                      ///< longest answer, by class of request
    std::optional<double> availability = {};  ///< ratio of good to all, over 0 and at most 1
    ByName workflow = {};                     ///< longest run, by business workflow
    ByName queue_age = {};                    ///< longest wait of a job, by queue channel
    ByName rpo = {};                          ///< most work that may be lost, by kind of data
    std::optional<Duration> rto = {};         ///< longest time to be back
    bool operator==(const Objectives&) const = default;
};

/// `own` where it says something, key by key; elsewhere `defaults`.
[[nodiscard]] Objectives overridden(Objectives own, const Objectives& defaults);

}  // namespace erp
