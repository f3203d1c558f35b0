#include "exporters/odoo/processes/proc_text.hpp"

#include "core/base/text.hpp"
#include "exporters/odoo/processes/proc_folder.hpp"
#include "exporters/odoo/processes/text_file.hpp"

#include <catch2/catch.hpp>
#include <sys/resource.h>

#include <unistd.h>

namespace erp::odoo {
namespace {

constexpr KernelUnits kUnits{.ticks_per_second = 100, .page_bytes = 4096};

TEST_CASE("proc stat: a name with brackets and blanks hides no field", "[odoo]") {
    const auto stat = to_stat(
        "22557 (odoo: ) S 9 (x) S 22523 22523 1 0 -1 4194624 1 2 3 4 465 17 30 12 30 10 2 0 "
        "236905 240283648 34245 18446744073709551615 0\n",
        kUnits);
    REQUIRE(stat.has_value());
    CHECK(stat->pid == 22557);
    CHECK(stat->comm == "odoo: ) S 9 (x");
    CHECK(stat->parent == 22523);
    CHECK(stat->state == 'S');
    CHECK(stat->nice == 10);
    CHECK(stat->threads == 2);
    CHECK(stat->cpu_seconds == Approx(4.82));
    CHECK(stat->reaped_cpu_seconds == Approx(0.42));
    CHECK(stat->started == Approx(2369.05));
    CHECK(stat->virtual_bytes == 240283648);
    CHECK(stat->resident_bytes == 34245.0 * 4096);
}

TEST_CASE("proc stat: a text that is cut off or no stat is nothing", "[odoo]") {
    for (const char* text : {"", "1", "1 (a", "1 (a)", "1 (a) S", "x (a) S 1 1 1", ") (", "1 () S",
                             "1 (a) S 1 1 1 0 -1 0 1 2 3 4 465 17 30 12 30 10 2 0 236905 240"}) {
        CAPTURE(text);
        CHECK_FALSE(to_stat(text, kUnits).has_value());
    }
}

TEST_CASE("proc: what the kernel says of this test itself is understood", "[odoo]") {
    const ProcFolder proc;
    const auto self = proc.stat(::getpid());
    REQUIRE(self.has_value());
    CHECK(self->parent == ::getppid());
    CHECK(self->threads >= 1);
    CHECK(self->resident_bytes > 0);
    CHECK(self->started > 0);
    CHECK(self->started <= ProcFolder::boot_seconds() + 1);
    const auto status = proc.text(::getpid(), "status");
    REQUIRE(status.has_value());
    CHECK(to_inner_pid(*status).has_value());
    const auto text = proc.text(::getpid(), "limits");
    REQUIRE(text.has_value());
    struct rlimit cpu {};
    REQUIRE(::getrlimit(RLIMIT_CPU, &cpu) == 0);
    CHECK(to_limits(*text).cpu_seconds.has_value() == (cpu.rlim_cur != RLIM_INFINITY));
}

TEST_CASE("proc status: the innermost number is the one that the process knows", "[odoo]") {
    CHECK(to_inner_pid("Name:\tpython3\nNSpid:\t4711\t12\t1\n") == 1);
    CHECK(is_in_inner_namespace("NSpid:\t4711\t12\n"));
    CHECK(to_inner_pid("NSpid:\t4711\n") == 4711);
    CHECK_FALSE(is_in_inner_namespace("NSpid:\t4711\n"));
    CHECK_FALSE(to_inner_pid("Name:\tpython3\n").has_value());
}

TEST_CASE("proc limits: soft limits are read, unlimited is none", "[odoo]") {
    const ProcLimits limits = to_limits(
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        "Max cpu time              63                   unlimited            seconds   \n"
        "Max file size             unlimited            unlimited            bytes     \n"
        "Max address space         2684354560           unlimited            bytes     \n");
    CHECK(limits.cpu_seconds == 63);
    CHECK(limits.address_space_bytes == 2684354560.0);
    const ProcLimits none = to_limits("Max cpu time              unlimited            unlimited\n");
    CHECK_FALSE(none.cpu_seconds.has_value());
    CHECK_FALSE(none.address_space_bytes.has_value());
}

TEST_CASE("proc cgroup: only version 2 counts, also beside version 1", "[odoo]") {
    CHECK(to_cgroup_path("0::/system.slice/odoo.service\n") == "/system.slice/odoo.service");
    CHECK(to_cgroup_path("4:memory:/x\n1:cpu:/\n0::/a (deleted)\n") == "/a");
    CHECK_FALSE(to_cgroup_path("4:memory:/x\n1:cpu:/\n").has_value());
}

TEST_CASE("text file: a missing file and one that may not be read are told apart", "[odoo]") {
    const auto missing = read_text("/nowhere/at/all");
    REQUIRE(missing.has_error());
    CHECK(missing.error().phase == Phase::refused);
    CHECK(to_error("/x", EACCES).phase == Phase::privilege);
    const auto bounded = read_text("/proc/self/status", 10);
    REQUIRE(bounded.has_value());
    CHECK(bounded->size() == 10);
}

}  // namespace
}  // namespace erp::odoo
