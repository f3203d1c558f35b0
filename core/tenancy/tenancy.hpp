#pragma once

#include "core/metrics/metric.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp {

/// One tenant of `tenants.list`.
struct Tenant {
    std::string name;  ///< unique in a configuration: "acme", "acme-staging"
    std::string customer;
    std::string environment;
    std::string tier;
};

/// `{from: database, match: '^([a-z0-9-]+)$', tenant: '$1'}`. Exact text, or an RE2 pattern when it has a
/// character that only patterns use.
struct TenantRule {
    Dimension from = Dimension::none;
    std::string match;
    std::string tenant;
};

/// Maps what a series is about (a database, a host, …) to a tenant. Immutable and shared by pointer, so
/// that a reload with new tenants restarts nothing. Only names on the list come out: an attacker who can
/// name databases or send host headers invents no label values.
class Tenancy {
  public:
    Tenancy();  ///< no tenants, no rules
    Tenancy(std::vector<Tenant> tenants, std::vector<TenantRule> rules);
    ~Tenancy();
    Tenancy(const Tenancy&) = delete;
    Tenancy& operator=(const Tenancy&) = delete;
    Tenancy(Tenancy&&) = delete;
    Tenancy& operator=(Tenancy&&) = delete;

    /// The tenant of `value`: the first rule of that dimension that matches decides. The view lives as
    /// long as the Tenancy. Safe from any thread.
    [[nodiscard]] std::optional<std::string_view> tenant_of(Dimension from,
                                                            std::string_view value) const;
    [[nodiscard]] const std::vector<Tenant>& tenants() const { return tenants_; }
    [[nodiscard]] bool knows(std::string_view tenant) const;

    /// Why a rule cannot be used (a pattern that RE2 refuses, a group that it does not have), or nothing.
    [[nodiscard]] static std::optional<std::string> problem(const TenantRule& rule);

  private:
    struct Compiled;
    std::vector<Tenant> tenants_;
    std::vector<Compiled> rules_;
};

}  // namespace erp
