#include "core/metrics/exposition.hpp"
#include "core/metrics/line_writer.hpp"

#include <algorithm>
#include <limits>
#include <unordered_set>

namespace erp {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr std::string_view kInfo = "_info";

/// How a family is shown: what does not keep the format's rules becomes `unknown` under its own
/// name (as the peers' library does), never another name.
struct Shape {
    std::string_view name;    ///< of the family
    std::string_view suffix;  ///< of its samples
    std::string_view type;
};

/// Counters are neither negative nor NaN.
bool only_counts(const Snapshot::Family& family) {
    return std::ranges::all_of(family.series, [](const Series& s) { return s.point->value >= 0; });
}

/// Quantiles lie between 0 and 1; a peer that names percentiles makes no summary.
bool only_quantiles(const Snapshot::Family& family) {
    return std::ranges::all_of(family.series, [](const Series& s) {
        const Distribution* d = s.distribution();
        return d != nullptr && std::ranges::all_of(d->steps, [](const Distribution::Step& step) {
                   return step.bound >= 0 && step.bound <= 1;
               });
    });
}

bool only_ones(const Snapshot::Family& family) {
    return std::ranges::all_of(family.series, [](const Series& s) { return s.point->value == 1; });
}

class Writer {
  public:
    explicit Writer(const Snapshot& snapshot) : snapshot_(snapshot), out_(snapshot) {
        for (const Snapshot::Family& family : snapshot.families())
            names_.insert(family.metric->name);
    }

    [[nodiscard]] std::string run() && {
        for (const Snapshot::Family& family : snapshot_.families()) {
            if (!family.series.empty()) put_family(family);
        }
        return std::move(out_).take() + "# EOF\n";
    }

  private:
    [[nodiscard]] Shape shape_of(const Snapshot::Family& family) const {
        const Metric& metric = *family.metric;
        // "x" and "x_total" on one page would be one family.
        const auto without = [&](std::string_view suffix) {
            const std::string_view stem = metric.name.substr(0, metric.name.size() - suffix.size());
            return metric.name.ends_with(suffix) && !names_.contains(stem) ? stem
                                                                           : std::string_view();
        };
        switch (metric.type) {
            case Type::counter:
                if (const auto stem = without(kTotal); !stem.empty() && only_counts(family)) {
                    return {stem, kTotal, "counter"};
                }
                return {metric.name, "", "unknown"};
            case Type::info:
                if (const auto stem = without(kInfo); !stem.empty() && only_ones(family)) {
                    return {stem, kInfo, "info"};
                }
                return {metric.name, "", "gauge"};
            case Type::histogram:
                return {metric.name, "", "histogram"};
            case Type::summary:
                return {metric.name, "", only_quantiles(family) ? "summary" : "unknown"};
            case Type::gauge:
            case Type::stateset:  // its label would have to be the family's name
                return {metric.name, "", "gauge"};
            case Type::untyped:
                break;
        }
        return {metric.name, "", "unknown"};
    }

    void put_family(const Snapshot::Family& family) {
        const Shape shape = shape_of(family);
        put_head(shape.name, shape.type, *family.metric);
        if (family.metric->type == Type::summary && shape.type == "unknown") {
            put_apart(family);
            return;
        }
        for (const Series& series : family.series) {
            if (series.distribution() != nullptr) {
                put_distribution(series, *series.distribution());
            } else {
                out_.put_line(shape.name, shape.suffix, series, {}, series.point->value);
                const auto exemplars = series.exemplars();
                if (shape.type == "counter" && !exemplars.empty()) {
                    out_.put_exemplar(exemplars.back());
                }
                out_.end_line();
            }
        }
    }

    void put_head(std::string_view name, std::string_view type, const Metric& metric) {
        out_.put_help(name, metric.help, true);
        out_.put_comment("TYPE", name, type);
        const std::string_view unit = unit_at_end(name, metric.unit);
        if (!unit.empty() && type != "info") out_.put_comment("UNIT", name, unit);
    }

    void put_distribution(const Series& series, const Distribution& distribution) {
        const bool histogram = series.metric->type == Type::histogram;
        const std::string_view name = series.metric->name;
        const auto count = static_cast<double>(distribution.count);
        double below = -kInfinity;
        for (const Distribution::Step& step : distribution.steps) {
            const std::string bound = bound_text(step.bound, true);
            out_.put_line(name, histogram ? "_bucket" : "", series,
                          {histogram ? "le" : "quantile", bound}, step.value);
            if (histogram) put_exemplar_between(series, below, step.bound);
            below = step.bound;
            out_.end_line();
        }
        if (histogram) {
            out_.put_line(name, "_bucket", series, {"le", "+Inf"}, count);
            put_exemplar_between(series, below, kInfinity);
            out_.end_line();
        }
        out_.put_line(name, "_count", series, {}, count);
        out_.end_line();
        out_.put_line(name, "_sum", series, {}, distribution.sum);
        out_.end_line();
    }

    /// The newest exemplar of a bucket: it holds one.
    void put_exemplar_between(const Series& series, double above, double upto) {
        const auto exemplars = series.exemplars();
        for (auto it = exemplars.rbegin(); it != exemplars.rend(); ++it) {
            if (it->value > above && it->value <= upto) return out_.put_exemplar(*it);
        }
    }

    /// A family of type unknown has samples of its own name only: sums and counts are families.
    void put_apart(const Snapshot::Family& family) {
        const std::string_view name = family.metric->name;
        for (const Series& series : family.series) {
            if (series.distribution() == nullptr) continue;
            for (const Distribution::Step& step : series.distribution()->steps) {
                const std::string quantile = bound_text(step.bound, false);  // as the peer
                out_.put_line(name, "", series, {"quantile", quantile}, step.value);
                out_.end_line();
            }
        }
        for (const std::string_view suffix : {"_count", "_sum"}) {
            out_.put_comment("TYPE", std::string(name).append(suffix), "unknown");
            for (const Series& series : family.series) {
                const Distribution* d = series.distribution();
                if (d == nullptr) continue;
                const double value = suffix == "_sum" ? d->sum : static_cast<double>(d->count);
                out_.put_line(name, suffix, series, {}, value);
                out_.end_line();
            }
        }
    }

    const Snapshot& snapshot_;
    LineWriter out_;
    std::unordered_set<std::string_view> names_;
};

}  // namespace

std::string write_openmetrics(const Snapshot& snapshot) {
    return Writer(snapshot).run();
}

}  // namespace erp
