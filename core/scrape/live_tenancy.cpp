#include "core/scrape/live_tenancy.hpp"

#include <string>
#include <utility>

namespace erp {

void LiveTenancy::configure(std::shared_ptr<const Tenancy> tenancy) {
    configured_ = std::move(tenancy);
    now_ = configured_;
    lists_.clear();
}

void LiveTenancy::see(std::vector<DatabaseList> lists) {
    if (configured_->automatic() == nullptr) return current_->set(now_);
    std::erase(lists, nullptr);
    if (lists == lists_ && now_ != configured_) return;
    lists_ = std::move(lists);
    std::vector<Database> all;
    for (const DatabaseList& list : lists_)
        all.insert(all.end(), list->begin(), list->end());
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
