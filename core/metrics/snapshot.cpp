#include "core/metrics/snapshot.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

namespace erp {
namespace {

bool is_counter_like(Type type) {
    return type == Type::counter || type == Type::histogram || type == Type::summary;
}

bool same_name(const Metric& a, const Metric& b) {
    return &a == &b || a.name == b.name;
}

bool same_shape(const Metric& a, const Metric& b) {
    return &a == &b || (a.type == b.type && std::ranges::equal(a.labels, b.labels));
}

/// Asks the rules once for each value of a source, not once for each series.
class Attribution {
  public:
    Attribution(const Tenancy& tenancy, std::string_view fallback)
        : tenancy_(tenancy), fallback_(fallback) {}

    [[nodiscard]] std::string_view tenant(const Metric& metric, std::string_view labels) {
        if (metric.tenant_from == Dimension::none) {
            const bool declared = metric.labels.find("tenant") < metric.labels.size();
            return declared ? std::string_view() : fallback_;
        }
        const std::string_view value = label_at(labels, metric.labels.find(metric.tenant_label));
        auto& known = known_[static_cast<std::size_t>(metric.tenant_from)];
        auto it = known.find(value);
        if (it == known.end()) {
            it = known.emplace(value, tenancy_.tenant_of(metric.tenant_from, value)).first;
        }
        return it->second.value_or(fallback_);
    }

  private:
    const Tenancy& tenancy_;
    std::string_view fallback_;
    std::unordered_map<std::string_view, std::optional<std::string_view>>
        known_[static_cast<std::size_t>(Dimension::key_prefix) + 1];
};

/// All points of the parts, family by family in the order of the names. A family's metric is the
/// first seen; a namesake of another shape is a collision.
std::vector<Series> by_family(const Source& source,
                              const MergeLimits& limits,
                              std::size_t& collisions) {
    struct Family {
        const Metric* metric;
        std::size_t size = 0;
        std::size_t next = 0;  // place in the result
    };
    constexpr std::uint32_t kUnwanted = UINT32_MAX;
    std::vector<Family> families;
    std::unordered_map<std::string_view, std::uint32_t> by_name;
    std::unordered_map<const Metric*, std::uint32_t> family_of;
    const auto find = [&](const Metric* metric) {
        const auto [it, is_new] = family_of.try_emplace(metric, kUnwanted);
        if (is_new && (limits.names == nullptr || limits.names->contains(metric->name))) {
            const auto next = static_cast<std::uint32_t>(families.size());
            it->second = by_name.try_emplace(metric->name, next).first->second;
            if (it->second == next) families.push_back({metric});
        }
        return it->second;
    };
    std::vector<Series> found;  // whose `source` is the family as yet
    std::size_t points = 0;
    for (const Source::Part& part : source.parts)
        points += part.samples->size();
    found.reserve(points);
    for (const Source::Part& part : source.parts) {
        std::uint32_t family = kUnwanted;
        const Metric* metric = nullptr;
        for (const Samples::Point& point : part.samples->points()) {
            if (part.counters_only && !is_counter_like(point.metric->type)) continue;
            if (point.metric != metric) {
                metric = point.metric;
                family = find(metric);
            }
            if (family == kUnwanted) continue;
            if (!same_shape(*families[family].metric, *metric)) {
                ++collisions;
                continue;
            }
            ++families[family].size;
            found.push_back({.metric = metric,
                             .samples = part.samples.get(),
                             .point = &point,
                             .source = family});
        }
    }
    std::vector<Family*> order;
    order.reserve(families.size());
    for (Family& family : families)
        order.push_back(&family);
    std::ranges::sort(order, {}, [](const Family* family) { return family->metric->name; });
    std::size_t taken = 0;
    for (Family* family : order)
        family->next = std::exchange(taken, taken + family->size);
    std::vector<Series> series(found.size());
    for (const Series& s : found)
        series[families[s.source].next++] = s;
    return series;
}

}  // namespace

std::size_t Series::lines() const {
    const Distribution* d = distribution();
    if (d == nullptr) return 1;
    return d->steps.size() + (metric->type == Type::histogram ? 3 : 2);
}

MergedSource merge(Source source, const Tenancy& tenancy, const MergeLimits& limits) {
    MergedSource merged;
    merged.source = std::move(source);
    merged.series = by_family(merged.source, limits, merged.collisions);
    std::vector<Series>& series = merged.series;
    std::size_t kept = 0;  // they take the place of what is dropped
    Attribution attribution(tenancy, merged.source.tenant);
    // A histogram is many lines, and counters say more on fewer: it gets what they leave.
    std::size_t plain = 0;
    for (const Series& s : series)
        plain += s.distribution() == nullptr ? 1 : 0;
    const std::size_t room = limits.lines - std::min(plain, limits.lines);
    std::size_t distributions = 0;
    for (std::size_t begin = 0; begin < series.size();) {
        std::size_t end = begin + 1;
        while (end < series.size() && same_name(*series[end].metric, *series[begin].metric))
            ++end;
        const std::span<Series> family = std::span(series).subspan(begin, end - begin);
        // Stable: of duplicates, the first one reported stays.
        if (!std::ranges::is_sorted(family, {}, &Series::labels)) {
            std::ranges::stable_sort(family, {}, &Series::labels);
        }
        std::optional<std::string_view> previous;
        for (Series& s : family) {
            if (previous && *previous == s.labels()) {
                ++merged.duplicates;
                continue;
            }
            previous = s.labels();
            const std::size_t lines = s.lines();
            const bool kept_always = s.metric->shown == Shown::always;  // up must not be cut
            const bool full = s.distribution() != nullptr
                                  ? distributions + lines > room
                                  : merged.lines - distributions >= limits.lines;
            if (!kept_always && full) {
                merged.over_budget += lines;
                continue;
            }
            if (s.distribution() != nullptr) distributions += lines;
            s.tenant = attribution.tenant(*s.metric, s.labels());
            merged.lines += lines;
            series[kept++] = s;
        }
        begin = end;
    }
    series.resize(kept);
    return merged;
}

void Snapshot::fit_into(std::size_t most_lines) {
    const auto is_kept = [](const MergedSource& merged, const Series& series) {
        return merged.source.kept_always || series.metric->shown == Shown::always;
    };
    std::size_t lines = 0;
    for (const MergedSource& merged : sources_)
        lines += merged.lines;
    if (lines <= most_lines) return;
    lines = 0;
    for (const MergedSource& merged : sources_) {
        for (const Series& series : merged.series)
            lines += is_kept(merged, series) ? series.lines() : 0;
    }
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        MergedSource& merged = sources_[i];
        bool full = false;
        std::erase_if(merged.series, [&](const Series& series) {
            if (is_kept(merged, series)) return false;
            full = full || lines + series.lines() > most_lines;
            (full ? dropped_[i] : lines) += series.lines();
            return full;
        });
    }
}

