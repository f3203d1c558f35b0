#pragma once

#include "core/config/config.hpp"
#include "core/metrics/rules.hpp"
#include "core/yaml/options.hpp"

#include <memory>
#include <string>

/// An exporter for the tests of this folder: with each kind of option, collector and metric.
namespace erp::fake {

struct Options {
    std::string address;
    Duration keepalive = std::chrono::seconds(30);
    bool local = false;
    SecretSource password;
    std::string beside;
};

inline constexpr BoundOption<Options> kOptions[] = {
    {{.key = "address", .syntax = "host:port", .help = "Where the server is.", .required = true},
     into<&Options::address>},
    {{.key = "keepalive", .syntax = "duration", .fallback = "30s", .help = "Sign of life."},
     into<&Options::keepalive>},
    {{.key = "local", .syntax = "on or off", .fallback = "off", .help = "This host | or not."},
     into<&Options::local>},
    {{.key = "password_file", .syntax = "file", .help = "Holds the password."},
     secret<&Options::password, SecretSource::Kind::file>},
    {{.key = "password_env", .syntax = "variable", .help = "Holds the password."},
     secret<&Options::password, SecretSource::Kind::environment>},
    {{.key = "password_credential", .syntax = "credential", .help = "Holds the password."},
     secret<&Options::password, SecretSource::Kind::credential>},
    {{.key = "beside",
      .syntax = "name of a target",
      .help = "What runs beside it.",
      .target_of = "other"},
     into<&Options::beside>},
};
inline constexpr const Option* kOptionRows[] = {
    &kOptions[0].option, &kOptions[1].option, &kOptions[2].option, &kOptions[3].option,
    &kOptions[4].option, &kOptions[5].option, &kOptions[6].option};

inline constexpr Metric kUp{
    .name = "fake_up", .help = "Whether it answered.", .labels = {"server"}};
inline constexpr Metric kSize{.name = "fake_size_bytes",
                              .help = "Size of a database.",
                              .labels = {"datname"},
                              .unit = Unit::bytes,
                              .source = "catalog.size",
                              .tenant_from = Dimension::database,
                              .tenant_label = "datname"};
inline constexpr Metric kOld{.name = "fake_old_count",
                             .type = Type::counter,
                             .help = "Kept from a peer.",
                             .source = "INFO a|b",
                             .naming = Naming::compatible,
                             .stability = Stability::experimental};
inline constexpr const Metric* kMetrics[] = {&kUp};
inline constexpr const Metric* kSizeMetrics[] = {&kSize};
inline constexpr const Metric* kOldMetrics[] = {&kOld};
static_assert(broken_rule(kMetrics) == Rule::none && broken_rule(kSizeMetrics) == Rule::none &&
              broken_rule(kOldMetrics) == Rule::none);
inline constexpr MetricPattern kSettings{
    .prefix = "fake_settings_", .help = "One per setting.", .source = "settings"};
inline constexpr const MetricPattern* kPatterns[] = {&kSettings};

inline constexpr CollectorRow kSizes{.name = "sizes",
                                     .summary = "Sizes of databases.",
                                     .interval = std::chrono::minutes(5),
                                     .metrics = kSizeMetrics};
inline constexpr CollectorRow kSettingsRow{.name = "settings",
                                           .summary = "Settings of the server.",
                                           .enabled = false,
                                           .minimum_age = std::chrono::seconds(60),
                                           .metrics = kOldMetrics,
                                           .patterns = kPatterns};
inline constexpr const CollectorRow* kCollectors[] = {&kSizes, &kSettingsRow};

/// What the last configure() read; the tests are one thread.
inline Options read;

inline TargetFactory configure(ConfigMap& entry,
                               TargetConfig& /*config*/,
                               const Tenancy& /*tenancy*/) {
    Options options;
    read_options(kOptions, entry, options);
    read = options;
    return [](const std::shared_ptr<const TargetConfig>&, const Services&) {
        return std::unique_ptr<Target>();
    };
}

inline constexpr Exporter kExporter{.name = "fake",
                                    .summary = "A system that does not exist.",
                                    .metrics = kMetrics,
                                    .collectors = kCollectors,
                                    .options = kOptionRows,
                                    .configure = configure};
inline constexpr Exporter kOther{.name = "other",
                                 .summary = "Another one.",
                                 .metrics = {},
                                 .collectors = {},
                                 .options = {},
                                 .configure = configure};
inline constexpr const Exporter* kExporters[] = {&kExporter, &kOther};

}  // namespace erp::fake
