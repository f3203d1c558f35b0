#include "core/metrics/exposition.hpp"
#include "core/metrics/line_writer.hpp"

namespace erp {
namespace {

std::string_view type_word(Type type) {
    switch (type) {
        case Type::info:
        case Type::stateset:
        case Type::gauge:
            return "gauge";
        case Type::counter:
            return "counter";
        case Type::histogram:
            return "histogram";
        case Type::summary:
            return "summary";
        case Type::untyped:
            return "untyped";
    }
    return "untyped";
}

class Writer {
  public:
    explicit Writer(const Snapshot& snapshot) : snapshot_(snapshot), out_(snapshot) {}

    [[nodiscard]] std::string run() && {
        for (const Snapshot::Family& family : snapshot_.families()) {
            if (family.series.empty()) continue;
            const Metric& metric = *family.metric;
            out_.put_help(metric.name, metric.help, false);
            out_.put_comment("TYPE", metric.name, type_word(metric.type));
            for (const Series& series : family.series)
                put_series(series);
        }
        return std::move(out_).take();
    }

  private:
    void put_series(const Series& series) {
        const Distribution* distribution = series.distribution();
        if (distribution == nullptr) return put_line(series, "", {}, series.point->value);
        const bool histogram = series.metric->type == Type::histogram;
        for (const Distribution::Step& step : distribution->steps) {
            const std::string bound = bound_text(step.bound, false);
            put_line(series, histogram ? "_bucket" : "", {histogram ? "le" : "quantile", bound},
                     step.value);
        }
        const auto count = static_cast<double>(distribution->count);
        if (histogram) put_line(series, "_bucket", {"le", "+Inf"}, count);
        put_line(series, "_sum", {}, distribution->sum);
        put_line(series, "_count", {}, count);
    }

    void put_line(const Series& series,
                  std::string_view suffix,
                  LineWriter::Extra extra,
                  double value) {
        out_.put_line(series.metric->name, suffix, series, extra, value);
        out_.end_line();
    }

    const Snapshot& snapshot_;
    LineWriter out_;
};

}  // namespace

std::string write_text(const Snapshot& snapshot) {
    return Writer(snapshot).run();
}

}  // namespace erp
