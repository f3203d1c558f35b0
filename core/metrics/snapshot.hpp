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
    /// Labels that the page adds to each series: target and the configured ones; on /probe none.
    std::vector<std::pair<std::string, std::string>> labels;
    /// Labels that the exporter adds to what its collectors give.
    std::vector<std::pair<std::string, std::string>> data_labels = {};
    /// Of the series that no rule attributes; empty: none. A view into what `owner` keeps alive.
    std::string_view tenant = {};
    /// Show native histograms beside the classic buckets, in the formats that have them.
    bool native_histograms = false;
    /// What the exporter says of itself and of its targets: the page's budget does not cut it.
    bool kept_always = false;
    std::shared_ptr<const void> owner = {};

    /// Whether series of this metric carry a label of data_labels: not if they have it themselves,
    /// nor what a target says of itself.
    [[nodiscard]] static bool takes(const Metric& metric, std::string_view key) {
        return metric.shown != Shown::always && metric.labels.find(key) == metric.labels.size();
    }
    /// Whether they carry all of them, as most do.
    [[nodiscard]] bool takes_all(const Metric& metric) const {
        return std::ranges::all_of(data_labels,
                                   [&](const auto& label) { return takes(metric, label.first); });
    }
    /// The labels of its series besides their own.
    template <class Function>
    void for_each_label(const Metric& metric, Function function) const {
        for (const auto& [key, value] : labels)
            function(key, value);
        for (const auto& [key, value] : data_labels) {
            if (takes(metric, key)) function(key, value);
        }
    }
};

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
    std::size_t over_budget = 0;  ///< lines dropped, from the end of the order, histograms and
                                  ///< summaries before others
    std::size_t collisions = 0;  ///< series of a family of the same name but another type or labels
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
    /// source in `dropped()`, but nothing that is Shown::always or in a source that is kept.
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
    void fit_into(std::size_t most_lines);

    std::vector<MergedSource> sources_;
    std::shared_ptr<const Tenancy> tenancy_;
    std::vector<Series> series_;
    std::vector<Family> families_;
    std::vector<std::size_t> dropped_;
};

}  // namespace erp
