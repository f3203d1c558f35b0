#include "exporters/postgres/options.hpp"

#include "exporters/postgres/address.hpp"

#include <array>

namespace erp::postgres {
namespace {

using Bound = BoundOption<SessionOptions>;
using Kind = SecretSource::Kind;

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
    {{.key = "password_file", .syntax = "file", .help = "File that holds the password."},
     secret<&SessionOptions::password, Kind::file>},
    {{.key = "password_env",
      .syntax = "variable",
      .help = "Environment variable that holds the password."},
     secret<&SessionOptions::password, Kind::environment>},
    {{.key = "password_credential",
      .syntax = "name",
      .help = "Credential of the systemd service that holds the password."},
     secret<&SessionOptions::password, Kind::credential>},
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
    static const auto rows = [] {
        std::array<const Option*, std::size(kOptions)> all{};
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = &kOptions[i].option;
        return all;
    }();
    return rows;
}

SessionOptions read_session_options(ConfigMap& entry) {
    SessionOptions options;
    read_options(kOptions, entry, options);
    return options;
}

}  // namespace erp::postgres
