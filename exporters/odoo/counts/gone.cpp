#include "exporters/odoo/counts/gone.hpp"

#include <algorithm>

namespace erp::odoo {
namespace {

/// A database that is gone for so long does not come back, as after a configuration's slip: ns.
constexpr std::int64_t kGone = 3'600'000'000'000;
/// Who has not written for so long while others have is no database of this Odoo any more: ns.
constexpr std::int64_t kSilent = 7 * 86'400'000'000'000;

}  // namespace

std::vector<bool> GoneDatabases::find(const LogCounts& counts,
                                      const Databases& databases,
                                      std::int64_t now) {
    const auto& names = (*counts.names)[static_cast<std::size_t>(Label::datname)];
    std::vector<bool> gone;
    std::int64_t latest = 0;
    for (const auto& [key, time] : counts.of<Heard>())
        latest = std::max(latest, time);
    for (const std::string& name : names) {
        if (!databases.gone(name)) {
            since_.erase(name);
            gone.push_back(false);
        } else {
            gone.push_back(now - since_.try_emplace(name, now).first->second >= kGone);
        }
    }
    for (const auto& [key, time] : counts.of<Heard>()) {
        if (is_named(names[key[0]]) && latest - time >= kSilent) gone[key[0]] = true;
    }
    if (std::ranges::find(gone, true) == gone.end()) gone.clear();
    return gone;
}

}  // namespace erp::odoo
