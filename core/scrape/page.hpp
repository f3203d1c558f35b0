#pragma once

#include "core/metrics/compression.hpp"
#include "core/metrics/exposition.hpp"
#include "core/scrape/estate.hpp"
#include "core/scrape/self_metrics.hpp"
#include "core/scrape/target_runner.hpp"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace erp {

/// Everything a page is made of, owned, so that it can be made on a worker.
struct PageInput {
    std::vector<TargetView> targets;
    bool label_targets = true;  ///< add target and configured labels; not on /probe
    bool with_daemon = true;    ///< process_*, HTTP, configuration, tenants
    std::shared_ptr<const Tenancy> tenancy;
    std::shared_ptr<const self::Counters> counters;
    Limits limits;
    bool native_histograms = false;            ///< of the daemon's own
    std::set<std::string, std::less<>> names;  ///< families to show; empty: all
    Format format = Format::text;
    Compression compression = Compression::none;
};

/// Merges, writes and compresses. Adds to the targets' SeriesCounts, once for each collection.
[[nodiscard]] std::string make_page(PageInput input);

}  // namespace erp
