#include "core/scrape/page.hpp"

#include <chrono>
#include <utility>

namespace erp {
namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

Source source_of(Samples samples, Labels labels = {}) {
    Source source;
    source.parts.push_back({std::make_shared<const Samples>(std::move(samples)), false});
    source.labels = std::move(labels);
    return source;
}

class Assembly {
  public:
    explicit Assembly(PageInput& input) : input_(input) {
        names_.names = input.names.empty() ? nullptr : &input.names;
    }

    [[nodiscard]] Snapshot run() && {
        for (TargetView& target : input_.targets)
            add_target(target);
        if (input_.with_daemon) add_daemon();
        Snapshot snapshot(std::move(merged_), input_.tenancy, input_.limits.series_per_page);
        for (const auto& [source, target] : data_of_) {
            if (target->collection && snapshot.dropped(source) > 0) {
                target->counts->page_budget += snapshot.dropped(source);
            }
        }
        return snapshot;
    }

  private:
    void add(Source source) {
        merged_.push_back(merge(std::move(source), *input_.tenancy, names_));
    }

    void add_target(TargetView& target) {
        Labels labels;
        if (input_.label_targets) {
            labels.emplace_back("target", target.config->name);
            labels.insert(labels.end(), target.config->labels.begin(), target.config->labels.end());
        }
        Source data;
        data.parts = std::move(target.parts);
        data.labels = labels;
        data.data_labels = target.config->data_labels;
        data.owner = target.config;
        data.native_histograms = target.config->native_histograms;
        // On /probe nothing is added: service discovery gives the target's own labels and tenant.
        if (input_.label_targets) data.tenant = target.config->tenant;
        const std::string_view tenant = data.tenant;
        Samples databases;
        std::size_t refused = 0;
        for (const Source::Part& part : data.parts) {
            refused += part.samples->refused();
            if (!part.counters_only) add_databases(databases, *part.samples);
        }

        MergeLimits limits = names_;
        limits.lines = input_.limits.series_per_target;
        MergedSource merged = merge(std::move(data), *input_.tenancy, limits);
        count(target, merged, refused);

        Samples numbers;
        add_numbers(numbers, target, merged);
        data_of_.emplace_back(merged_.size(), &target);
        merged_.push_back(std::move(merged));
        add(source_of(std::move(databases), labels));

        if (input_.label_targets) {
            labels.insert(labels.begin() + 1, {"exporter", target.config->exporter});
        }
        Source self_rows = source_of(std::move(numbers), std::move(labels));
        self_rows.parts.push_back({target.self, false});
        if (target.readers) self_rows.parts.push_back({target.readers, false});
        self_rows.owner = target.config;
        self_rows.kept_always = true;
        self_rows.tenant = tenant;
        add(std::move(self_rows));
    }

    void add_databases(Samples& databases, const Samples& from) const {
        for (const Database& database : from.databases()) {
            const auto owner = input_.tenancy->tenant_of(Dimension::database, database.name);
            if (owner) databases.add(self::kTenantDatabaseInfo, 1, *owner, database.name);
        }
    }

    void count(const TargetView& target, const MergedSource& merged, std::size_t refused) const {
        SeriesCounts& counts = *target.counts;
        if (target.whole && input_.names.empty()) {
            counts.last_lines = merged.lines;
            counts.last_over_budget = merged.over_budget;
        }
        if (!target.collection || !target.collection->count_once()) return;
        counts.duplicates += merged.duplicates;
        counts.over_budget += merged.over_budget;
        counts.collisions += merged.collisions;
        counts.refused += refused;
    }

    static void add_numbers(Samples& samples,
                            const TargetView& target,
                            const MergedSource& merged) {
        const SeriesCounts& counts = *target.counts;
        samples.add(self::kSeries, static_cast<double>(merged.lines));
        samples.add(self::kDuplicateSeries, static_cast<double>(counts.duplicates));
        const std::pair<std::string_view, std::uint64_t> dropped[] = {
            {"target_budget", counts.over_budget},
            {"page_budget", counts.page_budget},
            {"collision", counts.collisions},
            {"invalid_family", counts.refused}};
        for (const auto& [reason, lines] : dropped) {
            samples.add(self::kSeriesDropped, static_cast<double>(lines), reason);
        }
    }

    void add_daemon() {
        Samples samples;
        self::add_build_info(samples);
        self::add_process(samples);
        self::add_tenants(samples, *input_.tenancy, std::chrono::system_clock::now());
        Source source = source_of(std::move(samples));
        source.parts.push_back(
            {std::make_shared<const Samples>(input_.counters->collect()), false});
        source.native_histograms = input_.native_histograms;
        source.kept_always = true;
        add(std::move(source));
    }

    PageInput& input_;
    MergeLimits names_;  ///< the name filter alone
    std::vector<MergedSource> merged_;
    std::vector<std::pair<std::size_t, const TargetView*>> data_of_;
};

}  // namespace

std::string make_page(PageInput input) {
    // The snapshot is gone before the page is compressed: it needs as much memory.
    std::string text = write(Assembly(input).run(), input.format);
    return compressed(std::move(text), input.compression);
}

}  // namespace erp
