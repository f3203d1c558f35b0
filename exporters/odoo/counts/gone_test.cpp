#include "exporters/odoo/counts/replay.hpp"

namespace erp::odoo {
namespace {

constexpr std::int64_t kMinute = 60'000'000'000;

/// A log that is read by rules which can be changed, at a time that can be set.
struct Reader {
    std::shared_ptr<CurrentTenancy> tenancy = std::make_shared<CurrentTenancy>();
    std::int64_t now = 1'795'320'000'000'000'000;
    Replay replay;

    explicit Reader(const std::string& databases)
        : tenancy(those_of(databases)),
          replay(LogFormat::detect, tenancy, [this] { return now; }) {}

    /// From now on; what was read before is over.
    void allow(const std::string& databases) {
        (void)replay.counts();
        tenancy->set(rules(databases));
    }
    static std::shared_ptr<const Tenancy> rules(const std::string& databases) {
        return std::make_shared<const Tenancy>(
            std::vector<Tenant>{{.name = "all"}},
            std::vector<TenantRule>{{Dimension::database, "^(?:" + databases + ")$", "all"}});
    }
    static std::shared_ptr<CurrentTenancy> those_of(const std::string& databases) {
        auto current = std::make_shared<CurrentTenancy>();
        current->set(rules(databases));
        return current;
    }
    void run(const std::string& database, const std::string& job, const std::string& pid = "9") {
        const std::string head = "2026-11-22 04:00:00,000 " + pid + " INFO " + database +
                                 " odoo.addons.base.models.ir_cron: ";
        replay.take_all(head + "Starting job `" + job + "`. \n" + head + "Job `" + job +
                        "` done. ");
    }
    void start(const std::string& database, const std::string& job) {
        replay.take_all("2026-11-22 04:00:00,000 7 INFO " + database +
                        " odoo.addons.base.models.ir_cron: Starting job `" + job + "`. ");
    }
};

std::size_t last_starts(Replay& replay) {
    return replay.counts().of<CronLast>().size();
}

TEST_CASE("gone databases: an hour after it went a database has no counts and no names", "[odoo]") {
    Reader reader("acme|globex");
    reader.run("acme", "Mail");
    reader.run("globex", "Import");
    reader.allow("acme");
    CHECK(reader.replay.by<CronRuns, Label::datname, Label::cron>() ==
          Counted{{"acme Mail", 1}, {"globex Import", 1}});
    reader.now += 59 * kMinute;
    CHECK(last_starts(reader.replay) == 2);
    reader.now += kMinute;
    CHECK(reader.replay.by<CronRuns, Label::datname, Label::cron>() == Counted{{"acme Mail", 1}});
    CHECK(reader.replay.by<Records, Label::datname>() == Counted{{"acme", 2}});
    const LogCounts& counts = reader.replay.counts();
    for (const Label label : {Label::datname, Label::cron}) {
        const auto& names = (*counts.names)[static_cast<std::size_t>(label)];
        CHECK(std::ranges::count(names, "globex") + std::ranges::count(names, "Import") == 0);
    }
}

TEST_CASE("gone databases: one that is back within the hour keeps its counts", "[odoo]") {
    Reader reader("acme");
    reader.run("acme", "Mail");
    for (int i = 0; i < 4; ++i) {
        reader.allow(i % 2 == 0 ? "globex" : "acme");
        CHECK(last_starts(reader.replay) == 1);
        reader.now += 59 * kMinute;
        CHECK(last_starts(reader.replay) == 1);
    }
}

TEST_CASE("gone databases: what goes on in others goes on", "[odoo]") {
    Reader reader("acme|globex");
    reader.run("globex", "Import");
    reader.start("globex", "Never");
    reader.start("acme", "Mail");
    reader.replay.take_all(
        "2026-11-22 04:00:00,000 5 ERROR acme odoo.http: Exception during request handling. ");
    reader.allow("acme");
    (void)last_starts(reader.replay);
    reader.now += 61 * kMinute;
    CHECK(last_starts(reader.replay) == 1);
    reader.replay.take_all(
        "2026-11-22 04:00:01,000 7 INFO acme odoo.addons.base.models.ir_cron: Job `Mail` done. \n"
        "2026-11-22 04:00:01,000 5 INFO acme werkzeug: 127.0.0.1 - - [22/Nov/2026 04:00:01] \"POST "
        "/web/dataset/call_kw/a/b HTTP/1.1\" 200 - 12 0.010 0.030");
    CHECK(reader.replay.by<CronRuns, Label::datname, Label::cron, Label::result>() ==
          Counted{{"acme Mail ok", 1}});
    CHECK(reader.replay.by<FailedRequests, Label::datname, Label::route>() ==
          Counted{{"acme rpc", 1}});
    // And it is kept so.
    Reader next("acme");
    (void)reader.replay.counts();
    REQUIRE_FALSE(next.replay.log().restore(reader.replay.bytes()));
    CHECK(next.replay.by<CronRuns, Label::datname, Label::cron, Label::result>() ==
          Counted{{"acme Mail ok", 1}});
}

TEST_CASE("gone databases: one that writes nothing for a week while others do is gone", "[odoo]") {
    Reader reader("acme|globex");
    const auto at = [&](const std::string& day, const std::string& database) {
        reader.replay.take_all("2026-11-" + day + " 04:00:00,000 9 INFO " + database +
                               " odoo.addons.base.models.ir_cron: Starting job `Mail`. ");
        return last_starts(reader.replay);
    };
    CHECK(at("01", "acme") == 1);
    CHECK(at("01", "globex") == 2);
    CHECK(at("07", "acme") == 2);
    CHECK(at("08", "acme") == 2);
    reader.now += 59 * kMinute;
    CHECK(at("08", "acme") == 2);
    reader.now += kMinute;
    CHECK(at("08", "acme") == 1);
    CHECK(at("08", "globex") == 2);  // and back
}

TEST_CASE("gone databases: a clock that was ahead for a while takes none away", "[odoo]") {
    Reader reader("acme|globex");
    const auto at = [&](const std::string& day, const std::string& database) {
        reader.replay.take_all("2026-11-" + day + " 04:00:00,000 9 INFO " + database +
                               " odoo.addons.base.models.ir_cron: Starting job `Mail`. ");
        reader.now += 2 * kMinute;
        return last_starts(reader.replay);
    };
    CHECK(at("01", "acme") == 1);
    CHECK(at("01", "globex") == 2);
    CHECK(at("10", "acme") == 2);
    for (int i = 0; i < 200; ++i)
        (void)at("01", "acme");  // right again, and believed after a hundred
    CHECK(at("01", "globex") == 2);
    reader.now += 61 * kMinute;
    CHECK(at("01", "acme") == 2);
}

TEST_CASE("server log: two hundred databases with sixty jobs each all have their last starts",
          "[odoo]") {
    Reader reader("[a-z]+[0-9]+");
    for (int database = 0; database < 200; ++database) {
        for (int job = 0; job < 60; ++job)
            reader.run("db" + std::to_string(database), "Job " + std::to_string(job));
    }
    CHECK(last_starts(reader.replay) == 12'000);
    CHECK(reader.replay.counts().of<CronDurations>().size() == 12'000);
    CHECK(reader.replay.counts().refused == 0);
}

TEST_CASE("server log: what has no room is told", "[odoo]") {
    Reader reader("acme");
    for (int job = 0; job < 2'010; ++job)
        reader.start("acme", "Job " + std::to_string(job));
    CHECK(reader.replay.counts().refused == 10);
}

}  // namespace
}  // namespace erp::odoo
