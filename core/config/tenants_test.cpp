#include "core/config/fake_config.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

namespace erp {
namespace {

using namespace std::chrono_literals;
using fake::errors;
using fake::good;
using fake::Texts;

/// Errors of `tenants:` with these keys, without "f:2: tenants".
Texts tenant_errors(const std::string& keys) {
    Texts all;
    for (const std::string& text : errors("targets: []\ntenants: {" + keys + "}\n")) {
        const std::string prefix = "f:2: tenants";
        CHECK(text.starts_with(prefix));
        all.push_back(text.substr(prefix.size()));
    }
    return all;
}

std::shared_ptr<const Tenancy> tenancy(const std::string& keys) {
    return good("targets: []\ntenants: {" + keys + "}\n").tenancy;
}

/// A folder with files, gone at the end of the test.
class Folder {
  public:
    Folder() {
        std::string name = std::filesystem::temp_directory_path() / "erp_tenants_XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    Folder(Folder&&) = delete;
    Folder& operator=(Folder&&) = delete;

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path / name) << text;
    }
    /// The errors of a configuration beside the folder; the folder's own path is D.
    [[nodiscard]] Texts problems(const std::string& keys = "") const {
        const LoadedConfig loaded = parse_config(
            path.parent_path() / "f.yml",
            "targets: []\ntenants: {directory: " + path.filename().string() + keys + "}\n",
            fake::kExporters);
        CHECK(loaded.config.has_value() == loaded.errors.empty());
        Texts all;
        for (const ConfigError& error : loaded.errors) {
            std::string text = to_text(error);
            for (auto at = text.find(path.string()); at != std::string::npos;
                 at = text.find(path.string())) {
                text.replace(at, path.string().size(), "D");
            }
            all.push_back(std::move(text));
        }
        return all;
    }

