#pragma once

#include "core/scrape/exporter.hpp"
#include "core/scrape/target.hpp"
#include "core/tenancy/tenancy.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace erp {

/// `limits:`; each is an operator's decision, see the option reference.
struct Limits {
    Duration scrape_timeout = std::chrono::seconds(10);  ///< longest wait of a page
    std::size_t series_per_target = 50'000;
    std::size_t series_per_page = 1'000'000;
    std::size_t connections = 256;  ///< of HTTP clients at once
    std::size_t connections_per_address = 64;
    /// Of pages, / and /sd and /debug/… among them, that are being sent at once; one is always
    /// made.
    std::size_t response_bytes = std::size_t{256} << 20;
    bool debug = false;  ///< whether /debug/… answers
};

/// A target that can be made.
struct ConfiguredTarget {
    std::shared_ptr<const TargetConfig> config;
    const Exporter* exporter = nullptr;
    TargetFactory make;
};

/// What is scraped, for whom, and within which limits.
struct Estate {
    Limits limits;
    std::shared_ptr<const Tenancy> tenancy = std::make_shared<const Tenancy>();  ///< never null
    bool native_histograms = false;         ///< of the daemon's own metrics; see Source
    std::vector<ConfiguredTarget> targets;  ///< names are unique
};

}  // namespace erp
