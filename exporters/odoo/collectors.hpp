#pragma once

#include "exporters/odoo/collector.hpp"

#include <span>

namespace erp::odoo {

extern const Collector kRequests;
extern const Collector kLatency;
extern const Collector kPythonTime;
extern const Collector kErrors;
extern const Collector kCron;
extern const Collector kCronTime;
extern const Collector kWorkerLog;
extern const Collector kLogins;
extern const Collector kQueueJobs;
extern const Collector kRecords;
extern const Collector kChanges;
extern const Collector kHttpWorkers;
extern const Collector kConnections;
extern const Collector kProcesses;
extern const Collector kCgroup;
extern const Collector kDirectories;
extern const Collector kHealthProbes;

/// All of them; their positions are those of a Collection.
[[nodiscard]] std::span<const Collector* const> collectors();

}  // namespace erp::odoo