    std::filesystem::path path;
};

TEST_CASE("tenants: objectives are read, and each key of a tenant's replaces the default's",
          "[config]") {
    const auto all = tenancy(
        "objectives: {latency: {interactive: 2s, batch: 1m}, availability: 99.9%, rto: 8h}, "
        "list: [{name: acme, objectives: {latency: {interactive: 500ms}, availability: 0.5, "
        "workflow: {order_to_invoice: 1h}, queue_age: {root.sale: 10m}, rpo: {database: 1h}}}, "
        "{name: globex}]");
    const Objectives& acme = all->tenants()[0].objectives;
    CHECK(acme.latency == Objectives::ByName{{"batch", 1min}, {"interactive", 500ms}});
    CHECK(acme.availability == 0.5);
    CHECK(acme.workflow == Objectives::ByName{{"order_to_invoice", 1h}});
    CHECK(acme.queue_age == Objectives::ByName{{"root.sale", 10min}});
    CHECK(acme.rpo == Objectives::ByName{{"database", 1h}});
    CHECK(acme.rto == Duration(8h));
    const Objectives& globex = all->tenants()[1].objectives;
    CHECK(globex.latency.at("interactive") == 2s);
    CHECK(globex.availability == 0.999);  // exactly, since it is shown
    CHECK(globex.workflow.empty());
    CHECK(all->automatic() == nullptr);
}

TEST_CASE("tenants: wrong objectives name the field", "[config]") {
    CHECK(tenant_errors("objectives: {latencies: {a: 1s}}") ==
          Texts{".objectives: unknown key latencies; did you mean latency?"});
    CHECK(tenant_errors("objectives: {latency: 1s}") ==
          Texts{".objectives.latency: expected a mapping of keys to values, found '1s'"});
    CHECK(tenant_errors("objectives: {latency: {web: 1}}") ==
          Texts{".objectives.latency.web: expected a duration such as 10s, found '1'"});
    CHECK(tenant_errors("objectives: {rpo: {'a b': 1h}}") ==
          Texts{".objectives.rpo.a b: a name here is 1 to 63 letters, digits, _, . and -"});
    CHECK(tenant_errors("objectives: {rto: 0s}") ==
          Texts{".objectives.rto: expected a duration from 1ms to 365d, found '0s'"});
    for (const char* ratio : {"99.9", "0", "101%", "nan", "'%'", "-1%", "1e3%", "most"}) {
        CAPTURE(ratio);
        const auto found = tenant_errors(
            "list: [{name: a, objectives: {availability: " + std::string(ratio) + "}}]");
        REQUIRE(found.size() == 1);
        CHECK(
            found[0].starts_with(".list[0].objectives.availability: expected a percentage such "
                                 "as 99.9%, or a ratio over 0 and at most 1, found "));
    }
    std::string many = "objectives: {queue_age: {";
    for (int i = 0; i < 51; ++i)
        many += "c" + std::to_string(i) + ": 1s, ";
    CHECK(tenant_errors(many + "}}") == Texts{".objectives.queue_age: expected at most 50 names"});
}

TEST_CASE("tenants: maintenance windows of all and of one add up", "[config]") {
    const auto all = tenancy(
        "auto: databases, maintenance: [{days: [sat, sun], from: 02:00, to: 04:00, timezone: "
        "+02:00}], list: [{name: acme, maintenance: [{from: 2026-12-01T22:00:00Z, to: "
        "2026-12-02T02:00:00Z}, {from: '22:00', to: '24:00'}]}, {name: globex}]");
    REQUIRE(all->tenants()[0].maintenance.size() == 3);
    REQUIRE(all->tenants()[1].maintenance.size() == 1);
    WeeklyWindow weekend{.from = 2h, .to = 4h, .offset = 2h};
    weekend.days.set(5).set(6);
    CHECK(all->tenants()[1].maintenance[0] == MaintenanceWindow(weekend));
    CHECK(all->tenants()[0].maintenance[1] ==
          MaintenanceWindow(SingleWindow{*to_moment("2026-12-01T22:00:00Z"),
                                         *to_moment("2026-12-02T02:00:00Z")}));
    WeeklyWindow each{.from = 22h, .to = 24h};
    each.days.set();
    CHECK(all->tenants()[0].maintenance[2] == MaintenanceWindow(each));
    CHECK(all->automatic()->maintenance.size() == 1);
}

TEST_CASE("tenants: wrong maintenance windows name the field", "[config]") {
    const auto window = [](const std::string& keys) {
        return tenant_errors("maintenance: [{" + keys + "}]");
    };
    for (const std::string zone : {"Europe/Berlim", "../../etc/passwd", "/etc/localtime", "Europe",
                                   "zone.tab", "+25:00", "utc-2"}) {
        CHECK(
            window("from: '02:00', to: '04:00', timezone: " + zone) ==
            Texts{".maintenance[0].timezone: expected UTC, an offset such as +02:00, or a zone of "
                  "this host's tz database such as Europe/Berlin, found '" +
                  zone + "'"});
    }
    CHECK(window("from: '02:00', to: '25:00'") ==
          Texts{".maintenance[0].to: expected a time of day such as \"02:00\", found '25:00'"});
    CHECK(window("from: '24:00', to: '02:00'") ==
          Texts{".maintenance[0].from: expected a time of day such as \"02:00\", found '24:00'"});
    CHECK(window("from: '02:00', to: '02:00'") ==
          Texts{".maintenance[0].to: the window ends when it begins; a whole day is \"00:00\" to "
                "\"24:00\""});
    CHECK(window("from: '02:00'") == Texts{".maintenance[0]: to is required"});
    CHECK(window("days: [saturday], from: '02:00', to: '03:00'") ==
          Texts{".maintenance[0].days[0]: expected one of mon, tue, wed, thu, fri, sat, sun, found "
                "'saturday'"});
    CHECK(window("days: [], from: '02:00', to: '03:00'") ==
          Texts{".maintenance[0].days: expected at least one day"});
    CHECK(window("from: '02:00', to: '03:00', zone: UTC") ==
          Texts{".maintenance[0]: unknown key zone"});
    CHECK(window("from: 2026-12-02T00:00:00Z, to: 2026-12-01T00:00:00Z") ==
          Texts{".maintenance[0].to: the window ends before it begins"});
    CHECK(window("from: 2026-12-02T00:00:00, to: 2026-12-03T00:00:00Z") ==
          Texts{".maintenance[0].from: expected a moment such as 2026-12-01T22:00:00Z or "
                "2026-12-01T22:00:00+01:00, found '2026-12-02T00:00:00'"});
    CHECK(window("from: 2026-12-02T00:00:00Z, to: '03:00'").size() == 1);
    CHECK(window("days: [mon], from: 2026-12-01T00:00:00Z, to: 2026-12-02T00:00:00Z") ==
          Texts{".maintenance[0].from: days and timezone are for times of day, not for a moment"});
    CHECK(tenant_errors("maintenance: nightly") ==
          Texts{".maintenance: expected a list, found 'nightly'"});
}

TEST_CASE("tenants: tenants.auto takes each database's name when no rule says otherwise",
          "[config]") {
    const std::vector<Database> databases{{"acme", false}, {"b_test", false}, {"b", false}};
    const auto plain = tenancy("auto: databases, objectives: {rto: 4h}")->with(databases);
    CHECK(plain->automatic_names() == Texts{"acme", "b", "b_test"});
    CHECK(plain->automatic()->objectives.rto == Duration(4h));
    const auto hosts =
        tenancy("auto: databases, rules: [{from: host, match: a.test, tenant: acme}]")
            ->with(databases);
    CHECK(hosts->automatic_names() == Texts{"acme", "b", "b_test"});
    CHECK(hosts->tenant_of(Dimension::host, "a.test") == "acme");
    const auto ruled =
        tenancy("auto: databases, rules: [{from: database, match: '^(.)_test$', tenant: $1}]")
            ->with(databases);
    CHECK(ruled->automatic_names() == Texts{"b"});
    CHECK(tenant_errors("auto: yes") == Texts{".auto: expected databases, found 'yes'"});
    CHECK(tenant_errors("rules: [{from: host, match: a, tenant: acme}]").size() == 1);
}

TEST_CASE("tenants: a target's own tenant is one of the list, also with tenants.auto", "[config]") {
    CHECK(errors("tenants: {auto: databases}\n"
                 "targets: [{name: a, exporter: fake, address: x, tenant: acme}]\n") ==
          Texts{"f:2: targets[0].tenant: tenant 'acme' is not on the list"});
}

TEST_CASE("tenants: a folder's files are tenants too, in the order of their names", "[config]") {
    const Folder folder;
    folder.write("20-two.yml", "- {name: globex, tier: shared}\n- {name: initech}\n");
    folder.write("10-one.yml", "name: acme\ncustomer: Acme Ltd\n");
    folder.write("README", "not: [yaml");
    folder.write(".30-hidden.yml", "not: [yaml");
    CHECK(folder.problems().empty());
    const auto all = tenancy("directory: " + folder.path.string() +
                             ", objectives: {rto: 4h}, list: [{name: first}]");
    Texts names;
    for (const Tenant& tenant : all->tenants())
        names.push_back(tenant.name);
    CHECK(names == Texts{"first", "acme", "globex", "initech"});
    CHECK(all->tenants()[1].customer == "Acme Ltd");
    CHECK(all->tenants()[2].objectives.rto == Duration(4h));
}

TEST_CASE("tenants: an error in a file of the folder names that file and its line", "[config]") {
    const Folder folder;
    folder.write("a.yml", "- name: acme\n- {name: acme}\n");
    folder.write("b.yml", "name: acme\nteir: x\nobjectives: {rto: soon}\n");
    folder.write("c.yml", "");
    folder.write("d.yml", "just text");
    folder.write("e.yml", "- {name: own}\n- {name: [\n");
    CHECK(folder.problems(", list: [{name: own}]") ==
          Texts{"D/a.yml:2: [1]: tenant acme is on the list twice; first in D/a.yml:1",
                "D/b.yml:1: tenant acme is on the list twice; first in D/a.yml:1",
                "D/b.yml:2: unknown key teir; did you mean tier?",
                "D/b.yml:3: objectives.rto: expected a duration such as 10s, found 'soon'",
                "D/c.yml: expected a tenant or a list of them",
                "D/d.yml:1: expected a list, found 'just text'",
                "D/e.yml:2: not valid YAML: end of sequence flow not found"});
    folder.write("e.yml", "- {name: own}\n");
    CHECK(folder.problems(", list: [{name: own}]").back() ==
          "D/e.yml:1: [0]: tenant own is on the list twice; first in line 2");
    CHECK(tenant_errors("directory: nowhere") ==
          Texts{".directory: cannot read the folder: No such file or directory"});
}

TEST_CASE("tenants: random edits of a folder's file are tenants or errors of that file",
          "[config]") {
    const Folder folder;
    const std::string file =
        "- {name: acme, objectives: {latency: {web: 1s}, availability: 99%}}\n"
        "- name: globex\n  maintenance: [{days: [sat], from: '22:00', to: '02:00'},\n"
        "    {from: 2026-12-01T22:00:00Z, to: 2026-12-02T22:00:00Z}]\n";
    std::mt19937 random(11);  // NOLINT(cert-msc51-cpp): the same edits in each run
    for (int round = 0; round < 500; ++round) {
        std::string text = file;
        for (std::size_t edits = random() % 4; edits > 0; --edits) {
            const std::size_t at = random() % text.size();
            if (random() % 2 == 0) {
                text[at] = static_cast<char>(random());
            } else {
                text.erase(at, random() % 5);
            }
        }
        folder.write("a.yml", text);
        CAPTURE(text);
        for (const std::string& problem : folder.problems())
            CHECK(problem.starts_with("D/a.yml:"));
    }
}

}  // namespace
}  // namespace erp
