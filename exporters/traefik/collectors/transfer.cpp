#include "core/counting/series.hpp"
#include "exporters/traefik/collectors.hpp"

namespace erp::traefik {
namespace {

using counting::add_sums;

constexpr Metric kRequestBytes{
    .name = "traefik_accesslog_request_bytes_total",
    .type = Type::counter,
    .help = "Bytes of request bodies; those of connections that were taken over are not known.",
    .labels = {"router", "tenant", "class"},
    .unit = Unit::bytes,
    .source = "access log: RequestContentSize"};
constexpr Metric kResponseBytes{
    .name = "traefik_accesslog_response_bytes_total",
    .type = Type::counter,
    .help =
        "Bytes of response bodies as sent; those of connections that were taken over are not "
        "known.",
    .labels = {"router", "tenant", "class"},
    .unit = Unit::bytes,
    .source = "access log: DownstreamContentSize"};
constexpr Metric kTlsRequests{.name = "traefik_accesslog_tls_requests_total",
                              .type = Type::counter,
                              .help = "Requests over TLS, by version and cipher suite.",
                              .labels = {"entrypoint", "tls_version", "tls_cipher"},
                              .source = "access log: TLSVersion, TLSCipher"};
constexpr Metric kHttpRequests{.name = "traefik_accesslog_http_requests_total",
                               .type = Type::counter,
                               .help = "Requests by version of HTTP.",
                               .labels = {"entrypoint", "protocol"},
                               .source = "access log: RequestProtocol"};
constexpr const Metric* kMetrics[] = {&kRequestBytes, &kResponseBytes, &kTlsRequests,
                                      &kHttpRequests};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const Counted& counted, Samples& samples) {
    const Traffic& traffic = *counted.traffic;
    add_sums<Requests, Label::router, Label::tenant, Label::workload>(
        samples, kRequestBytes, traffic,
        [](const RequestCell& cell) { return cell.request_bytes; });
    add_sums<Requests, Label::router, Label::tenant, Label::workload>(
        samples, kResponseBytes, traffic,
        [](const RequestCell& cell) { return cell.response_bytes; });
    const auto itself = [](std::uint64_t count) { return count; };
    add_sums<Tls, Label::entrypoint, Label::tls_version, Label::tls_cipher>(samples, kTlsRequests,
                                                                            traffic, itself);
    add_sums<Protocols, Label::entrypoint, Label::protocol>(samples, kHttpRequests, traffic,
                                                            itself);
}

}  // namespace

const Collector kTransfer{.row = {.name = "transfer",
                                  .summary = "Bytes by tenant; TLS and HTTP versions.",
                                  .interval = kSnapshotInterval,
                                  .metrics = kMetrics},
                          .add = add};

}  // namespace erp::traefik
