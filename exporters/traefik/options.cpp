#include "exporters/traefik/options.hpp"

#include <cctype>
#include <string>
#include <utility>
#include <vector>

namespace erp::traefik {
namespace {

constexpr std::size_t kLongestHeader = 64;
constexpr std::size_t kMostEntrypoints = 32;

void read_format(const ConfigValue& value, TraefikOptions& options) {
    constexpr std::string_view kFormats[] = {"detect", "json", "common", "genericCLF"};
    if (const auto word = value.choice(kFormats)) options.format = *to_log_format(*word);
}

void read_quotes(const ConfigValue& value, TraefikOptions& options) {
    constexpr std::string_view kWords[] = {"detect", "escaped", "plain"};
    if (const auto word = value.choice(kWords)) options.clf_quotes = *to_clf_quotes(*word);
}

void read_entrypoints(const ConfigValue& value, TraefikOptions& options) {
    const std::vector<ConfigValue> items = value.items();
    if (items.empty() || items.size() > kMostEntrypoints)
        return value.fail("a Traefik has 1 to 32 entrypoints here, found " +
                          std::to_string(items.size()));
    options.entrypoints.clear();
    for (const ConfigValue& item : items) {
        if (auto name = item.text()) options.entrypoints.push_back(std::move(*name));
    }
}

void read_histograms(const ConfigValue& value, TraefikOptions& options) {
    constexpr std::string_view kWords[] = {"brief", "full"};
    if (const auto word = value.choice(kWords)) options.full_histograms = *word == "full";
}

/// As Traefik writes its name: capitals at the beginning of each word.
void read_header(const ConfigValue& value, TraefikOptions& options) {
    auto name = value.text();
    if (!name) return;
    bool first = true;
    for (char& c : *name) {
        const auto letter = static_cast<unsigned char>(c);
        if (std::isalnum(letter) == 0 && c != '-') {
            value.fail("a header's name is letters, digits and -, found " + value.shown());
            return;
        }
        c = static_cast<char>(first ? std::toupper(letter) : std::tolower(letter));
        first = c == '-';
    }
    if (name->size() > kLongestHeader) return value.fail("a header's name has at most 64 letters");
    options.tenant_header = *name;
}

void read_workloads(const ConfigValue& value, TraefikOptions& options) {
    read_classes(value, options.classes);
}

void read_templates(const ConfigValue& value, TraefikOptions& options) {
    read_path_templates(value, options.path_templates);
}

constexpr BoundOption<TraefikOptions> kOptions[] = {
    {{.key = "access_log",
      .syntax = tail::kLogSyntax,
      .help =
          "Where Traefik writes its access log; each entry may be a pattern (glob), and rotated "
          "files are found beside it.",
      .required = true},
     tail::kLogPaths<&TraefikOptions::log>},
    {{.key = "format",
      .syntax = "detect|json|common|genericCLF",
      .fallback = "detect",
      .help = "Format of the entries; only JSON tells upstream times, hosts, entrypoints and TLS."},
     read_format},
    {{.key = "clf_quotes",
      .syntax = "detect|escaped|plain",
      .fallback = "detect",
      .help = "How Traefik writes a quote of a client's text in CLF: `escaped` from 3.6.18 and "
              "3.7.2 on, `plain` before. An entry with two requests, one of them such a text, is "
              "read rightly if this is known; else it is malformed, with reason `ambiguous`."},
     read_quotes},
    {{.key = "entrypoints",
      .syntax = "name or list of them",
      .fallback = "web, websecure, http, https",
      .help =
          "Entrypoints of this Traefik, for logs that do not name them, as CLF: of a router with "
          "several it makes copies `<entrypoint>-<router>`, which are the tenant's of the "
          "router."},
     read_entrypoints},
    tail::kWrapper<&TraefikOptions::log>,
    tail::kFromBeginning<&TraefikOptions::log>,
    {{.key = "histograms",
      .syntax = "brief|full",
      .fallback = "brief",
      .help = "Brief ones fit 300 tenants into limits.series_per_target: half of the bounds, total "
              "time by tenant and class with 5xx apart, upstream time by tenant. Full ones have "
              "all bounds, each status class, and class and service of the upstream time."},
     read_histograms},
    {{.key = "tenant_header",
      .syntax = "header",
      .help = "Request header that rules with `from: header` look at; Traefik must keep it in the "
              "log (accessLog.fields.headers.names)."},
     read_header},
    {{.key = "classes",
      .syntax = "list of {name, path, latency, slo}",
      .fallback = "those of Odoo",
      .help = "Classes of requests by their path without query (RE2), the first that matches "
              "decides; `latency: connection` for long ones, `slo: false` where failures do not "
              "count against a tenant's availability, as Odoo's health and database manager."},
     read_workloads},
    {{.key = "path_templates",
      .syntax = "list of [pattern, text]",
      .fallback = "those of Odoo",
      .help = "What paths are shown as by the collector top_paths: the first pattern (RE2) that "
              "matches decides; what else a client wrote is never shown."},
     read_templates},
};

}  // namespace

std::span<const Option* const> option_rows() {
    static const auto rows = options_of(kOptions);
    return rows;
}

TraefikOptions read_traefik_options(ConfigMap& entry) {
    TraefikOptions options;
    read_options(kOptions, entry, options);
    return options;
}

}  // namespace erp::traefik
