#pragma once

#include "core/base/recent_cache.hpp"
#include "core/counting/names.hpp"
#include "core/scrape/live_tenancy.hpp"
#include "core/tenancy/tenancy.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace erp::odoo {

/// What stands for a database that is not known.
inline constexpr std::string_view kUnknownDatabase = "_unknown";

/// Whether it is one database's: not empty, kUnknownDatabase or kOtherLabel.
[[nodiscard]] bool is_named(std::string_view name);

/// Which databases there are: the name in a log line is whatever a client sent. With the name of a
/// target they are that target's databases. While those are not known, and without such a target,
/// they are the ones that a rule of `tenants:` gives to a tenant. One thread.
class Databases {
  public:
    Databases(std::string target, std::shared_ptr<const CurrentTenancy> current);

    /// Looks whether anything changed.
    void follow();
    /// `name` itself if it is known, kUnknownDatabase if not, nothing if it is none: "", "?",
    /// "None". Also what `earlier` has is known: it was when it was counted.
    [[nodiscard]] std::string_view known(std::string_view name);
    void remember(std::span<const std::string> earlier);
    /// Whether it was known and is not now, by who knows all that there are: not while a target is
    /// silent.
    [[nodiscard]] bool gone(std::string_view name) const;
    /// What `make` makes of known(name), kept until something changes.
    template <class Make>
    [[nodiscard]] counting::Names::Number number_of(std::string_view name, Make make) {
        return numbers_.get(name, [&] { return make(known(name)); });
    }

  private:
    void forget();
    [[nodiscard]] bool exists(std::string_view name) const;
    [[nodiscard]] bool listed(std::string_view name) const;

    std::string target_;
    std::shared_ptr<const CurrentTenancy> current_;
    std::shared_ptr<const Tenancy> tenancy_;
    DatabaseList list_;
    std::vector<std::string_view> listed_;  ///< its names, sorted
    std::vector<std::string> earlier_;      ///< sorted
    RecentCache<bool> recent_;
    RecentCache<counting::Names::Number> numbers_;
};

}  // namespace erp::odoo
