#include "core/config/labels.hpp"

#include "core/base/text.hpp"
#include "core/metrics/rules.hpp"
#include "core/scrape/self_metrics.hpp"
#include "core/yaml/quoting.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace erp {
namespace {

using Table = std::span<const Metric* const>;

constexpr std::size_t kMostLabels = 32;
constexpr std::size_t kLongestKey = 64;
constexpr std::size_t kLongestText = 256;

bool is_label_key(std::string_view key) {
    return key.size() <= kLongestKey && rules::legal_name(key, Naming::compatible);
}

bool is_reserved(std::string_view key) {
    return key.starts_with("__") || rules::one_of(key, {"target", "exporter", "tenant", "job",
                                                        "instance", "le", "quantile"});
}

const Metric* user_of(std::string_view key, Table table) {
    const auto found = std::find_if(table.begin(), table.end(), [&](const Metric* metric) {
        return metric->labels.find(key) < metric->labels.size();
    });
    return found == table.end() ? nullptr : *found;
}

/// The first metric on the target's part of a page that has the label `key`.
const Metric* user_of(std::string_view key, const Exporter& exporter) {
    if (const Metric* user = user_of(key, exporter.metrics)) return user;
    for (const CollectorRow* row : exporter.collectors) {
        if (const Metric* user = user_of(key, row->metrics)) return user;
    }
    for (const Metric* metric : self::kMetrics) {
        const bool of_target =
            metric->shown == Shown::target || metric == &self::kTenantDatabaseInfo;
        if (of_target && metric->labels.find(key) < metric->labels.size()) return metric;
    }
    return nullptr;
}

std::optional<std::string> key_problem(std::string_view key, const Exporter& exporter) {
    if (!is_label_key(key)) return "a label's name is letters, digits and _, at most 64";
    if (is_reserved(key)) return "the label is reserved";
    if (const Metric* user = user_of(key, exporter)) {
        return "the label is one of " + std::string(user->name);
    }
    return std::nullopt;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> read_labels(const ConfigValue& value,
                                                             const Exporter& exporter) {
    std::vector<std::pair<std::string, std::string>> labels;
    auto map = value.map();
    if (!map) return labels;
    const auto entries = map->entries();
    if (entries.size() > kMostLabels) map->fail("expected at most 32 labels");
    for (const auto& [key, item] : entries) {
        if (const auto problem = key_problem(key, exporter)) {
            item.fail(*problem);
            continue;
        }
        const auto text = item.text();
        if (text && is_label_value(*text, kLongestText)) {
            labels.emplace_back(key, *text);
        } else if (text) {
            item.fail("expected at most 256 bytes of text");
        }
    }
    map->finish();
    return labels;
}

}  // namespace erp
