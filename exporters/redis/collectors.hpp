#pragma once

#include "exporters/redis/collector.hpp"

#include <span>

namespace erp::redis {

extern const Collector kServer;
extern const Collector kClients;
extern const Collector kMemory;
extern const Collector kPersistence;
extern const Collector kStats;
extern const Collector kReplication;
extern const Collector kCpu;
extern const Collector kCommands;
extern const Collector kErrorReplies;
extern const Collector kKeyspace;
extern const Collector kSlowlog;

/// All of them, in the order of the reference page; slowlog is the last and asks for itself.
[[nodiscard]] std::span<const Collector* const> collectors();

}  // namespace erp::redis
