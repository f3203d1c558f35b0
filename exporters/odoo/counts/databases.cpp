#include "exporters/odoo/counts/databases.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace erp::odoo {
namespace {

constexpr CacheBounds kBounds{};

}  // namespace

Databases::Databases(std::string target, std::shared_ptr<const CurrentTenancy> current)
    : target_(std::move(target)),
      current_(std::move(current)),
      recent_(kBounds),
      numbers_(kBounds) {
    follow();
}

bool is_named(std::string_view name) {
    return !name.empty() && name != kUnknownDatabase && name != kOtherLabel;
}

void Databases::follow() {
    auto tenancy = current_->get();
    auto list = target_.empty() ? nullptr : current_->databases(target_);
    if (tenancy == tenancy_ && list == list_) return;
    tenancy_ = std::move(tenancy);
    list_ = std::move(list);
    listed_.clear();
    if (list_ != nullptr)
        std::ranges::transform(*list_, std::back_inserter(listed_), &Database::name);
    std::ranges::sort(listed_);
    forget();
}

std::string_view Databases::known(std::string_view name) {
    if (name.empty() || name == "?" || name == "None") return {};
    return recent_.get(name, [&] { return exists(name); }) ? name : kUnknownDatabase;
}

void Databases::remember(std::span<const std::string> earlier) {
    earlier_.assign(earlier.begin(), earlier.end());
    std::ranges::sort(earlier_);
    forget();
}

void Databases::forget() {
    recent_.clear();
    numbers_.clear();
}

bool Databases::exists(std::string_view name) const {
    return listed(name) || std::ranges::binary_search(earlier_, name);
}

bool Databases::gone(std::string_view name) const {
    return is_named(name) && (list_ != nullptr || target_.empty()) && !listed(name);
}

bool Databases::listed(std::string_view name) const {
    if (list_ != nullptr) return std::ranges::binary_search(listed_, name);
    return tenancy_->tenant_of(Dimension::database, name).has_value();
}

}  // namespace erp::odoo
