#include "exporters/odoo/processes/settings.hpp"

#include "exporters/odoo/processes/command_line.hpp"
#include "exporters/odoo/processes/settings_file.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace erp::odoo {
namespace {

Settings settings_of(std::string_view text) {
    Settings settings;
    read_settings_file(text, settings);
    return settings;
}

std::optional<OdooCommand> command_of(const std::vector<std::string_view>& arguments) {
    return to_odoo_command(arguments);
}

TEST_CASE("odoo.conf: sections, comments, continuation and old names as Python reads them",
          "[odoo]") {
    const Settings settings = settings_of(
        "; of the operator\n"
        "ignored = 1\n"
        "[options]\n"
        "WORKERS : 3\n"
        "  # an indented comment\n"
        "xmlrpc_port=8070\r\n"
        "longpolling_port = 8073\n"
        "db_maxconn = 12 ; not a comment in Python 3\n"
        "server_wide_modules = base,web,\n"
        "\n"
        "    queue_job\n"
        "logfile = /var/log/odoo/a=b:c.log\n"
        "[queue_job]\n"
        "channels = root:4,\n"
        "  root.edi:1\n"
        "workers = 99\n"
        "[other]\n"
        "workers = 98\n");
    CHECK(settings.number("workers") == 3);
    CHECK(settings.number("http_port") == 8070);
    CHECK(settings.number("gevent_port") == 8073);
    CHECK(settings.text("db_maxconn") == "12 ; not a comment in Python 3");
    CHECK_FALSE(settings.number("db_maxconn").has_value());
    CHECK(settings.text("server_wide_modules") == "base,web,\n\nqueue_job");
    CHECK(settings.text("logfile") == "/var/log/odoo/a=b:c.log");
    CHECK(settings.text("queue_job.channels") == "root:4,\nroot.edi:1");
}

TEST_CASE("odoo.conf: secrets and unknown keys are never kept", "[odoo]") {
    const Settings settings = settings_of(
        "[options]\nadmin_passwd = hunter2\n  and more hunter2\ndb_password = hunter2\n"
        "smtp_password = hunter2\nworkers = 2\n  \n[queue_job]\nhttp_auth_password = hunter2\n");
    for (const auto& [key, setting] : settings.all()) {
        CHECK(Settings::keeps(key));
        CHECK(setting.value.find("hunter2") == std::string::npos);
    }
    CHECK(settings.all().size() == 1);
}

TEST_CASE("odoo.conf: None and False are not set, [DEFAULT] is weaker", "[odoo]") {
    Settings settings = settings_of(
        "[DEFAULT]\nlimit_time_cpu = 7\nworkers = 9\n[options]\nworkers = 4\ndata_dir = False\n"
        "logfile = None\nlimit_time_real =\n");
    CHECK(settings.number("workers") == 4);
    CHECK(settings.number("limit_time_cpu") == 7);
    CHECK_FALSE(settings.text("data_dir").has_value());
    CHECK_FALSE(settings.text("logfile").has_value());
    CHECK_FALSE(settings.number("limit_time_real").has_value());
    settings.set_complete();
    CHECK(settings.number("limit_time_real") == 120);
    CHECK(settings.find("limit_time_real")->source == SettingSource::fallback);
}

TEST_CASE("settings: without the file, what is not said is not known", "[odoo]") {
    Settings settings;
    CHECK_FALSE(settings.number("workers").has_value());
    CHECK(time_limits(settings).empty());
    settings.set_complete();
    CHECK(settings.number("workers") == 0);
    CHECK_FALSE(settings.number("limit_request").has_value());  // depends on the version
}

TEST_CASE("settings: numbers are those of Python's optparse", "[odoo]") {
    const auto number = [](std::string_view text) {
        Settings settings;
        settings.set("workers", text, SettingSource::file);
        return settings.number("workers");
    };
    CHECK(number("0x10") == 16);
    CHECK(number("0b11") == 3);
    CHECK(number("010") == 8);
    CHECK(number("-1") == -1);
    CHECK(number("0") == 0);
    CHECK(number("1_200") == 1200);
    for (const char* bad :
         {"3.5", "two", "0x", "--1", "1 2", "09", "99999999999999999999", "1_", "_1", "1__2"})
        CHECK_FALSE(number(bad).has_value());
}

TEST_CASE("settings: the command line wins over the environment, that over the file", "[odoo]") {
    auto command = command_of({"python3", "/usr/bin/odoo", "--workers=5", "-p", "8079"});
    REQUIRE(command.has_value());
    Settings& settings = command->settings;
    using namespace std::string_view_literals;
    read_environment("PATH=/bin\0ODOO_WORKERS=6\0ODOO_MAX_CRON_THREADS=1\0PGPASSWORD=x\0"sv,
                     settings);
    read_settings_file("[options]\nworkers = 7\nmax_cron_threads = 7\ndb_maxconn = 7\n", settings);
    CHECK(settings.number("workers") == 5);
    CHECK(settings.find("workers")->source == SettingSource::command_line);
    CHECK(settings.number("max_cron_threads") == 1);
    CHECK(settings.find("max_cron_threads")->source == SettingSource::environment);
    CHECK(settings.number("db_maxconn") == 7);
    CHECK(settings.number("http_port") == 8079);
    CHECK(settings.all().size() == 4);
}

TEST_CASE("settings: a service of Kubernetes is no port", "[odoo]") {
    Settings settings;
    using namespace std::string_view_literals;
    read_environment(
        "ODOO_HTTP_PORT=tcp://10.0.0.1:8069\0ODOO_HTTP_INTERFACE=0.0.0.0\0ODOO_WORKERS=four\0"sv,
        settings);
    CHECK_FALSE(settings.find("http_port").has_value());
    CHECK_FALSE(settings.find("workers").has_value());
    CHECK(settings.text("http_interface") == "0.0.0.0");
}

TEST_CASE("limits: cron falls back to real, 0 is no limit, the kernel wins", "[odoo]") {
    Settings settings = settings_of(
        "[options]\nlimit_time_real = 40\nlimit_time_cpu = 0\nlimit_memory_hard = 1000\n");
    const auto limits = time_limits(settings);
    REQUIRE(limits.size() == 1);  // no file said anything of cron, and it is not known to be all
    settings.set_complete();
    const auto all = time_limits(settings);
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "real");
    CHECK(all[1].name == "real_cron");
    CHECK(all[1].value == 40);
    const auto memory = memory_limits(settings, 2000.0);
    const auto hard = std::ranges::find(memory, "memory_hard", &Limit::name);
    REQUIRE(hard != memory.end());
    CHECK(hard->value == 2000);
    CHECK(hard->source == SettingSource::process);
    const auto told = memory_limits(settings, std::nullopt);
    CHECK(std::ranges::find(told, "memory_hard", &Limit::name)->value == 1000);
    CHECK(std::ranges::find(told, "memory_soft", &Limit::name)->value == 2147483648.0);
}

