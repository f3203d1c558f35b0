#pragma once

#include "exporters/redis/collector.hpp"
#include "exporters/redis/reply.hpp"

namespace erp::redis {

/// Of the replies to SLOWLOG LEN and, unless null, SLOWLOG GET 1. Of an entry only its id and
/// duration are read: the rest holds what clients sent.
[[nodiscard]] Result<Samples> slowlog_samples(const redisReply& length, const redisReply* newest);

}  // namespace erp::redis
