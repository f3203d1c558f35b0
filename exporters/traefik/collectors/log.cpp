#include "exporters/traefik/collectors.hpp"

namespace erp::traefik {
namespace {

constexpr Metric kParseErrors{
    .name = "traefik_accesslog_parse_errors_total",
    .type = Type::counter,
    .help = "Lines of the log that are no entries, by what is wrong with them.",
    .labels = {"file", "reason"},
    .source = "access log"};
constexpr Metric kMissing{
    .name = "traefik_accesslog_missing_requests_total",
    .type = Type::counter,
    .help =
        "Numbers of requests that did not appear within 15 minutes: lost, left out by a filter "
        "of Traefik's, or still running.",
    .labels = {"file"},
    .source = "access log: RequestCount"};
constexpr Metric kLate{
    .name = "traefik_accesslog_late_requests_total",
    .type = Type::counter,
    .help =
        "Requests that came after they had counted as missing: those that ran for longer than "
        "15 minutes, as websockets do.",
    .labels = {"file"},
    .source = "access log: RequestCount"};
constexpr Metric kResets{
    .name = "traefik_accesslog_request_number_resets_total",
    .type = Type::counter,
    .help = "How often the numbers of requests began again: restarts of Traefik.",
    .labels = {"file"},
    .source = "access log: RequestCount"};
constexpr Metric kField{
    .name = "traefik_accesslog_field_present",
    .help =
        "Whether the latest entries have a field at all; the status page says how to get what "
        "is not there.",
    .labels = {"file", "field"},
    .source = "access log"};
constexpr const Metric* kMetrics[] = {&kParseErrors, &kMissing, &kLate, &kResets, &kField};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const Counted& counted, Samples& samples) {
    for (const FileCounts& file : counted.files) {
        // From the first that is an error: not_an_entry is none.
        for (std::size_t i = 2; i < file.parse_errors.size(); ++i) {
            samples.add(kParseErrors, static_cast<double>(file.parse_errors[i]), file.name,
                        to_string(static_cast<ParseReason>(i)));
        }
        for (std::size_t i = 0; i < kFields; ++i) {
            const auto there = file.coverage.fields.at(i);
            if (there)
                samples.add(kField, *there ? 1 : 0, file.name, to_string(static_cast<Field>(i)));
        }
        if (!file.numbered) continue;
        samples.add(kMissing, static_cast<double>(file.missing), file.name);
        samples.add(kLate, static_cast<double>(file.late), file.name);
        samples.add(kResets, static_cast<double>(file.resets), file.name);
    }
}

}  // namespace

const Collector kLog{.row = {.name = "log",
                             .summary = "What was read of the access log, and what was not.",
                             .interval = kSnapshotInterval,
                             .metrics = kMetrics},
                     .add = add};

}  // namespace erp::traefik
