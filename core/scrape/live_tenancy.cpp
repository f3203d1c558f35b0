#include "core/scrape/live_tenancy.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace erp {

DatabaseList CurrentTenancy::databases(std::string_view target) const {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(databases_, target, &TargetDatabases::target);
    return found == databases_.end() ? nullptr : found->list;
}

void LiveTenancy::configure(std::shared_ptr<const Tenancy> tenancy) {
    configured_ = std::move(tenancy);
    now_ = configured_;
    databases_.clear();
}

void LiveTenancy::see(std::vector<TargetDatabases> databases) {
    std::erase_if(databases, [](const TargetDatabases& of) { return of.list == nullptr; });
    const bool same = databases == databases_;
    if (!same) {
        databases_ = std::move(databases);
        current_->set(databases_);
    }
    if (configured_->automatic() == nullptr) return current_->set(now_);
    if (same && now_ != configured_) return;
    std::vector<Database> all;
    for (const TargetDatabases& of : databases_)
        all.insert(all.end(), of.list->begin(), of.list->end());
    now_ = configured_->with(all);
    current_->set(now_);
    const bool too_many = now_->left_out() > 0;
    if (too_many && !std::exchange(said_, true)) {
        log_.warn("too many databases: some have no automatic tenant",
                  {{"tenants", std::to_string(Tenancy::kMostAutomatic)},
                   {"without", std::to_string(now_->left_out())}});
    }
    said_ = too_many;
}

}  // namespace erp
