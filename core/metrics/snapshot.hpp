#pragma once

#include "core/metrics/samples.hpp"
#include "core/tenancy/tenancy.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace erp {

/// What one target, or the daemon itself, gives to a page.
struct Source {
    struct Part {
        std::shared_ptr<const Samples> samples;
        /// Of a target that is down: a watcher's counters stay, its gauges are old news.
        bool counters_only = false;
    };
    std::vector<Part> parts;
    /// Labels that the page adds to each series: target and the configured ones, on /probe none;
    /// and those that the exporter gives.
    std::vector<std::pair<std::string, std::string>> labels;
    /// Some metrics may have one of these labels themselves: a series of such a one keeps its own.
    bool labels_may_repeat = false;
    /// Of the series that no rule attributes; empty: none. A view into what `owner` keeps alive.
    std::string_view tenant = {};
    /// Show native histograms beside the classic buckets, in the formats that have them.
    bool native_histograms = false;
    std::shared_ptr<const void> owner = {};
};

/// Whether the series of this metric have a label of their own that their source has, too.
[[nodiscard]] inline bool repeats(const Source& source, const Metric& metric) {
    return source.labels_may_repeat && std::ranges::any_of(source.labels, [&](const auto& label) {
               return metric.labels.find(label.first) < metric.labels.size();
           });
}

/// One series of a page. Views into the Source's samples and into the Tenancy.
struct Series {
    const Metric* metric = nullptr;
    const Samples* samples = nullptr;
    const Samples::Point* point = nullptr;
    std::string_view tenant = {};  ///< empty: no label
    std::uint32_t source = 0;      ///< index into Snapshot::sources()

    [[nodiscard]] std::string_view labels() const { return samples->labels(*point); }
    [[nodiscard]] const Distribution* distribution() const { return samples->distribution(*point); }
    [[nodiscard]] std::span<const Exemplar> exemplars() const { return samples->exemplars(*point); }
    /// Lines that it takes in the text format: what a series budget counts.
    [[nodiscard]] std::size_t lines() const;
};

/// A Source in the order of the page: by family name, then by label values; without duplicates and
/// within the budget. Independent of other targets, so targets are merged one by one.
struct MergedSource {
    Source source;
    std::vector<Series> series;
    std::size_t lines = 0;        ///< sum of Series::lines()
    std::size_t duplicates = 0;   ///< series dropped because the same labels were there already
    std::size_t over_budget = 0;  ///< lines dropped, from the end of the order
    std::size_t collisions = 0;  ///< series of a family of the same name but another type or labels
    /// Databases that a rule attributes, with their tenant; each once, sorted.
    std::vector<std::pair<std::string_view, std::string_view>> databases;
};

struct MergeLimits {
    std::size_t lines = SIZE_MAX;
    /// Families to keep; empty: all.
    const std::set<std::string, std::less<>>* names = nullptr;
};

[[nodiscard]] MergedSource merge(Source source, const Tenancy& tenancy, const MergeLimits& limits);

/// The whole page as data, ready for any format. Immutable; keeps everything it refers to alive.
class Snapshot {
  public:
    struct Family {
        const Metric* metric = nullptr;
        std::span<const Series> series;
    };

    /// `most_lines` is the page's budget: what is beyond it is dropped from the last sources, per
    /// source in `dropped()`.
    Snapshot(std::vector<MergedSource> sources,
             std::shared_ptr<const Tenancy> tenancy,
             std::size_t most_lines);
    ~Snapshot() = default;
    Snapshot(const Snapshot&) = delete;  // families hold spans into the series
    Snapshot& operator=(const Snapshot&) = delete;
    Snapshot(Snapshot&&) = default;
    Snapshot& operator=(Snapshot&&) = default;

    [[nodiscard]] const std::vector<Family>& families() const { return families_; }
    [[nodiscard]] const Source& source(const Series& s) const { return sources_[s.source].source; }
    [[nodiscard]] std::size_t size() const { return series_.size(); }
    [[nodiscard]] std::size_t sources() const { return sources_.size(); }
    /// Lines of source `i` that the page's budget or a collision with another target dropped.
    [[nodiscard]] std::size_t dropped(std::size_t i) const { return dropped_[i]; }

  private:
    std::vector<MergedSource> sources_;
    std::shared_ptr<const Tenancy> tenancy_;
    std::vector<Series> series_;
    std::vector<Family> families_;
    std::vector<std::size_t> dropped_;
};

}  // namespace erp