Snapshot::Snapshot(std::vector<MergedSource> sources,
                   std::shared_ptr<const Tenancy> tenancy,
                   std::size_t most_lines)
    : sources_(std::move(sources)), tenancy_(std::move(tenancy)), dropped_(sources_.size()) {
    fit_into(most_lines);
    std::size_t total = 0;
    for (const MergedSource& merged : sources_)
        total += merged.series.size();
    // Families of all sources by name; each source is in that order already.
    std::vector<std::size_t> next(sources_.size());
    std::vector<std::pair<std::string_view, std::uint32_t>> heads;  // (next family, source)
    const auto push_head = [&](std::uint32_t i) {
        if (next[i] == sources_[i].series.size()) return;
        heads.emplace_back(sources_[i].series[next[i]].metric->name, i);
        std::ranges::push_heap(heads, std::greater{});
    };
    for (std::uint32_t i = 0; i < sources_.size(); ++i)
        push_head(i);
    series_.reserve(total);  // families_ keep spans into it
    while (!heads.empty()) {
        const std::string_view name = heads.front().first;
        const std::size_t begin = series_.size();
        const Metric* metric = nullptr;
        while (!heads.empty() && heads.front().first == name) {
            std::ranges::pop_heap(heads, std::greater{});
            const std::uint32_t i = heads.back().second;
            heads.pop_back();
            const std::vector<Series>& from = sources_[i].series;
            for (; next[i] < from.size() && from[next[i]].metric->name == name; ++next[i]) {
                if (metric == nullptr) metric = from[next[i]].metric;
                if (same_shape(*metric, *from[next[i]].metric)) {
                    series_.push_back(from[next[i]]);
                    series_.back().source = i;
                } else {
                    dropped_[i] += from[next[i]].lines();
                }
            }
            push_head(i);
        }
        families_.push_back({metric, std::span(series_).subspan(begin)});
    }
    for (MergedSource& merged : sources_)
        merged.series = {};  // a page of many series needs the room for its text
}

}  // namespace erp
