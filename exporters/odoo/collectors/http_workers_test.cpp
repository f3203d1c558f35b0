#include "core/metrics/page_families.hpp"
#include "exporters/odoo/collectors.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <utility>

namespace erp::odoo {
namespace {

using namespace std::chrono_literals;

std::string page(const Collector& collector, SocketCounts counts) {
    View view;
    view.sockets = std::make_shared<const SocketCounts>(std::move(counts));
    Samples samples;
    collector.add(view, samples);
    return "\n" + page_of(std::move(samples));
}

SocketCounts saturated() {
    SocketCounts counts;
    counts.way = SocketWay::sock_diag;
    counts.http = QueueState{.listening = true,
                             .backlog = 24,
                             .queue_length = 6,
                             .longest_queue = 9,
                             .busy = 3,
                             .waiting = 4,
                             .abandoned = 2,
                             .oldest_waiting = 2500ms,
                             .oldest_running = 7s,
                             .longest_step = 300ms,
                             .workers = {ServerMode::prefork, 3}};
    counts.totals.watched = 60s;
    counts.totals.busy = 90s;
    counts.totals.saturated = 20s;
    counts.totals.accepted = 11;
    counts.totals.abandoned = 2;
    counting::observe<kQueueWaitBounds>(counts.totals.waits, 1500 * counting::kMillisecond);
    return counts;
}

TEST_CASE("http_workers: what the sockets of a saturated server show", "[odoo][sockets]") {
    const std::string text = page(kHttpWorkers, saturated());
    for (const char* line :
         {R"(odoo_http_server_info{mode="prefork",sockets="sock_diag"} 1)",
          "odoo_http_workers_configured 3", "odoo_http_workers_busy 3",
          "odoo_http_worker_busy_seconds_total 90", "odoo_http_saturated_seconds_total 20",
          "odoo_http_watched_seconds_total 60", "odoo_http_sampling_step_recent_max_seconds 0.3",
          "odoo_http_inflight_oldest_seconds 7", "odoo_http_accepted_connections_total 11",
          "odoo_http_accept_queue_length 6", "odoo_http_accept_queue_length_recent_max 9",
          "odoo_http_accept_queue_limit 24", "odoo_http_accept_queue_waiting 4",
          "odoo_http_accept_queue_abandoned 2", "odoo_http_accept_queue_oldest_seconds 2.5",
          "odoo_http_abandoned_queued_total 2", R"(odoo_http_queue_wait_seconds_bucket{le="1"} 0)",
          R"(odoo_http_queue_wait_seconds_bucket{le="2.5"} 1)",
          "odoo_http_queue_wait_seconds_sum 1.5"})
        CHECK(has_line(text, line));
}

TEST_CASE("http_workers: what is not known is absent, what was counted stays", "[odoo][sockets]") {
    SocketCounts counts = saturated();
    counts.http->backlog = 0;  // of /proc/net/tcp
    counts.http->workers = {};
    std::string text = page(kHttpWorkers, counts);
    CHECK(text.find("odoo_http_workers_configured") == std::string::npos);
    CHECK(text.find("odoo_http_accept_queue_limit") == std::string::npos);
    CHECK(has_line(text, "odoo_http_accept_queue_length 6"));
    counts.http->listening = false;
    text = page(kHttpWorkers, counts);
    CHECK(text.find("odoo_http_accept_queue_length ") == std::string::npos);
    CHECK(has_line(text, "odoo_http_workers_busy 3"));
    counts.http.reset();
    text = page(kHttpWorkers, counts);
    CHECK(text.find("odoo_http_workers_busy") == std::string::npos);
    CHECK(has_line(text, "odoo_http_worker_busy_seconds_total 90"));
}

TEST_CASE("connections: dropped ones and websockets, where they are known", "[odoo][sockets]") {
    SocketCounts counts;
    CHECK(page(kConnections, counts).find("odoo_") == std::string::npos);
    counts.failures = ListenFailures{.overflows = 5, .drops = 7};
    counts.gevent = GeventConnections{.accepted = 40, .waiting = 1};
    const std::string text = page(kConnections, counts);
    CHECK(has_line(text, "odoo_listen_overflows_total 5"));
    CHECK(has_line(text, "odoo_listen_drops_total 7"));
    CHECK(has_line(text, R"(odoo_gevent_connections{state="accepted"} 40)"));
    CHECK(has_line(text, R"(odoo_gevent_connections{state="waiting"} 1)"));
}

}  // namespace
}  // namespace erp::odoo
