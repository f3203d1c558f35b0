#pragma once

#include "core/base/dimension.hpp"
#include "core/tenancy/database.hpp"
#include "core/tenancy/maintenance.hpp"
#include "core/tenancy/objectives.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace erp {

/// One tenant of `tenants.list`, with what holds for all tenants.
struct Tenant {
    std::string name = {};  ///< unique in a configuration: "acme", "acme-staging"
    std::string customer = {};
    std::string environment = {};
    std::string tier = {};
    Objectives objectives = {};
    std::vector<MaintenanceWindow> maintenance = {};
};

/// `{from: database, match: '^([a-z0-9-]+)$', tenant: '$1'}`. `match` is the exact value, or an RE2
/// pattern when it has one of ^ $ | ? * + ( ) [ ] { } \ (a dot alone does not make one: host names
/// hold dots). A pattern matches anywhere unless it is anchored. `tenant` is a name, or text with
/// $1 to $9.
struct TenantRule {
    Dimension from = Dimension::none;
    std::string match = {};
    std::string tenant = {};
};

/// One thing that is known of what a series is about: the rules `from` this dimension look at it.
struct Attribute {
    Dimension from = Dimension::none;
    std::string_view value = {};
};

/// Maps what a series is about (a database, a host, …) to a tenant. Immutable and shared by
/// pointer, so that a reload with new tenants restarts nothing. Only names on the list come out,
/// and with `tenants.auto: databases` those of databases that exist: an attacker who sends host
/// headers invents no label values.
class Tenancy {
  public:
    /// Automatic tenants at once; those after them in the order of names are none.
    static constexpr std::size_t kMostAutomatic = 5'000;

    Tenancy();  ///< no tenants, no rules
    /// `automatic` is what a tenant of tenants.auto is, but for its name; nothing: there are none.
    Tenancy(std::vector<Tenant> tenants,
            std::vector<TenantRule> rules,
            std::optional<Tenant> automatic = std::nullopt);
    ~Tenancy();
    Tenancy(const Tenancy&) = delete;
    Tenancy& operator=(const Tenancy&) = delete;
    Tenancy(Tenancy&&) = delete;
    Tenancy& operator=(Tenancy&&) = delete;

    /// The same list and rules when exactly these databases exist. A name that a rule makes of one
    /// of them, and that is itself one of them, becomes an automatic tenant. Independent of the
    /// order and of what existed before. About 1 us a database and pattern.
    [[nodiscard]] std::shared_ptr<const Tenancy> with(std::span<const Database> databases) const;

    /// The tenant of `value`: the first rule of that dimension that matches decides, also when what
    /// it makes is no tenant; then there is none. The view lives as long as the Tenancy. Safe from
    /// any thread; 0.1 us for exact rules whatever their number, plus about 0.3 us for each
    /// pattern tried.
    [[nodiscard]] std::optional<std::string_view> tenant_of(Dimension from,
                                                            std::string_view value) const;
    /// The same for something of which several things are known. The rules are one list over all
    /// dimensions: the first that matches any of `attributes` decides. Attributes of one dimension
    /// are spellings of one thing: of those that the deciding rule matches, the first for which it
    /// makes a tenant counts.
    [[nodiscard]] std::optional<std::string_view> tenant_of(
        std::span<const Attribute> attributes) const;
    /// Whether any rule looks at this dimension.
    [[nodiscard]] bool looks_at(Dimension from) const;
    /// Those of the list.
    [[nodiscard]] const std::vector<Tenant>& tenants() const;
    /// Whether `tenant` is on the list.
    [[nodiscard]] bool knows(std::string_view tenant) const;

    /// What automatic tenants are, but for their names; null: there are none.
    [[nodiscard]] const Tenant* automatic() const;
    /// Their names, sorted; none of them is on the list.
    [[nodiscard]] const std::vector<std::string>& automatic_names() const { return automatic_; }
    /// How many are none because they were too many.
    [[nodiscard]] std::size_t left_out() const { return left_out_; }

    /// Why a rule cannot be used (a pattern that RE2 refuses, a group that it does not have), or
    /// nothing. The constructor leaves such rules out.
    [[nodiscard]] static std::optional<std::string> problem(const TenantRule& rule);

  private:
    struct Index;
    explicit Tenancy(std::shared_ptr<const Index> index);
    [[nodiscard]] std::optional<std::string_view> automatic_named(std::string_view name) const;

    std::shared_ptr<const Index> index_;  ///< list and rules
    std::vector<std::string> automatic_;
    std::size_t left_out_ = 0;
};

}  // namespace erp
