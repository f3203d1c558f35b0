#include "core/config/markdown.hpp"
#include "core/config/reference.hpp"
#include "core/scrape/self_metrics.hpp"

#include <string_view>

namespace erp {
namespace {

using markdown::append_head;
using markdown::append_row;
using markdown::code;

std::string labels_of(const Metric& metric) {
    std::string text;
    for (const std::string_view key : metric.labels) {
        if (!text.empty()) text += ", ";
        text += code(key);
    }
    if (metric.tenant_from != Dimension::none) {
        text.append("; tenant by ").append(to_string(metric.tenant_from));
    }
    return text;
}

std::string stability_of(Stability stability, Naming naming) {
    std::string text = stability == Stability::stable ? "stable" : "experimental";
    if (naming == Naming::compatible) text += ", compatibility name";
    return text;
}

void append_metric_head(std::string& out) {
    append_head(out, {"name", "type", "unit", "labels", "source", "help", "stability"});
}

void append_metrics(std::string& out, std::span<const Metric* const> metrics) {
    for (const Metric* metric : metrics) {
        append_row(out, {code(metric->name), to_string(metric->type), to_string(metric->unit),
                         labels_of(*metric), metric->source, metric->help,
                         stability_of(metric->stability, metric->naming)});
    }
}

void append_patterns(std::string& out, std::span<const MetricPattern* const> patterns) {
    for (const MetricPattern* pattern : patterns) {
        const std::string stability = stability_of(Stability::stable, pattern->naming) +
                                      ", names made at run time, at most " +
                                      std::to_string(pattern->most_families);
        append_row(out, {code(std::string(pattern->prefix) + "*"), to_string(pattern->type), "", "",
                         pattern->source, pattern->help, stability});
    }
}

void append_cap(std::string& out, const Cap& cap) {
    out.append("\n\nThe ").append(std::to_string(cap.most)).append(" values of ");
    for (const std::string_view label : cap.labels) {
        if (label != cap.labels[0]) out += ", ";
        out += code(label);
    }
    out.append(" with the largest ").append(code(cap.weight->name));
    if (!cap.within.empty()) out.append(" of each ").append(code(cap.within));
    out +=
        " keep their names, the others are `_other`; counters of `_other` begin when the daemon "
        "starts.";
}

void append_exporter(std::string& out, const Exporter& exporter) {
    out.append("\n## Exporter ").append(exporter.name).append("\n\n");
    out.append(exporter.summary).append("\n");
    if (!exporter.metrics.empty()) {
        out += "\n### Of every target\n\n";
        append_metric_head(out);
        append_metrics(out, exporter.metrics);
    }
    for (const CollectorRow* row : exporter.collectors) {
        out.append("\n### Collector ").append(code(row->name)).append("\n\n").append(row->summary);
        if (!row->enabled) out += " Off by default.";
        for (const Cap* cap = row->cap; cap != nullptr; cap = cap->also)
            append_cap(out, *cap);
        out += "\n\n";
        append_metric_head(out);
        append_metrics(out, row->metrics);
        append_patterns(out, row->patterns);
    }
}

}  // namespace

std::string metric_reference(std::span<const Exporter* const> exporters) {
    std::string out =
        "# Metrics\n\n"
        "Every metric that the daemon can show, printed by `erp_exporter metrics`. On `/metrics` "
        "the "
        "series of a target\n"
        "also carry `target` (its self metrics `exporter` too) and the target's configured labels; "
        "`tenant` is added where a rule of "
        "the "
        "configuration\n"
        "attributes the series. A compatibility name is kept from a widely used exporter although "
        "it "
        "breaks a naming rule.\n"
        "\n## The daemon itself\n\n";
    append_metric_head(out);
    append_metrics(out, self::kMetrics);
    for (const Exporter* exporter : exporters)
        append_exporter(out, *exporter);
    return out;
}

}  // namespace erp
