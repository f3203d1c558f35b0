#pragma once

#include "core/tenancy/tenancy.hpp"
#include "core/yaml/reader.hpp"

#include <memory>
#include <vector>

namespace erp {

struct ReadTenants {
    std::shared_ptr<const Tenancy> tenancy;  ///< never null
    std::vector<ConfigError> errors;         ///< of the files of tenants.directory
};

/// `tenants:`, or none, and the files that it names. Entries with an error are left out, so that
/// other errors can still be found.
[[nodiscard]] ReadTenants read_tenants(const std::optional<ConfigValue>& value);

/// "tenant 'acmee' is not on the list; did you mean acme?"
[[nodiscard]] std::string unknown_tenant(std::string_view name, const std::vector<Tenant>& tenants);

}  // namespace erp
