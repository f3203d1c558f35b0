#include "exporters/odoo/collectors.hpp"

namespace erp::odoo {
namespace {

constexpr Metric kOverflows{
    .name = "odoo_listen_overflows_total",
    .type = Type::counter,
    .help =
        "Connections that the kernel dropped because an accept queue was full, of all "
        "listeners in the network namespace of Odoo.",
    .source = "/proc/net/netstat: ListenOverflows"};
constexpr Metric kDrops{
    .name = "odoo_listen_drops_total",
    .type = Type::counter,
    .help =
        "Connections that the kernel dropped at a listener for any reason, of all listeners in "
        "the network namespace of Odoo.",
    .source = "/proc/net/netstat: ListenDrops"};
constexpr Metric kGevent{
    .name = "odoo_gevent_connections",
    .help =
        "Connections to the port of long polls and websockets that its process has accepted, "
        "or that wait for it because its loop is blocked.",
    .labels = {"state"},
    .source = "sockets"};
constexpr const Metric* kMetrics[] = {&kOverflows, &kDrops, &kGevent};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const View& view, Samples& samples) {
    const SocketCounts& counts = *view.sockets;
    if (counts.failures) {
        samples.add(kOverflows, static_cast<double>(counts.failures->overflows));
        samples.add(kDrops, static_cast<double>(counts.failures->drops));
    }
    if (counts.gevent) {
        samples.add(kGevent, counts.gevent->accepted, "accepted");
        samples.add(kGevent, counts.gevent->waiting, "waiting");
    }
}

}  // namespace

const Collector kConnections{
    .row = {.name = "connections",
            .summary = "Connections that the kernel dropped, and those of websockets.",
            .interval = kRareSocketInterval,
            .metrics = kMetrics},
    .source = Source::sockets,
    .add = add};

}  // namespace erp::odoo
