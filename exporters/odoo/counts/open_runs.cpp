#include "exporters/odoo/counts/open_runs.hpp"

#include <algorithm>

namespace erp::odoo {

using Number = counting::Names::Number;
using tail::put;

OpenRun* OpenRuns::find(Number datname, Number cron) {
    const auto found = std::ranges::find_if(
        all_, [&](const OpenRun& run) { return run.datname == datname && run.cron == cron; });
    return found == all_.end() ? nullptr : &*found;
}

OpenRun* OpenRuns::only_of(Number datname) {
    if (std::ranges::count(all_, datname, &OpenRun::datname) != 1) return nullptr;
    return &*std::ranges::find(all_, datname, &OpenRun::datname);
}

void OpenRuns::begin(OpenRun run) {
    if (all_.size() >= kMost) all_.erase(all_.begin());
    all_.push_back(run);
}

void OpenRuns::end(const OpenRun* run) {
    all_.erase(all_.begin() + (run - all_.data()));
}

void OpenRuns::renumber(std::span<const Number> datnames, std::span<const Number> crons) {
    for (OpenRun& run : all_) {
        run.datname = datnames[run.datname];
        run.cron = crons[run.cron];
    }
    std::erase_if(all_, [](const OpenRun& run) { return run.datname == counting::Names::kOther; });
}

void OpenRuns::save(std::string& out) const {
    put(out, std::uint64_t{all_.size()});
    for (const OpenRun& run : all_) {
        put(out, std::uint64_t{run.datname});
        put(out, std::uint64_t{run.cron});
        put(out, static_cast<std::uint64_t>(run.start));
        put(out, std::uint64_t{run.partial});
    }
}

bool OpenRuns::restore(tail::ByteReader& in,
                       std::size_t datnames,
                       std::size_t crons,
                       bool with_partial) {
    const std::uint64_t count = in.count();
    if (count > kMost) return false;
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t datname = in.number();
        const std::uint64_t cron = in.number();
        if (datname >= datnames || cron >= crons) return false;
        const auto start = static_cast<std::int64_t>(in.number());
        all_.push_back({.datname = static_cast<Number>(datname),
                        .cron = static_cast<Number>(cron),
                        .start = start,
                        .partial = with_partial && in.number() != 0});
    }
    return in.ok();
}

}  // namespace erp::odoo
