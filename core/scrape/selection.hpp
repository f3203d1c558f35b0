#pragma once

#include "core/scrape/exporter.hpp"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace erp {

/// The collectors that a request asks for: collect[] and exclude[], as "exporter.collector" or as a
/// bare name that only one exporter has.
class Selection {
  public:
    /// The error names what is not known, and what is near it; it goes to the client.
    [[nodiscard]] static Result<Selection> make(std::span<const Exporter* const> exporters,
                                                const std::vector<std::string>& collect,
                                                const std::vector<std::string>& exclude);

    [[nodiscard]] CollectorSet of(const Exporter& exporter) const;

  private:
    std::vector<std::pair<const Exporter*, CollectorSet>> sets_;
};

/// Refuses a name[] that no declared metric and no run-time pattern can have.
[[nodiscard]] Result<void> check_names(std::span<const Exporter* const> exporters,
                                       const std::vector<std::string>& names);

}  // namespace erp
