#include "exporters/odoo/log/recording.hpp"

#include <catch2/catch.hpp>

using namespace erp::odoo;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

Read server(const std::string& text, const std::string& level = "INFO") {
    return read(level, "odoo.service.server", text);
}

}  // namespace

TEST_CASE("what is said of a worker has its pid and, if named, its type") {
    const Read alive = server("Worker WorkerHTTP (19807) alive");
    CHECK(alive.event.kind == EventKind::worker_alive);
    CHECK(alive.event.child == 19807);
    CHECK(alive.event.worker == WorkerType::http);
    CHECK(server("Worker WorkerJobRunner (5) alive").event.worker == WorkerType::jobrunner);
    CHECK(server("Worker WorkerOther (5) alive").event.worker == WorkerType::other);

    const Read timeout = server("WorkerCron (19815) timeout after 45s", "ERROR");
    CHECK(timeout.event.kind == EventKind::worker_timeout);
    CHECK(timeout.event.child == 19815);
    CHECK(timeout.event.worker == WorkerType::cron);
    CHECK(timeout.event.duration == 45 * kSecond);

    const Read cpu = server("Worker (22557) CPU time limit (20) reached.");
    CHECK(cpu.event.kind == EventKind::worker_cpu_limit);
    CHECK(cpu.event.child == 22557);
    CHECK(cpu.event.worker == WorkerType::unknown);
    CHECK(cpu.event.duration == 20 * kSecond);

    const Read memory = server("Worker (27412) virtual memory limit (2380431360) reached.");
    CHECK(memory.event.kind == EventKind::worker_memory_limit);
    CHECK(memory.event.bytes == 2380431360);
    CHECK(server("Worker (31039) max request (60) reached.").event.count == 60);
    const Read age = server("WorkerCron (7) max age (3600s) reached.");
    CHECK(age.event.kind == EventKind::worker_max_age);
    CHECK(age.event.duration == 3600 * kSecond);
    const Read end = server("Worker (19807) exiting. request_count: 5, registry count: 1.");
    CHECK(end.event.kind == EventKind::worker_exiting);
    CHECK(end.event.count == 5);
    CHECK(server("Worker (7) Parent changed").event.kind == EventKind::worker_parent_changed);
}

TEST_CASE("a worker that ends by an exception tells which, in each version's words") {
    const std::string traceback =
        "\nTraceback (most recent call last):\n  File \"x.py\", line 1, in f\nException: CPU time "
        "limit "
        "exceeded.";
    for (const std::string text :
         {"Worker (8) Exception occured, exiting...", "Worker (8) Exception occurred, exiting...",
          "Worker WorkerCron (8) Exception occurred, exiting..."}) {
        CAPTURE(text);
        const Read read = server(text + traceback, "ERROR");
        CHECK(read.event.kind == EventKind::worker_exception);
        CHECK(read.event.child == 8);
        CHECK(read.event.exception == "Exception");
    }
    const Read critical = server("Critial worker error (8)" + traceback, "CRITICAL");
    CHECK(critical.event.kind == EventKind::worker_critical);
    CHECK(critical.event.child == 8);
}

TEST_CASE("starts and stops of the server are told") {
    const auto kind = [](const std::string& text) { return server(text).event.kind; };
    CHECK(kind("HTTP service (werkzeug) running on 0.0.0.0:8069") == EventKind::http_service);
    CHECK(kind("Evented Service (longpolling) running on 0.0.0.0:8072") ==
          EventKind::gevent_service);
    CHECK(kind("Stopping gracefully") == EventKind::stopping);
    CHECK(kind("Initiating shutdown") == EventKind::stopping);
    CHECK(kind("Forced shutdown.") == EventKind::forced_shutdown);
    CHECK(kind("Reloading server") == EventKind::reloading);
    CHECK(kind("Server memory limit (2048) reached.") == EventKind::server_limit);
    CHECK(kind("Thread <Thread(x)> virtual real time limit (130/120s) reached.") ==
          EventKind::server_limit);
    const Read gevent = server("Gevent virtual memory limit reached: 123");
    CHECK(gevent.event.kind == EventKind::worker_memory_limit);
    CHECK(gevent.event.worker == WorkerType::gevent);
    CHECK(gevent.event.bytes == 123);
    CHECK(kind("LongPolling virtual memory limit reached: 1") == EventKind::worker_memory_limit);
    CHECK(kind("Worker started") == EventKind::plain);
    CHECK(kind("Worker (x) alive") == EventKind::plain);

    const Read boot = read("INFO", "odoo", "Odoo version 18.0-20250702");
    CHECK(boot.event.kind == EventKind::boot);
    CHECK(boot.event.name == "18.0-20250702");
}

TEST_CASE("loads of registries, caches and modules are told") {
    for (const std::string logger : {"odoo.modules.registry", "odoo.registry"}) {  // 19: the latter
        const auto registry = [&](const std::string& text) {
            return read("INFO", logger, text).event.kind;
        };
        const Read loaded = read("INFO", logger, "Registry loaded in 1.250s");
        CHECK(loaded.event.kind == EventKind::registry_loaded);
        CHECK(loaded.event.duration == kSecond * 5 / 4);
        CHECK(registry("Caches invalidated, signaling through the database: ['default']") ==
              EventKind::cache_signal);
        CHECK(registry("Invalidating caches after database signaling: ['default']") ==
              EventKind::cache_invalidated);
        CHECK(registry("Registry changed, signaling through the database") ==
              EventKind::registry_signal);
        CHECK(registry("Reloading the model registry after database signaling.") ==
              EventKind::registry_reload);
        const Read module =
            read("INFO", logger, "module sale_stock: creating or updating database tables");
        CHECK(module.event.kind == EventKind::module_operation);
        CHECK(module.event.name == "sale_stock");
    }
    CHECK(read("INFO", "odoo.addons.base.models.ir_module",
               "ALLOW access to module.button_immediate_upgrade on ['Sale'] to user admin #2")
              .event.kind == EventKind::module_operation);
    CHECK(read("INFO", "odoo.addons.base.models.ir_module",
               "ALLOW access to module.update_list on [] to user __system__ #1")
              .event.kind == EventKind::plain);
}
