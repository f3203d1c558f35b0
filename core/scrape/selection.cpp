#include "core/scrape/selection.hpp"

#include "core/base/text.hpp"
#include "core/scrape/self_metrics.hpp"

#include <algorithm>
#include <ranges>

namespace erp {
namespace {

Error unknown(std::string_view what,
              const std::string& name,
              std::span<const std::string_view> known) {
    std::string text = "unknown " + std::string(what) + " '" + to_label_value(name, 100) + "'";
    if (const auto near = nearest(name, known))
        text += "; did you mean " + std::string(*near) + "?";
    return Error{Phase::query, std::move(text)};
}

/// Whether this is "collector" or "exporter.collector".
bool names(std::string_view name, const Exporter& exporter, const CollectorRow& collector) {
    if (name == collector.name) return true;
    const auto full = cut(name, '.');
    return full && full->first == exporter.name && full->second == collector.name;
}

Error unknown_collector(std::span<const Exporter* const> exporters, const std::string& name) {
    std::vector<std::string> full_names;
    std::vector<std::string_view> known;
    for (const Exporter* exporter : exporters) {
        for (const CollectorRow* row : exporter->collectors) {
            known.push_back(row->name);
            full_names.push_back(std::string(exporter->name) + "." + std::string(row->name));
        }
    }
    known.insert(known.end(), full_names.begin(), full_names.end());
    return unknown("collector", name, known);
}

struct Found {
    std::size_t exporter;
    std::size_t collector;
};

Result<Found> find(std::span<const Exporter* const> exporters, const std::string& name) {
    std::vector<Found> found;
    for (std::size_t e = 0; e < exporters.size(); ++e) {
        const auto& collectors = exporters[e]->collectors;
        for (std::size_t c = 0; c < collectors.size(); ++c) {
            if (names(name, *exporters[e], *collectors[c])) found.push_back({e, c});
        }
    }
    if (found.size() == 1) return found.front();
    if (found.size() > 1) {
        return Error{Phase::query, "collector '" + to_label_value(name, 100) +
                                       "' is not unique: write exporter.collector"};
    }
    return unknown_collector(exporters, name);
}

}  // namespace

Result<Selection> Selection::make(std::span<const Exporter* const> exporters,
                                  const std::vector<std::string>& collect,
                                  const std::vector<std::string>& exclude) {
    Selection selection;
    for (const Exporter* exporter : exporters) {
        CollectorSet all;
        for (std::size_t i = 0; collect.empty() && i < exporter->collectors.size(); ++i)
            all.set(i);
        selection.sets_.emplace_back(exporter, all);
    }
    for (const std::string& name : collect) {
        const auto found = find(exporters, name);
        if (!found) return found.error();
        selection.sets_[found->exporter].second.set(found->collector);
    }
    for (const std::string& name : exclude) {
        const auto found = find(exporters, name);
        if (!found) return found.error();
        selection.sets_[found->exporter].second.reset(found->collector);
    }
    return selection;
}

CollectorSet Selection::of(const Exporter& exporter) const {
    for (const auto& [of, set] : sets_) {
        if (of == &exporter) return set;
    }
    return {};
}

Result<void> check_names(std::span<const Exporter* const> exporters,
                         const std::vector<std::string>& names) {
    if (names.empty()) return {};
    std::vector<std::string_view> known;
    std::vector<std::string_view> prefixes;
    for (const Metric* metric : self::kMetrics)
        known.push_back(metric->name);
    for (const Exporter* exporter : exporters) {
        for (const Metric* metric : exporter->metrics)
            known.push_back(metric->name);
        for (const CollectorRow* row : exporter->collectors) {
            for (const Metric* metric : row->metrics)
                known.push_back(metric->name);
            for (const MetricPattern* pattern : row->patterns)
                prefixes.push_back(pattern->prefix);
        }
    }
    for (const std::string& name : names) {
        const bool declared = std::ranges::find(known, name) != known.end();
        const bool possible = std::ranges::any_of(
            prefixes, [&](std::string_view prefix) { return name.starts_with(prefix); });
        if (!declared && !possible) return unknown("metric", name, known);
    }
    return {};
}

}  // namespace erp
