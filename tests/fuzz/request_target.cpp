#include "core/base/text.hpp"
#include "core/http/query.hpp"
#include "tests/fuzz/fuzz.hpp"

// Path and query of a request line.
ERP_FUZZ(target) {
    const auto parsed = erp::parse_target(target);
    if (!parsed) {
        ERP_HOLDS(!parsed.error().text.empty());
        return;
    }
    ERP_HOLDS(parsed->path.starts_with('/'));
    for (const auto& [key, value] : parsed->query.parameters())
        ERP_HOLDS(key.size() + value.size() <= target.size());
    (void)parsed->query.all("collect[]");
}
