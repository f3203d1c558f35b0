#include "exporters/postgres/options.hpp"

#include "exporters/postgres/client/address.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace erp::postgres {
namespace {

constexpr std::string_view kSslModes[] = {"disable", "allow",     "prefer",
                                          "require", "verify-ca", "verify-full"};

void read_address(const ConfigValue& value, SessionOptions& options) {
    const auto text = value.text();
    if (!text) return;
    if (const auto address = parse_address(*text); !address) {
        value.fail(address.error().text);
        return;
    }
    options.address = *text;
}

void read_sslmode(const ConfigValue& value, SessionOptions& options) {
    if (auto mode = value.choice(kSslModes)) options.sslmode = *mode;
}

void read_rootcert(const ConfigValue& value, SessionOptions& options) {
    if (auto path = value.path()) options.sslrootcert = *path;
}

constexpr BoundOption<SessionOptions> kSessionOptions[] = {
    {{.key = "address",
      .syntax = "host:port or socket folder",
      .help =
          "Where the server listens; a socket folder may carry a port, as in /run/postgresql:5433.",
      .required = true},
     read_address},
    {{.key = "user",
      .syntax = "role",
      .fallback = "the OS user",
      .help = "Role to log in as; it needs pg_monitor."},
     into<&SessionOptions::user>},
    {{.key = "database",
      .syntax = "name",
      .fallback = "postgres",
      .help = "Maintenance database to keep the one connection in; not a tenant's."},
     into<&SessionOptions::database>},
    kPasswordFile<&SessionOptions::password>,
    kPasswordEnv<&SessionOptions::password>,
    kPasswordCredential<&SessionOptions::password>,
    {{.key = "sslmode",
      .syntax = "disable, allow, prefer, require, verify-ca or verify-full",
      .fallback = "prefer",
      .help =
          "How much TLS to insist on, as in libpq; verify-full is the safe choice over a network."},
     read_sslmode},
    {{.key = "sslrootcert", .syntax = "file", .help = "Certificates of the authorities to trust."},
     read_rootcert},
};

constexpr BoundOption<PageOptions> kPageOptions[] = {
    {{.key = "zero_fill",
      .syntax = "on or off",
      .fallback = "on",
      .help = "Whether each database has a series for every lock mode and session state, as "
              "postgres_exporter writes them; off saves 15 series a database."},
     into<&PageOptions::zero_fill>},
    {{.key = "old_names",
      .syntax = "on or off",
      .fallback = "off",
      .help = "Whether pg_replication_slot_* and pg_replication_lag, which postgres_exporter has "
              "renamed, are on the page beside their new names."},
     into<&PageOptions::old_names>},
    {{.key = "server_label",
      .syntax = "on or off",
      .fallback = "off",
      .help = "Whether what the collectors give has a label server with the address, as "
              "postgres_exporter 0.11 to 0.19 wrote it."},
     into<&PageOptions::server_label>},
    {{.key = "raw_application_names",
      .syntax = "on or off",
      .fallback = "off",
      .help = "Whether sessions are shown with the whole names of their applications; off cuts a "
              "number at the end, which is another one for each process of Odoo."},
     into<&PageOptions::raw_application_names>},
};

enum class Local { by_address, on, off };

struct HostOptions {
    Local local = Local::by_address;
};

void read_local(const ConfigValue& value, HostOptions& options) {
    if (value.is_scalar() && value.text() == "auto") return;
    if (const auto on = value.boolean()) options.local = *on ? Local::on : Local::off;
}

constexpr BoundOption<HostOptions> kHostOptions[] = {
    {{.key = "local",
      .syntax = "on, off or auto",
      .fallback = "auto",
      .help =
          "Whether the server and its clients are processes of this host, so that dead ones and "
          "the space left can be looked for; auto says so of a socket folder."},
     read_local},
};

}  // namespace

std::span<const Option* const> option_rows() {
    static const auto rows = [] {
        std::vector<const Option*> all;
        std::ranges::copy(options_of(kSessionOptions), std::back_inserter(all));
        std::ranges::copy(options_of(kPageOptions), std::back_inserter(all));
        std::ranges::copy(options_of(kHostOptions), std::back_inserter(all));
        return all;
    }();
    return rows;
}

TargetOptions read_target_options(ConfigMap& entry) {
    TargetOptions options;
    read_options(kSessionOptions, entry, options.session);
    read_options(kPageOptions, entry, options.page);
    HostOptions host;
    read_options(kHostOptions, entry, host);
    const auto address = parse_address(options.session.address);
    options.page.local = host.local == Local::on ||
                         (host.local == Local::by_address && address && address->is_socket);
    return options;
}

}  // namespace erp::postgres
