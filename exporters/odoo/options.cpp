#include "exporters/odoo/options.hpp"

#include "exporters/odoo/log/route.hpp"

#include <algorithm>

namespace erp::odoo {
namespace {

void read_format(const ConfigValue& value, OdooOptions& options) {
    constexpr std::string_view kFormats[] = {"detect", "plain", "syslog", "json"};
    if (const auto word = value.choice(kFormats)) options.format = *to_log_format(*word);
}

std::uint16_t read_port(const ConfigValue& value) {
    const auto port = value.integer(1, 65'535);
    return port ? static_cast<std::uint16_t>(*port) : std::uint16_t{0};
}

void read_http_port(const ConfigValue& value, OdooOptions& options) {
    options.http_port = read_port(value);
    if (options.http_port != 0) options.processes.http_port = options.http_port;
}

void read_gevent_port(const ConfigValue& value, OdooOptions& options) {
    options.gevent_port = read_port(value);
}

void read_interface(const ConfigValue& value, OdooOptions& options) {
    const auto text = value.text();
    if (!text) return;
    options.http_interface = to_ip_address(*text);
    options.processes.http_interface = options.http_interface;
    if (!options.http_interface) value.fail("this is an IP address, found " + value.shown());
}

void read_namespace(const ConfigValue& value, OdooOptions& options) {
    const auto text = value.text();
    if (text == "process") {
        options.namespace_of_process = true;
    } else if (text && text->find('/') == std::string::npos) {
        value.fail("this is process or a path, as /run/netns/NAME, found " + value.shown());
    } else if (const auto path = text ? value.path() : std::nullopt) {
        options.network_namespace = *path;
    }
}

void read_probes(const ConfigValue& value, OdooOptions& options) {
    for (const ConfigValue& item : value.items()) {
        const auto word = item.choice(kProbeWords);
        if (!word) continue;
        const Probe probe = *to_probe(*word);
        if (std::ranges::find(options.probes, probe) != options.probes.end())
            item.fail("this probe is there already");
        options.probes.push_back(probe);
    }
}

void read_probe_path(const ConfigValue& value, OdooOptions& options) {
    const auto path = value.text();
    if (!path) return;
    const bool printable =
        std::ranges::all_of(*path, [](unsigned char c) { return c > ' ' && c < 0x7f; });
    if (!path->starts_with('/') || !printable || path->find('#') != path->npos)
        return value.fail("this is the path of a page, as /web/health, found " + value.shown());
    // What an add-on makes for probes looks like a page of the website.
    const Route route = route_of(*path);
    if (route != Route::health && route != Route::assets &&
        (route != Route::website || *path == "/"))
        value.fail("this page begins a session at each visit; a static file does not");
    options.probe_path = *path;
}

constexpr BoundOption<OdooOptions> kOptions[] = {
    {{.key = "log",
      .syntax = tail::kLogSyntax,
      .help = "Where Odoo writes its log (`logfile` of its configuration); each entry may be a "
              "pattern (glob), and rotated files are found beside it."},
     tail::kLogPaths<&OdooOptions::log>},
    {{.key = "format",
      .syntax = "detect|plain|syslog|json",
      .fallback = "detect",
      .help = "Format of the log: Odoo's own, that of the add-on logging_json, or what `--syslog` "
              "sends, which has neither pids nor times."},
     read_format},
    tail::kWrapper<&OdooOptions::log>,
    tail::kFromBeginning<&OdooOptions::log>,
    {{.key = "postgres",
      .syntax = "name of a target",
      .help = "The target whose databases are this Odoo's; without it only databases that "
              "`tenants:` gives to a tenant are told apart.",
      .target_of = "postgres"},
     into<&OdooOptions::postgres>},
    {{.key = "http_port",
      .syntax = "port",
      .help = "Where Odoo listens (`http_port` of its configuration): its sockets and its "
              "processes are looked at, on this host."},
     read_http_port},
    {{.key = "http_interface",
      .syntax = "IP address",
      .fallback = "any",
      .help = "The address on which it listens, where several Odoo use one port; probes ask that "
              "of the loopback interface without it."},
     read_interface},
    {{.key = "gevent_port",
      .syntax = "port",
      .help = "The port of websockets and long polls (`gevent_port`, before version 16 "
              "`longpolling_port`)."},
     read_gevent_port},
    {{.key = "probes",
      .syntax = "list of web|gevent|db_server",
      .fallback = "none",
      .help = "Health probes, one at a time, each a request that takes a worker: `web` asks for "
              "/web/health on http_port, `gevent` on gevent_port; `db_server` (version 17 and "
              "later) also whether Odoo reaches its database server."},
     read_probes},
    {{.key = "probe_path",
      .syntax = "path",
      .fallback = "/web/health",
      .help =
          "What `web` and `gevent` ask for instead: before version 15 a static file, as "
          "/web/static/src/img/favicon.ico. Never a page that begins a session. Static files are "
          "told apart in Odoo's log; other pages count there as a user's."},
     read_probe_path},
    {{.key = "network_namespace",
      .syntax = "path|process",
      .fallback = "that of this daemon",
      .help = "Where Odoo's sockets are: /run/netns/NAME, or `process` for that of its master, as "
              "in a container, which config, pid_file or cgroup tells. Takes CAP_SYS_ADMIN, and "
              "CAP_SYS_PTRACE too for that of another user's process, without which only that of a "
              "process can be read, more slowly, and no probe be sent."},
     read_namespace},
    {{.key = "config",
      .syntax = "file",
      .help = "Odoo's configuration file as we can read it; without it the one that Odoo's command "
              "line names. Its passwords are not looked at."},
     [](const ConfigValue& value, OdooOptions& options) {
         if (auto path = value.path()) options.processes.config = std::move(*path);
     }},
    {{.key = "pid_file",
      .syntax = "file",
      .help = "File with the process number of Odoo's master (`pidfile` of odoo.conf)."},
     [](const ConfigValue& value, OdooOptions& options) {
         if (auto path = value.path()) options.processes.pid_file = std::move(*path);
     }},
    {{.key = "cgroup",
      .syntax = "text",
      .help = "A part of the path of Odoo's control group: a unit's name, a container's id."},
     [](const ConfigValue& value, OdooOptions& options) {
         options::read_value(value, options.processes.cgroup);
     }},
    {{.key = "data_dir",
      .syntax = "folder",
      .help = "Odoo's data directory as we can open it; without it what odoo.conf says."},
     [](const ConfigValue& value, OdooOptions& options) {
         if (auto path = value.path()) options.data_dir = std::move(*path);
     }},
};

}  // namespace

std::span<const Option* const> option_rows() {
    static const auto rows = options_of(kOptions);
    return rows;
}

OdooOptions read_odoo_options(ConfigMap& entry) {
    OdooOptions options;
    read_options(kOptions, entry, options);
    // Of a value that is refused one error is enough.
    const auto given = [&entry](auto... keys) { return (entry.get(keys).has_value() || ...); };
    if (!given("log", "http_port", "http_interface", "gevent_port", "network_namespace", "probes",
               "config", "pid_file", "cgroup", "data_dir"))
        entry.fail("an odoo target needs log, http_port, config, pid_file, cgroup or data_dir");
    if (options.http_port != 0 && options.gevent_port == options.http_port)
        entry.fail("gevent_port and http_port are the same");
    if (given("http_interface", "gevent_port", "network_namespace") && !given("http_port"))
        entry.fail("http_interface, gevent_port and network_namespace need http_port");
    if (options.namespace_of_process && !given("config", "pid_file", "cgroup"))
        entry.fail("network_namespace: process needs config, pid_file or cgroup");
    const auto probed = [&](Probe probe) {
        return std::ranges::find(options.probes, probe) != options.probes.end();
    };
    if (given("probes") && !given("http_port")) entry.fail("probes need http_port");
    if (probed(Probe::gevent) && !given("gevent_port"))
        entry.fail("the probe gevent needs gevent_port");
    const bool refused = given("probes") && options.probes.empty();
    if (!options.probe_path.empty() && !refused && !probed(Probe::web) && !probed(Probe::gevent))
        entry.fail("probe_path is of the probes web and gevent, which are not there");
    return options;
}

}  // namespace erp::odoo
