#include "exporters/odoo/counts/version.hpp"

#include "core/base/deadline.hpp"
#include "exporters/odoo/counts/later.hpp"
#include "exporters/odoo/counts/replay.hpp"

namespace erp::odoo {
namespace {

constexpr std::int64_t kHour = 3'600'000'000'000;
constexpr std::int64_t kNineDays = 216 * kHour;

/// Boots at times that may be to come, which a log's reader would refuse.
struct Boots {
    Ledger ledger;
    Databases databases{"", three_tenants()};
    Workers workers;

    void boot(std::string_view version, std::int64_t at) {
        const Record record{.time = at,
                            .pid = 100,
                            .level = Level::info,
                            .database = "?",
                            .logger = "odoo",
                            .message = "Odoo version",
                            .perf = ""};
        Event event;
        event.kind = EventKind::boot;
        event.name = version;
        ledger.count(record, event, databases, workers, at);
    }
    std::string version() { return std::string(version_of(ledger.counts())); }
};

TEST_CASE("version: that of the last boot, whatever order they are read in", "[odoo]") {
    Boots log;
    CHECK(log.version().empty());
    const std::int64_t now = unix_nanoseconds();
    log.boot("18.0", now - kHour);
    log.boot("17.0", now - 2 * kHour);
    CHECK(log.version() == "18.0");
}

TEST_CASE("version: one that booted by a clock that ran ahead is not the last for ever", "[odoo]") {
    Boots log;
    const std::int64_t now = unix_nanoseconds();
    log.boot("17.0", now + kNineDays);
    CHECK(log.version() == "17.0");
    log.boot("18.0", now);
    CHECK(log.version() == "18.0");
    log.boot("17.0", now + kHour / 2);  // right again, and back
    CHECK(log.version() == "17.0");
}

TEST_CASE("ledger: a time that is to come gives way to one that was", "[odoo]") {
    const std::int64_t now = unix_nanoseconds();
    std::int64_t last = now + kNineDays;
    set_later(last, now);
    CHECK(last == now);
    set_later(last, now - 2 * kHour);  // of a log that is read late
    CHECK(last == now);
    last = now + kHour / 2;  // clocks differ
    set_later(last, now);
    CHECK(last == now + kHour / 2);
}

}  // namespace
}  // namespace erp::odoo
