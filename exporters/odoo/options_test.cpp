#include "exporters/odoo/options.hpp"

#include "core/yaml/reader.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace erp::odoo {
namespace {

using Texts = std::vector<std::string>;

Texts errors_of(const std::string& keys) {
    const auto document = ConfigDocument::parse("f", keys);
    auto root = document.root();
    REQUIRE(root.has_value());
    (void)read_odoo_options(*root);
    root->finish();
    Texts texts;
    for (const ConfigError& error : document.errors())
        texts.push_back((error.path.empty() ? "" : error.path + ": ") + error.text);
    return texts;
}

TEST_CASE("options: an Odoo is named by any of its signs", "[odoo]") {
    for (const std::string one : {"log: /o.log", "http_port: 8069", "config: /o.conf",
                                  "pid_file: /o.pid", "cgroup: odoo.service", "data_dir: /data"})
        CHECK(errors_of(one).empty());
    CHECK(errors_of("format: plain") ==
          Texts{"an odoo target needs log, http_port, config, pid_file, cgroup or data_dir"});
    CHECK(errors_of("{http_port: 8069, config: /o.conf, network_namespace: process, "
                    "gevent_port: 8072, probes: [web, gevent, db_server]}")
              .empty());
    CHECK(errors_of("{http_port: 8069, network_namespace: /run/netns/erp}").empty());
}

TEST_CASE("options: of a value that is refused there is one error", "[odoo]") {
    CHECK(errors_of("http_port: 8069x") ==
          Texts{"http_port: expected a whole number from 1 to 65535, found '8069x'"});
    CHECK(errors_of("{http_port: 0, gevent_port: 8072, probes: [web, gevent]}") ==
          Texts{"http_port: expected a whole number from 1 to 65535, found '0'"});
    CHECK(errors_of("{http_port: 8069, gevent_port: x, probes: [gevent]}") ==
          Texts{"gevent_port: expected a whole number from 1 to 65535, found 'x'"});
    CHECK(errors_of("pid_file: [1]") == Texts{"pid_file: expected text, found a list"});
    CHECK(errors_of("{http_port: 8069, http_interface: localhost}") ==
          Texts{"http_interface: this is an IP address, found 'localhost'"});
    CHECK(errors_of("{http_port: 8069, network_namespace: erp}") ==
          Texts{"network_namespace: this is process or a path, as /run/netns/NAME, found 'erp'"});
    CHECK(errors_of("{http_port: 8069, probes: [http]}").size() == 1);
    CHECK(errors_of("{http_port: 8069, probes: [http], probe_path: /a/static/b}").size() == 1);
}

TEST_CASE("options: what needs another says so", "[odoo]") {
    CHECK(errors_of("gevent_port: 8072") ==
          Texts{"http_interface, gevent_port and network_namespace need http_port"});
    CHECK(errors_of("{http_port: 8069, network_namespace: process}") ==
          Texts{"network_namespace: process needs config, pid_file or cgroup"});
    CHECK(errors_of("{log: /o.log, probes: [web]}") == Texts{"probes need http_port"});
    CHECK(errors_of("{http_port: 8069, probes: [gevent]}") ==
          Texts{"the probe gevent needs gevent_port"});
    CHECK(errors_of("{http_port: 8069, gevent_port: 8069}") ==
          Texts{"gevent_port and http_port are the same"});
    CHECK(errors_of("{http_port: 8069, probes: [db_server], probe_path: /a/static/b}") ==
          Texts{"probe_path is of the probes web and gevent, which are not there"});
    CHECK(errors_of("{http_port: 8069, probes: [web], probe_path: /web/login}") ==
          Texts{"probe_path: this page begins a session at each visit; a static file does not"});
}

}  // namespace
}  // namespace erp::odoo
