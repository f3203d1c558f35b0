#include "core/counting/series.hpp"
#include "exporters/traefik/collectors.hpp"

#include <vector>

namespace erp::traefik {
namespace {

using counting::Names;
using counting::position_of;
using counting::Table;
using counting::texts;
using counting::to_distribution;
using Number = Names::Number;

/// The families of one level of Traefik's own metrics, under their names.
struct Level {
    Metric requests;
    Metric tls;
    Metric durations;
    Metric request_bytes;
    Metric response_bytes;
};

constexpr Level kEntrypoints{
    .requests = {.name = "traefik_entrypoint_requests_total",
                 .type = Type::counter,
                 .help = "Requests of an entrypoint, as Traefik's own metric: without those that "
                         "broke off in the middle of an answer.",
                 .labels = {"code", "method", "protocol", "entrypoint"},
                 .source = "access log: entryPointName"},
    .tls = {.name = "traefik_entrypoint_requests_tls_total",
            .type = Type::counter,
            .help = "Requests of an entrypoint over TLS; counted at their end.",
            .labels = {"tls_version", "tls_cipher", "entrypoint"},
            .source = "access log: TLSVersion, TLSCipher"},
    .durations = {.name = "traefik_entrypoint_request_duration_seconds",
                  .type = Type::histogram,
                  .help = "Durations of requests of an entrypoint, in Traefik's own buckets.",
                  .labels = {"code", "method", "protocol", "entrypoint"},
                  .unit = Unit::seconds,
                  .source = "access log: Duration"},
    .request_bytes = {.name = "traefik_entrypoint_requests_bytes_total",
                      .type = Type::counter,
                      .help = "Bytes of request bodies of an entrypoint.",
                      .labels = {"code", "method", "protocol", "entrypoint"},
                      .unit = Unit::bytes,
                      .source = "access log: RequestContentSize"},
    .response_bytes = {.name = "traefik_entrypoint_responses_bytes_total",
                       .type = Type::counter,
                       .help = "Bytes of response bodies of an entrypoint.",
                       .labels = {"code", "method", "protocol", "entrypoint"},
                       .unit = Unit::bytes,
                       .source = "access log: DownstreamContentSize"}};
constexpr Level kRouters{
    .requests = {.name = "traefik_router_requests_total",
                 .type = Type::counter,
                 .help = "Requests of a router, as Traefik's own metric: without those that broke "
                         "off in the middle of an answer; the service is one that requests of this "
                         "router reached, none until one did.",
                 .labels = {"code", "method", "protocol", "router", "service"},
                 .source = "access log: RouterName"},
    .tls = {.name = "traefik_router_requests_tls_total",
            .type = Type::counter,
            .help = "Requests of a router over TLS; counted at their end.",
            .labels = {"tls_version", "tls_cipher", "router", "service"},
            .source = "access log: TLSVersion, TLSCipher"},
    .durations = {.name = "traefik_router_request_duration_seconds",
                  .type = Type::histogram,
                  .help = "Durations of requests of a router, in Traefik's own buckets.",
                  .labels = {"code", "method", "protocol", "router", "service"},
                  .unit = Unit::seconds,
                  .source = "access log: Duration"},
    .request_bytes = {.name = "traefik_router_requests_bytes_total",
                      .type = Type::counter,
                      .help = "Bytes of request bodies of a router.",
                      .labels = {"code", "method", "protocol", "router", "service"},
                      .unit = Unit::bytes,
                      .source = "access log: RequestContentSize"},
    .response_bytes = {.name = "traefik_router_responses_bytes_total",
                       .type = Type::counter,
                       .help = "Bytes of response bodies of a router.",
                       .labels = {"code", "method", "protocol", "router", "service"},
                       .unit = Unit::bytes,
                       .source = "access log: DownstreamContentSize"}};
constexpr Level kServices{
    .requests = {.name = "traefik_service_requests_total",
                 .type = Type::counter,
                 .help = "Requests of a service, once a request where Traefik's own metric counts "
                         "each attempt.",
                 .labels = {"code", "method", "protocol", "service"},
                 .source = "access log: ServiceName"},
    .tls = {.name = "traefik_service_requests_tls_total",
            .type = Type::counter,
            .help = "Requests of a service over TLS; counted at their end.",
            .labels = {"tls_version", "tls_cipher", "service"},
            .source = "access log: TLSVersion, TLSCipher"},
    .durations = {.name = "traefik_service_request_duration_seconds",
                  .type = Type::histogram,
                  .help = "Durations of requests of a service, in Traefik's own buckets.",
                  .labels = {"code", "method", "protocol", "service"},
                  .unit = Unit::seconds,
                  .source = "access log: Duration"},
    .request_bytes = {.name = "traefik_service_requests_bytes_total",
                      .type = Type::counter,
                      .help = "Bytes of request bodies of a service.",
                      .labels = {"code", "method", "protocol", "service"},
                      .unit = Unit::bytes,
                      .source = "access log: RequestContentSize"},
    .response_bytes = {.name = "traefik_service_responses_bytes_total",
                       .type = Type::counter,
                       .help = "Bytes of response bodies of a service.",
                       .labels = {"code", "method", "protocol", "service"},
                       .unit = Unit::bytes,
                       .source = "access log: DownstreamContentSize"}};

constexpr const Metric* kMetrics[] = {&kEntrypoints.requests,
                                      &kEntrypoints.tls,
                                      &kEntrypoints.durations,
                                      &kEntrypoints.request_bytes,
                                      &kEntrypoints.response_bytes,
                                      &kRouters.requests,
                                      &kRouters.tls,
                                      &kRouters.durations,
                                      &kRouters.request_bytes,
                                      &kRouters.response_bytes,
                                      &kServices.requests,
                                      &kServices.tls,
                                      &kServices.durations,
                                      &kServices.request_bytes,
                                      &kServices.response_bytes};
static_assert(broken_rule(kMetrics) == Rule::none);

void add_to(NativeCell& sum, const NativeCell& cell) {
    for (std::size_t i = 0; i < cell.durations.counts.size(); ++i)
        sum.durations.counts[i] += cell.durations.counts[i];
    sum.durations.sum += cell.durations.sum;
    sum.requests += cell.requests;
    sum.request_bytes += cell.request_bytes;
    sum.response_bytes += cell.response_bytes;
}

void add_to(std::uint64_t& sum, std::uint64_t requests) {
    sum += requests;
}

/// The service of each router, by its number: the first that one of its requests reached. Of what
/// Traefik itself answers (401, a redirect, no server) the log names none, where its own metrics
/// name the router's.
std::vector<Number> services_of(const Traffic& traffic) {
    std::vector<Number> services;
    for (const auto& row : traffic.of<Native>()) {
        const Number router = row.key[position_of<Native, Label::router>()];
        const Number service = row.key[position_of<Native, Label::service>()];
        if (router >= services.size()) services.resize(router + 1, Names::kNone);
        const bool named = router != Names::kOther && service != Names::kOther;
        if (named && services[router] == Names::kNone) services[router] = service;
    }
    return services;
}

/// Sums by `By` of the rows that have the label `Of`; what did not come so far has none. Layers of
/// routers below the first have no entrypoint and are only theirs.
template <class K, Label Of, Label... By>
auto sums_by(const Traffic& traffic, const std::vector<Number>& services) {
    Table<sizeof...(By), typename K::Cell> sums(K::kMost);
    for (auto row : traffic.of<K>()) {
        Number& service = row.key[position_of<K, Label::service>()];
        const Number router = row.key[position_of<K, Label::router>()];
        if (Of == Label::router && service == Names::kNone && router < services.size())
            service = services[router];
        if (row.key[position_of<K, Of>()] == Names::kNone) continue;
        if (Of == Label::service && row.key[position_of<K, Label::entrypoint>()] == Names::kNone)
            continue;
        add_to(sums.at({row.key[position_of<K, By>()]...}), row.cell);
    }
    return sums;
}

template <Label Of, Label... More>
void add_level(Samples& samples,
               const Level& level,
               const Traffic& traffic,
               const std::vector<Number>& services) {
    const auto requests =
        sums_by<Native, Of, Label::code, Label::method, Label::protocol, Of, More...>(traffic,
                                                                                      services);
    for (const auto& [key, cell] : requests.rows()) {
        const auto labels =
            texts<Label::code, Label::method, Label::protocol, Of, More...>(traffic, key);
        samples.add_row(level.requests, static_cast<double>(cell.requests), labels);
        samples.add_row(level.request_bytes, static_cast<double>(cell.request_bytes), labels);
        samples.add_row(level.response_bytes, static_cast<double>(cell.response_bytes), labels);
        samples.add_distribution(level.durations, to_distribution(cell.durations, bounds::kNative),
                                 labels);
    }
    const auto tls =
        sums_by<Tls, Of, Label::tls_version, Label::tls_cipher, Of, More...>(traffic, services);
    for (const auto& [key, count] : tls.rows()) {
        samples.add_row(level.tls, static_cast<double>(count),
                        texts<Label::tls_version, Label::tls_cipher, Of, More...>(traffic, key));
    }
}

void add(const Counted& counted, Samples& samples) {
    const Traffic& traffic = *counted.traffic;
    const std::vector<Number> services = services_of(traffic);
    add_level<Label::entrypoint>(samples, kEntrypoints, traffic, services);
    add_level<Label::router, Label::service>(samples, kRouters, traffic, services);
    add_level<Label::service>(samples, kServices, traffic, services);
}

}  // namespace

// What the log cannot tell is not here: traefik_service_server_up, traefik_open_connections,
// traefik_config_*.
const Collector kNative{
    .row = {.name = "native",
            .summary =
                "Requests under the names of Traefik's own metrics, for boards made for those.",
            .enabled = false,
            .interval = kSnapshotInterval,
            .metrics = kMetrics},
    .add = add};

}  // namespace erp::traefik
