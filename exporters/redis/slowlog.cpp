#include "exporters/redis/slowlog.hpp"

#include "exporters/redis/collectors.hpp"

namespace erp::redis {
namespace {

constexpr Metric slowlog(std::string_view name, std::string_view help, std::string_view source) {
    return {.name = name, .help = help, .source = source, .naming = Naming::compatible};
}
constexpr Metric kLength =
    slowlog("redis_slowlog_length", "Entries in the slow log.", "SLOWLOG LEN");
constexpr Metric kLastId =
    slowlog("redis_slowlog_last_id", "Id of the newest entry in the slow log.", "SLOWLOG GET 1");
constexpr Metric kLastDuration = slowlog("redis_last_slow_execution_duration_seconds",
                                         "Duration of the newest entry in the slow log.",
                                         "SLOWLOG GET 1");
constexpr const Metric* kMetrics[] = {&kLength, &kLastId, &kLastDuration};
static_assert(broken_rule(kMetrics) == Rule::none);

}  // namespace

Result<Samples> slowlog_samples(const redisReply& length, const redisReply* newest) {
    if (length.type != REDIS_REPLY_INTEGER ||
        (newest != nullptr && newest->type != REDIS_REPLY_ARRAY)) {
        return Error{Phase::parse, "SLOWLOG answered with another type"};
    }
    Samples samples;
    samples.add(kLength, static_cast<double>(length.integer));
    if (newest == nullptr || newest->elements == 0) return samples;
    const redisReply& entry = *newest->element[0];
    if (entry.type != REDIS_REPLY_ARRAY || entry.elements < 3 ||
        entry.element[0]->type != REDIS_REPLY_INTEGER ||
        entry.element[2]->type != REDIS_REPLY_INTEGER) {
        return Error{Phase::parse, "an entry of the slow log has another shape"};
    }
    samples.add(kLastId, static_cast<double>(entry.element[0]->integer));
    samples.add(kLastDuration, static_cast<double>(entry.element[2]->integer) / 1e6);
    return samples;
}

constinit const Collector kSlowlog{.row = {.name = "slowlog",
                                           .summary = "Length and newest entry of the slow log.",
                                           .metrics = kMetrics},
                                   .parse = nullptr};

}  // namespace erp::redis
