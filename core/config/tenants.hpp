#pragma once

#include "core/tenancy/tenancy.hpp"
#include "core/yaml/reader.hpp"

#include <memory>

namespace erp {

/// `tenants:`, or none. Entries with an error are left out, so that other errors can still be
/// found.
[[nodiscard]] std::shared_ptr<const Tenancy> read_tenants(const std::optional<ConfigValue>& value);

/// "tenant 'acmee' is not on the list; did you mean acme?"
[[nodiscard]] std::string unknown_tenant(std::string_view name, const std::vector<Tenant>& tenants);

}  // namespace erp
