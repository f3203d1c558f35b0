#include "exporters/odoo/counts/gone.hpp"

#include <algorithm>

namespace erp::odoo {
namespace {

/// A database that is gone for so long does not come back: ns.
constexpr std::int64_t kGone = 3'600'000'000'000;
/// Who has not written for so long while others have is no database of this Odoo any more: ns.
constexpr std::int64_t kSilent = 7 * 86'400'000'000'000;

}  // namespace

std::vector<bool> GoneDatabases::find(const LogCounts& counts,
                                      const Databases& databases,
                                      std::int64_t now) {
    const auto& names = (*counts.names)[static_cast<std::size_t>(Label::datname)];
    std::vector<std::int64_t> heard(names.size(), 0);
    for (const auto& [key, time] : counts.of<Heard>())
        heard[key[0]] = time;
    const std::int64_t latest =
        heard.size() > counting::Names::kNone ? heard[counting::Names::kNone] : 0;
    std::vector<bool> gone;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string& name = names[i];
        const bool silent = is_named(name) && heard[i] != 0 && latest - heard[i] >= kSilent;
        if (!silent && !databases.gone(name)) {
            since_.erase(name);
            gone.push_back(false);
        } else {
            // A clock may have been ahead for a moment, or a configuration wrong.
            gone.push_back(now - since_.try_emplace(name, now).first->second >= kGone);
        }
    }
    if (std::ranges::find(gone, true) == gone.end()) gone.clear();
    return gone;
}

}  // namespace erp::odoo