TEST_CASE("command line: an Odoo is told from other Pythons and from its own tools", "[odoo]") {
    CHECK(command_of({"/usr/bin/python3", "/usr/bin/odoo", "-c", "/etc/odoo/odoo.conf"})->config ==
          "/etc/odoo/odoo.conf");
    CHECK(command_of({"python", "-X", "dev", "-u", "/opt/odoo-bin", "--config=/a"})->config ==
          "/a");
    CHECK(command_of({"python3.11", "-m", "odoo", "-c/b"})->config == "/b");
    CHECK(command_of({"/usr/bin/odoo"})->command == "server");
    CHECK(command_of({"python3", "odoo-bin", "gevent", "-c", "/c"})->command == "gevent");
    CHECK(command_of({"python3", "odoo-bin", "shell", "-d", "acme"})->command == "shell");
    CHECK(command_of({"python3", "odoo-bin", "-u", "all", "--stop-after-init"})->one_shot);
    CHECK_FALSE(command_of({"python3", "odoo-bin", "-u", "all"})->one_shot);
    CHECK(command_of({"python3", "odoo-bin", "--addons-path=/x", "shell", "-d", "acme"})->command ==
          "shell");
    CHECK(command_of({"python3", "odoo-bin", "--addons-path=/x", "-c", "/a"})->command == "server");
    for (const char* once : {"--i18n-export=/tmp/x.po", "--i18n-import=/tmp/x.po", "--version"})
        CHECK(command_of({"python3", "odoo-bin", "-c", "/a", "-d", "acme", once})->one_shot);
    CHECK_FALSE(command_of({"python3", "odoo_exporter.py", "odoo"}).has_value());
    CHECK_FALSE(command_of({"python3", "-m", "pytest", "odoo"}).has_value());
    CHECK_FALSE(command_of({"python3", "-c", "odoo"}).has_value());
    CHECK_FALSE(command_of({"sudo", "-u", "odoo", "/usr/bin/odoo"}).has_value());
    CHECK_FALSE(command_of({"tail", "-f", "odoo"}).has_value());
    CHECK_FALSE(command_of({}).has_value());
}

TEST_CASE("command line: options with and without a sign, and what a secret looks like", "[odoo]") {
    const auto command =
        command_of({"python3", "odoo-bin", "--limit-time-real-cron", "-1", "--xmlrpc-port", "8070",
                    "--db_maxconn=9", "-w", "hunter2", "--db_password=hunter2",
                    "--load=web,queue_job", "-D", "/srv/odoo", "--http-interface=127.0.0.1"});
    REQUIRE(command.has_value());
    const Settings& settings = command->settings;
    CHECK(settings.number("limit_time_real_cron") == -1);
    CHECK(settings.number("http_port") == 8070);
    CHECK(settings.number("db_maxconn") == 9);
    CHECK(settings.text("server_wide_modules") == "web,queue_job");
    CHECK(settings.text("data_dir") == "/srv/odoo");
    CHECK(settings.text("http_interface") == "127.0.0.1");
    CHECK(settings.all().size() == 6);
}

}  // namespace
}  // namespace erp::odoo
