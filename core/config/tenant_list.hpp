#pragma once

#include "core/tenancy/tenancy.hpp"
#include "core/yaml/reader.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace erp {

/// `tenants.list` and the files of `tenants.directory`: one list with one set of names.
class TenantList {
  public:
    /// `defaults` is what every tenant is where its entry says nothing; windows add up.
    explicit TenantList(Tenant defaults) : defaults_(std::move(defaults)) {}

    void read_list(const ConfigValue& value);
    /// Every *.yml of the folder in the order of their names, hidden ones apart: a list of tenants
    /// or one tenant.
    void read_directory(const ConfigValue& value);

    [[nodiscard]] std::vector<Tenant> take_tenants() { return std::move(tenants_); }
    /// Of the files; the list's own are in its document.
    [[nodiscard]] std::vector<ConfigError> take_errors() { return std::move(errors_); }

  private:
    void read_file(const std::string& file);
    /// `file` is empty for the configuration's own.
    void add(const ConfigValue& entry, const std::string& file);

    Tenant defaults_;
    std::vector<Tenant> tenants_;
    std::unordered_map<std::string, std::string> places_;  ///< of the names so far, for errors
    std::vector<ConfigError> errors_;
};

}  // namespace erp
