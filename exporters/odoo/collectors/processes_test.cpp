#include "exporters/odoo/collectors/processes.hpp"

#include "core/metrics/page_families.hpp"
#include "exporters/odoo/collectors/cgroup.hpp"
#include "exporters/odoo/collectors/directories.hpp"
#include "exporters/odoo/processes/fake_proc.hpp"
#include "exporters/odoo/processes/observer.hpp"

#include <catch2/catch.hpp>

namespace erp::odoo {
namespace {

std::string page_of(const ProcessPicture& picture) {
    Samples samples;
    add_processes(picture, samples);
    return erp::page_of(std::move(samples));
}

TEST_CASE("processes page: what a user reads of the recorded Odoo 14", "[odoo]") {
    FakeProc proc;
    proc.put(recorded_processes("14/proc_saturated.json"));
    proc.write("odoo.conf",
               "[options]\nworkers = 3\nlimit_time_real = 40\nlimit_time_real_cron = 150\n"
               "limit_request = 900\ndb_maxconn = 12\nadmin_passwd = hunter2\n");
    ProcessObserver observer(ProcFolder(proc.folder, {}), "",
                             {.config = proc.path("odoo.conf"), .cgroup = "/"});
    const std::string page = page_of(observer.look(3000, 1'000'000));
    for (const char* line :
         {R"(odoo_workers{type="http"} 3)", R"(odoo_workers{type="cron"} 2)",
          R"(odoo_workers{type="gevent"} 1)", R"(odoo_workers{type="jobrunner"} 1)",
          R"(odoo_workers_configured{type="http"} 3)", R"(odoo_workers_configured{type="cron"} 2)",
          R"(odoo_worker_virtual_memory_max_bytes{type="http"} 242118656)",
          R"(odoo_process_starts_total{type="http"} 0)",
          R"(odoo_process_ends_total{type="cron"} 0)",
          R"(odoo_limit_seconds{limit="real",source="file"} 40)",
          R"(odoo_limit_seconds{limit="cpu",source="default"} 60)",
          R"(odoo_limit_bytes{limit="memory_soft",source="default"} 2147483648)",
          R"(odoo_limit_requests{source="file"} 900)", R"(odoo_db_pool_limit{source="file"} 12)",
          "odoo_settings_known 1"}) {
        CAPTURE(line);
        CHECK(has_line(page, line));
    }
    CHECK(page.find(R"(odoo_workers{type="master"})") == std::string::npos);
    CHECK(page.find("type=\"other\"") == std::string::npos);
    CHECK(page.find("hunter2") == std::string::npos);
}

TEST_CASE("processes page: a limit that is switched off is absent", "[odoo]") {
    FakeProc proc;
    proc.put(recorded_processes("17/proc_saturated.json"));
    proc.write("odoo.conf",
               "[options]\nlimit_request = 0\nlimit_time_real_cron = 0\nlimit_memory_soft = 0\n");
    ProcessObserver observer(ProcFolder(proc.folder, {}), "",
                             {.config = proc.path("odoo.conf"), .cgroup = "/"});
    const std::string page = page_of(observer.look(3000, 1'000'000));
    CHECK(page.find("odoo_limit_requests") == std::string::npos);
    CHECK(page.find("limit=\"real_cron\"") == std::string::npos);
    CHECK(page.find("limit=\"memory_soft\"") == std::string::npos);
    CHECK(has_line(page, R"(odoo_limit_seconds{limit="real",source="default"} 120)"));
    CHECK(has_line(page, R"(odoo_workers_configured{type="http"} 0)"));
}

TEST_CASE("processes page: without odoo.conf there are no invented defaults", "[odoo]") {
    FakeProc proc;
    proc.put(recorded_processes("18/proc_saturated.json"));
    ProcessObserver observer(ProcFolder(proc.folder, {}), "",
                             {.config = proc.path("missing"), .cgroup = "/"});
    const std::string page = page_of(observer.look(3000, 1'000'000));
    CHECK(has_line(page, "odoo_settings_known 0"));
    CHECK(page.find("odoo_workers_configured") == std::string::npos);
    CHECK(page.find("odoo_limit_") == std::string::npos);
    CHECK(has_line(page, R"(odoo_workers{type="http"} 3)"));
}

TEST_CASE("processes page: without a master counters stay and gauges go", "[odoo]") {
    FakeProc proc;
    proc.put(recorded_processes("17/proc_saturated.json"));
    ProcessObserver observer(ProcFolder(proc.folder, {}), "", {});
    (void)observer.look(3000, 1'000'000);
    std::filesystem::remove_all(proc.folder);
    const std::string page = page_of(observer.look(3005, 1'000'005));
    CHECK(has_line(page, R"(odoo_process_ends_total{type="http"} 3)"));
    CHECK(page.find("odoo_workers{") == std::string::npos);
    CHECK(page.find("odoo_start_time_seconds") == std::string::npos);
}

TEST_CASE("cgroup page: the working set is what is not given back at once", "[odoo]") {
    Samples samples;
    add_cgroup({.path = "/x", .memory_bytes = 5000, .inactive_file_bytes = 1200, .cpus_max = 1.5},
               samples);
    const std::string page = erp::page_of(std::move(samples));
    CHECK(has_line(page, "odoo_cgroup_memory_working_set_bytes 3800"));
    CHECK(has_line(page, "odoo_cgroup_cpu_limit_processors 1.5"));
    CHECK(page.find("odoo_cgroup_memory_limit_bytes") == std::string::npos);
}

TEST_CASE("directories page: unknown databases are one, and what was not seen is absent",
          "[odoo]") {
    DirectoryPicture picture;
    picture.filestores = {{"acme_prod", {2, 100}}};
    picture.unknown = FilestoreSize{4, 15};
    picture.filestores_at = 1000;
    picture.filestores_complete = true;
    picture.sessions = SessionCounts{.all = 7, .recent = 2};
    Samples samples;
    add_directories(picture, samples);
    const std::string page = erp::page_of(std::move(samples));
    CHECK(has_line(page, R"(odoo_filestore_bytes{datname="acme_prod"} 100)"));
    CHECK(has_line(page, R"(odoo_filestore_bytes{datname="_unknown"} 15)"));
    CHECK(has_line(page, R"(odoo_filestore_files{datname="_unknown"} 4)"));
    CHECK(has_line(page, R"(odoo_sessions{store="file"} 7)"));
    CHECK(page.find("odoo_filesystem_") == std::string::npos);
}

}  // namespace
}  // namespace erp::odoo
