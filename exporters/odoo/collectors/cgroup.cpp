#include "exporters/odoo/collectors/cgroup.hpp"

#include "exporters/odoo/collectors.hpp"

namespace erp::odoo {
namespace {

constexpr Metric kMemory{
    .name = "odoo_cgroup_memory_bytes",
    .help = "Memory of the control group that Odoo's master is in, with cache.",
    .unit = Unit::bytes,
    .source = "cgroup: memory.current"};
constexpr Metric kWorkingSet{
    .name = "odoo_cgroup_memory_working_set_bytes",
    .help = "The same without the cache of files that nobody used of late, which is given back.",
    .unit = Unit::bytes,
    .source = "cgroup: memory.current, memory.stat: inactive_file"};
constexpr Metric kMemoryLimit{
    .name = "odoo_cgroup_memory_limit_bytes",
    .help =
        "Lowest limit of the group and those above it: beyond high it is slowed down, beyond max "
        "processes are killed; absent where there is none.",
    .labels = {"limit"},
    .unit = Unit::bytes,
    .source = "cgroup: memory.max, memory.high"};
constexpr Metric kMemoryEvents{
    .name = "odoo_cgroup_memory_events_total",
    .type = Type::counter,
    .help =
        "How often the group met a limit (low, high, max, oom), and processes killed for it "
        "(oom_kill).",
    .labels = {"event"},
    .source = "cgroup: memory.events"};
constexpr Metric kCpu{.name = "odoo_cgroup_cpu_seconds_total",
                      .type = Type::counter,
                      .help = "CPU time of the group.",
                      .labels = {"mode"},
                      .unit = Unit::seconds,
                      .source = "cgroup: cpu.stat: user_usec, system_usec"};
constexpr Metric kCpuLimit{
    .name = "odoo_cgroup_cpu_limit_processors",
    .help = "Lowest quota of the group and those above it, as a number of processors.",
    .source = "cgroup: cpu.max"};
constexpr Metric kPeriods{.name = "odoo_cgroup_cpu_periods_total",
                          .type = Type::counter,
                          .help = "Periods of the quota in which the group ran.",
                          .source = "cgroup: cpu.stat: nr_periods"};
constexpr Metric kThrottled{.name = "odoo_cgroup_cpu_throttled_periods_total",
                            .type = Type::counter,
                            .help = "Periods in which the group used its quota up and had to wait.",
                            .source = "cgroup: cpu.stat: nr_throttled"};
constexpr Metric kThrottledTime{.name = "odoo_cgroup_cpu_throttled_seconds_total",
                                .type = Type::counter,
                                .help = "Time for which the group had to wait for its next period.",
                                .unit = Unit::seconds,
                                .source = "cgroup: cpu.stat: throttled_usec"};
constexpr Metric kPressure{
    .name = "odoo_cgroup_pressure_seconds_total",
    .type = Type::counter,
    .help = "Time in which some, or all (full), of the group's tasks waited for a resource.",
    .labels = {"resource", "share"},
    .unit = Unit::seconds,
    .source = "cgroup: cpu.pressure, memory.pressure, io.pressure"};

constexpr const Metric* kMetrics[] = {&kMemory,        &kWorkingSet, &kMemoryLimit, &kMemoryEvents,
                                      &kCpu,           &kCpuLimit,   &kPeriods,     &kThrottled,
                                      &kThrottledTime, &kPressure};
static_assert(broken_rule(kMetrics) == Rule::none);

void add_pressure(const Pressure& pressure, std::string_view resource, Samples& samples) {
    samples.add(kPressure, pressure.some, resource, "some");
    samples.add(kPressure, pressure.full, resource, "full");
}

}  // namespace

void add_cgroup(const Cgroup& cgroup, Samples& samples) {
    samples.add(kMemory, cgroup.memory_bytes);
    if (cgroup.memory_bytes && cgroup.inactive_file_bytes) {
        const double used = *cgroup.memory_bytes - *cgroup.inactive_file_bytes;
        samples.add(kWorkingSet, used > 0 ? used : 0);
    }
    samples.add(kMemoryLimit, cgroup.memory_max_bytes, "max");
    samples.add(kMemoryLimit, cgroup.memory_high_bytes, "high");
    for (std::size_t i = 0; i < kMemoryEventNames.size(); ++i)
        samples.add(kMemoryEvents, cgroup.memory_events[i], kMemoryEventNames[i]);
    samples.add(kCpu, cgroup.user_seconds, "user");
    samples.add(kCpu, cgroup.system_seconds, "system");
    samples.add(kCpuLimit, cgroup.cpus_max);
    samples.add(kPeriods, cgroup.periods);
    samples.add(kThrottled, cgroup.throttled_periods);
    samples.add(kThrottledTime, cgroup.throttled_seconds);
    add_pressure(cgroup.cpu, "cpu", samples);
    add_pressure(cgroup.memory, "memory", samples);
    add_pressure(cgroup.io, "io", samples);
}

namespace {

void add(const View& view, Samples& samples) {
    if (view.processes->cgroup) add_cgroup(*view.processes->cgroup, samples);
}

}  // namespace

const Collector kCgroup{.row = {.name = "cgroup",
                                .summary = "The control group (version 2) that Odoo runs in.",
                                .interval = kProcessInterval,
                                .metrics = kMetrics},
                        .source = Source::processes,
                        .add = add};

}  // namespace erp::odoo
