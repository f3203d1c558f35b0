#include "exporters/redis/collectors.hpp"

#include <algorithm>

namespace erp::redis {
namespace {

constexpr Field kFields[] = {
    gauge("used_memory", "redis_memory_used_bytes", "Bytes that the allocator has handed out."),
    gauge("used_memory_rss", "redis_memory_used_rss_bytes", "Resident memory of the server."),
    gauge("used_memory_peak", "redis_memory_used_peak_bytes", "Most memory used so far."),
    gauge("used_memory_overhead",
          "redis_memory_used_overhead_bytes",
          "Memory for the server's own structures."),
    gauge("used_memory_startup", "redis_memory_used_startup_bytes", "Memory used at startup."),
    gauge("used_memory_dataset", "redis_memory_used_dataset_bytes", "Memory for the data."),
    gauge("used_memory_lua", "redis_memory_used_lua_bytes", "Memory for the Lua engine."),
    gauge("used_memory_vm_eval",
          "redis_memory_used_vm_eval_bytes",
          "Memory for the engine that runs scripts."),
    gauge("used_memory_vm_functions",
          "redis_memory_used_vm_functions_bytes",
          "Memory for the engine that runs functions."),
    gauge("used_memory_vm_total",
          "redis_memory_used_vm_total",
          "Bytes for all script engines together."),
    gauge("used_memory_scripts",
          "redis_memory_used_scripts_bytes",
          "Memory for scripts and functions outside the engines."),
    gauge("used_memory_scripts_eval",
          "redis_memory_used_scripts_eval_bytes",
          "Memory for cached scripts."),
    gauge("used_memory_functions", "redis_memory_used_functions_bytes", "Memory for functions."),
    gauge("number_of_cached_scripts", "redis_number_of_cached_scripts", "Cached scripts."),
    gauge("number_of_functions", "redis_number_of_functions", "Functions loaded."),
    gauge("number_of_libraries", "redis_number_of_libraries", "Function libraries loaded."),
    gauge("maxmemory", "redis_memory_max_bytes", "Limit of used memory; 0 is no limit."),
    gauge("total_system_memory", "redis_total_system_memory_bytes", "Memory of the machine."),
    gauge("allocator_active",
          "redis_allocator_active_bytes",
          "Memory in the allocator's active pages."),
    gauge("allocator_allocated",
          "redis_allocator_allocated_bytes",
          "Memory that the allocator has handed out."),
    gauge("allocator_resident",
          "redis_allocator_resident_bytes",
          "Resident memory of the allocator."),
    gauge("allocator_muzzy",
          "redis_allocator_muzzy_bytes",
          "Memory that the allocator has freed lazily."),
    gauge("allocator_frag_ratio",
          "redis_allocator_frag_ratio",
          "Active over allocated memory of the allocator."),
    gauge("allocator_frag_bytes",
          "redis_allocator_frag_bytes",
          "Active minus allocated memory of the allocator."),
    gauge("allocator_rss_ratio",
          "redis_allocator_rss_ratio",
          "Resident over active memory of the allocator."),
    gauge("allocator_rss_bytes",
          "redis_allocator_rss_bytes",
          "Resident minus active memory of the allocator."),
    gauge("rss_overhead_ratio",
          "redis_rss_overhead_ratio",
          "Resident memory of the process over that of the allocator."),
    gauge("rss_overhead_bytes",
          "redis_rss_overhead_bytes",
          "Resident memory of the process minus that of the allocator."),
    gauge("mem_fragmentation_ratio", "redis_mem_fragmentation_ratio", "Resident over used memory."),
    gauge(
        "mem_fragmentation_bytes", "redis_mem_fragmentation_bytes", "Resident minus used memory."),
    gauge("mem_clients_normal", "redis_mem_clients_normal", "Bytes for normal clients."),
    gauge("mem_clients_slaves", "redis_mem_clients_slaves", "Bytes for replica clients."),
    gauge("mem_cluster_links", "redis_mem_cluster_links_bytes", "Memory for cluster links."),
    gauge("mem_aof_buffer", "redis_mem_aof_buffer_bytes", "Memory for the append-only buffer."),
    gauge("mem_replication_backlog",
          "redis_mem_replication_backlog_bytes",
          "Memory for the replication backlog."),
    gauge("mem_total_replication_buffers",
          "redis_mem_total_replication_buffers_bytes",
          "Memory for replication buffers."),
    // Valkey 9.1 and later.
    gauge("mem_replicas_repl_buffer",
          "redis_mem_replicas_repl_buffer_bytes",
          "Memory for the buffers in which replicas keep the stream of a full synchronisation."),
    gauge("mem_overhead_db_hashtable_rehashing",
          "redis_mem_overhead_db_hashtable_rehashing_bytes",
          "Memory for hash tables that are being resized."),
    gauge("mem_not_counted_for_evict",
          "redis_mem_not_counted_for_eviction_bytes",
          "Used memory that eviction does not count."),
    gauge("active_defrag_running",
          "redis_active_defrag_running",
          "Share of a core that defragmentation uses now, in percent; 0 when idle."),
    gauge("lazyfree_pending_objects",
          "redis_lazyfree_pending_objects",
          "Objects that wait to be freed in the background."),
    gauge("lazyfreed_objects", "redis_lazyfreed_objects", "Objects freed in the background."),
    gauge("maxmemory",
          "redis_config_maxmemory",
          "Limit of used memory in bytes, under the name of the setting; 0 is no limit."),
};
constexpr Metric kEvictionUsed{.name = "redis_memory_eviction_used_ratio",
                               .help =
                                   "Memory that eviction counts over the limit; at 1 keys are "
                                   "evicted or writes refused. Absent "
                                   "without a limit.",
                               .unit = Unit::ratio,
                               .source = "(used_memory - mem_not_counted_for_evict) / maxmemory"};
constexpr const Metric* kMore[] = {&kEvictionUsed};
constexpr auto kMetrics = metrics_of(kFields, kMore);
static_assert(broken_rule(kMetrics) == Rule::none);

Result<Samples> parse(const Info& info) {
    Samples samples;
    add_fields(samples, info, kFields);
    const auto used = info.number("used_memory");
    const auto limit = info.number("maxmemory");
    if (used && limit && *limit > 0) {
        const double apart = info.number("mem_not_counted_for_evict").value_or(0);
        samples.add(kEvictionUsed, std::max(0.0, *used - apart) / *limit);
    }
    return samples;
}

}  // namespace

constinit const Collector kMemory{.row = {.name = "memory",
                                          .summary = "Memory, its limit and fragmentation.",
                                          .metrics = kMetrics},
                                  .parse = parse};

}  // namespace erp::redis
