#include "core/base/number.hpp"
#include "core/config/config.hpp"
#include "core/config/markdown.hpp"
#include "core/config/reference.hpp"

#include <string_view>
#include <utility>

namespace erp {
namespace {

using markdown::append_head;
using markdown::append_row;
using markdown::code;

constexpr std::pair<std::string_view, std::string_view> kSections[] = {
    {"listen", "listen"},
    {"advertise", "advertise"},
    {"scrape_interval", "scrape_interval"},
    {"limits", "limits"},
    {"native_histograms", "native_histograms"},
    {"tenants", "tenants"},
    {"targets", "Every target"}};

void append_option(std::string& out, const Option& option) {
    const std::string fallback = option.required ? "required" : code(option.fallback);
    append_row(out, {code(option.key), option.syntax, fallback, option.help});
}

void append_option_head(std::string& out) {
    append_head(out, {"key", "value", "default", "meaning"});
}

void append_collectors(std::string& out, const Exporter& exporter) {
    out += "\nCollectors:\n\n";
    append_head(out, {"collector", "default", "minimum age", "interval", "what it reads"});
    for (const CollectorRow* row : exporter.collectors) {
        const std::string interval =
            row->interval == Duration::zero() ? std::string() : to_text(row->interval);
        append_row(out, {code(row->name), row->enabled ? "on" : "off", to_text(row->minimum_age),
                         interval, row->summary});
    }
}

}  // namespace

std::string option_reference(std::span<const Exporter* const> exporters) {
    std::string out =
        "# Options\n\n"
        "Keys of the configuration file, printed by `erp_exporter options`. A key that is not here "
        "is "
        "an error.\n"
        "Durations have a unit (`250ms`, `10s`, `1h30m`), sizes may have one (`16MiB`). Paths of "
        "files "
        "start at the\n"
        "folder of the configuration file unless they are absolute.\n";
    for (const auto& [section, title] : kSections) {
        out.append("\n## ").append(title).append("\n\n");
        append_option_head(out);
        for (const Option& option : config_options()) {
            if (option.key.substr(0, option.key.find_first_of(".[")) == section) {
                append_option(out, option);
            }
        }
    }
    for (const Exporter* exporter : exporters) {
        out.append("\n## Exporter ").append(exporter->name).append("\n\n");
        out.append(exporter->summary).append("\n\n");
        append_option_head(out);
        for (const Option* option : exporter->options)
            append_option(out, *option);
        if (!exporter->collectors.empty()) append_collectors(out, *exporter);
    }
    return out;
}

}  // namespace erp
