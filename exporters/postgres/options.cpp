#include "exporters/postgres/options.hpp"

#include "exporters/postgres/address.hpp"

namespace erp::postgres {
namespace {

using Bound = BoundOption<SessionOptions>;
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

constexpr Bound kOptions[] = {
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

}  // namespace

std::span<const Option* const> option_rows() {
    static const auto rows = options_of(kOptions);
    return rows;
}

SessionOptions read_session_options(ConfigMap& entry) {
    SessionOptions options;
    read_options(kOptions, entry, options);
    return options;
}

}  // namespace erp::postgres
