#pragma once

#include "core/http/status_page.hpp"
#include "core/scrape/scraper.hpp"

namespace erp {

/// The part of the status page that the targets and tenants fill.
[[nodiscard]] StatusPage status_of(const Scraper& scraper);

}  // namespace erp
