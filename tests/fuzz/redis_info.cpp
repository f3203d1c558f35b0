#include "core/metrics/exposition.hpp"
#include "exporters/redis/collectors.hpp"
#include "exporters/redis/info.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <memory>
#include <vector>

// The reply to INFO, through every collector to the page.
ERP_FUZZ(reply) {
    const erp::redis::Info info = erp::redis::Info::parse(reply);
    erp::Source source;
    for (const erp::redis::Collector* collector : erp::redis::collectors()) {
        if (collector->parse == nullptr) continue;
        auto samples = collector->parse(info);
        if (!samples) continue;
        source.parts.push_back({std::make_shared<const erp::Samples>(std::move(*samples)), false});
    }
    const auto tenancy = std::make_shared<const erp::Tenancy>();
    std::vector<erp::MergedSource> merged;
    merged.push_back(erp::merge(std::move(source), *tenancy, {}));
    const erp::Snapshot snapshot(std::move(merged), tenancy, SIZE_MAX);
    erp_fuzz::check_page(erp::write_text(snapshot));
}
