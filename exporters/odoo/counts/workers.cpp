#include "exporters/odoo/counts/workers.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace erp::odoo {

using tail::put;

namespace {

using counting::Names;
using Number = Names::Number;

void save_errors(const Worker& worker, std::string& out) {
    const RequestErrors& errors = worker.errors;
    put(out, std::uint64_t{worker.listens});
    put(out, std::uint64_t{errors.open});
    put(out, std::uint64_t{errors.datname});
    put(out, std::uint64_t{errors.last_datname});
    put(out, std::uint64_t{errors.last_route});
    put(out, std::uint64_t{errors.last_failed});
}

bool restore_errors(tail::ByteReader& in, const Workers::NameCounts& names, Worker& worker) {
    worker.listens = in.number() != 0;
    const bool open = in.number() != 0;
    const std::uint64_t datname = in.number();
    const std::uint64_t last_datname = in.number();
    const std::uint64_t last_route = in.number();
    if (datname >= names.datnames || last_datname >= names.datnames || last_route >= names.routes)
        return false;
    worker.errors = {.open = open,
                     .datname = static_cast<Number>(datname),
                     .last_datname = static_cast<Number>(last_datname),
                     .last_route = static_cast<Number>(last_route),
                     .last_failed = in.number() != 0};
    return true;
}

}  // namespace

Workers::Entry* Workers::find(std::int32_t pid) {
    Entries::value_type*& recent = recent_[static_cast<std::uint32_t>(pid) % recent_.size()];
    if (recent != nullptr && recent->first == pid) return &recent->second;
    const auto found = all_.find(pid);
    if (found == all_.end()) return nullptr;
    recent = &*found;
    return &found->second;
}

Workers::Entry& Workers::entry(std::int32_t pid) {
    Entry* found = find(pid);
    if (found == nullptr) {
        if (all_.size() >= kMost) make_room();
        found = &all_[pid];
    }
    found->used = ++uses_;
    return *found;
}

/// Of many at once: who fills this with invented numbers does not have it searched for each.
void Workers::make_room() {
    constexpr std::size_t kRoom = kMost / 8;
    std::vector<decltype(all_)::iterator> order;
    for (auto one = all_.begin(); one != all_.end(); ++one)
        order.push_back(one);
    std::ranges::nth_element(order, order.begin() + kRoom, {}, [](const auto& one) {
        const Entry& entry = one->second;
        return std::tuple(entry.worker.ended == 0, entry.standing, entry.used);
    });
    recent_ = {};
    for (std::size_t i = 0; i < kRoom; ++i)
        all_.erase(order[i]);
}

void Workers::begin(std::int32_t pid, WorkerType type) {
    at(pid) = {.type = type, .announced = true};
}

void Workers::wrote(std::int32_t pid, std::int64_t time, bool begins) {
    Entry& entry = this->entry(pid);
    if (entry.worker.ended != 0 && time > entry.worker.ended + kSameEnd) entry.worker = {};
    if (entry.first == 0) entry.first = time;
    if (time > entry.first + kMoment) {
        entry.standing = Standing::lasts;
    } else if (!begins && entry.standing == Standing::named) {
        entry.standing = Standing::wrote;
    }
}

void Workers::renumber(std::span<const Number> datnames,
                       std::span<const Number> crons,
                       std::span<const Number> routes) {
    for (auto& [pid, entry] : all_) {
        entry.worker.runs.renumber(datnames, crons);
        RequestErrors& errors = entry.worker.errors;
        errors.datname = datnames[errors.datname];
        errors.last_datname = datnames[errors.last_datname];
        errors.last_route = routes[errors.last_route];
        if (errors.last_datname == Names::kOther) errors.last_route = Names::kNone;
    }
}

void Workers::save(std::string& out) const {
    put(out, std::uint64_t{complete_});
    put(out, std::uint64_t{all_.size()});
    for (const auto& [pid, entry] : all_) {
        const Worker& worker = entry.worker;
        put(out, static_cast<std::uint64_t>(pid));
        put(out, entry.used);
        put(out, static_cast<std::uint64_t>(entry.first));
        put(out, std::uint64_t{static_cast<std::uint8_t>(entry.standing)});
        put(out, std::uint64_t{static_cast<std::uint8_t>(worker.type)});
        put(out, std::uint64_t{worker.announced});
        put(out, static_cast<std::uint64_t>(worker.ended));
        put(out, static_cast<std::uint64_t>(worker.heard));
        worker.runs.save(out);
        save_errors(worker, out);
    }
}

bool Workers::restore(tail::ByteReader& in, const NameCounts& names, Form form) {
    complete_ = in.number() != 0;
    const std::uint64_t count = in.count();
    if (count > kMost) return false;
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        Entry& entry = all_[static_cast<std::int32_t>(in.number())];
        Worker& worker = entry.worker;
        entry.used = in.number();
        uses_ = std::max(uses_, entry.used);
        entry.first = static_cast<std::int64_t>(in.number());
        const std::uint64_t standing = in.number();
        if (standing > static_cast<std::uint64_t>(Standing::lasts)) return false;
        entry.standing = static_cast<Standing>(standing);
        const std::uint64_t type = in.number();
        if (type > static_cast<std::uint64_t>(WorkerType::other)) return false;
        worker.type = static_cast<WorkerType>(type);
        worker.announced = in.number() != 0;
        worker.ended = static_cast<std::int64_t>(in.number());
        const bool newest = form == Form::with_heard;
        if (newest) worker.heard = static_cast<std::int64_t>(in.number());
        if (!worker.runs.restore(in, names.datnames, names.crons, newest)) return false;
        if (form != Form::first && !restore_errors(in, names, worker)) return false;
    }
    return in.ok();
}

}  // namespace erp::odoo
