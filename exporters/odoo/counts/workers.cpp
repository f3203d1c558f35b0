#include "exporters/odoo/counts/workers.hpp"

#include <algorithm>

namespace erp::odoo {

using tail::put;

Worker& Workers::at(std::int32_t pid) {
    if (all_.size() >= kMost && !all_.contains(pid)) {
        all_.erase(std::ranges::min_element(all_, {},
                                            [](const auto& entry) { return entry.second.used; }));
    }
    Entry& entry = all_[pid];
    entry.used = ++uses_;
    return entry.worker;
}

void Workers::begin(std::int32_t pid, WorkerType type) {
    at(pid) = {.type = type, .ended = false, .run = {}};
}

void Workers::begins(std::int32_t pid) {
    announces_ = true;
    (void)at(pid);
}

bool Workers::may_write(std::int32_t pid, std::optional<bool> seen) {
    const bool missed = seen ? !*seen && (announces_ || complete_) : complete_;
    if (missed) return false;
    (void)at(pid);
    return true;
}

void Workers::save(std::string& out) const {
    put(out, std::uint64_t{complete_});
    put(out, std::uint64_t{all_.size()});
    for (const auto& [pid, entry] : all_) {
        const Worker& worker = entry.worker;
        put(out, static_cast<std::uint64_t>(pid));
        put(out, entry.used);
        put(out, std::uint64_t{static_cast<std::uint8_t>(worker.type)});
        put(out, std::uint64_t{worker.ended});
        put(out, std::uint64_t{worker.run.open});
        put(out, std::uint64_t{worker.run.datname});
        put(out, std::uint64_t{worker.run.cron});
        put(out, static_cast<std::uint64_t>(worker.run.start));
    }
}

bool Workers::restore(tail::ByteReader& in, std::size_t datnames, std::size_t crons) {
    complete_ = in.number() != 0;
    const std::uint64_t count = in.count();
    if (count > kMost) return false;
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        Entry& entry = all_[static_cast<std::int32_t>(in.number())];
        Worker& worker = entry.worker;
        entry.used = in.number();
        uses_ = std::max(uses_, entry.used);
        const std::uint64_t type = in.number();
        if (type > static_cast<std::uint64_t>(WorkerType::other)) return false;
        worker.type = static_cast<WorkerType>(type);
        worker.ended = in.number() != 0;
        worker.run.open = in.number() != 0;
        const std::uint64_t datname = in.number();
        const std::uint64_t cron = in.number();
        if (datname >= datnames || cron >= crons) return false;
        worker.run.datname = static_cast<counting::Names::Number>(datname);
        worker.run.cron = static_cast<counting::Names::Number>(cron);
        worker.run.start = static_cast<std::int64_t>(in.number());
    }
    return in.ok();
}

}  // namespace erp::odoo
