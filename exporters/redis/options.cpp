#include "exporters/redis/options.hpp"

#include "core/net/stream.hpp"

#include <array>

namespace erp::redis {
namespace {

using Kind = SecretSource::Kind;

void read_address(const ConfigValue& value, RedisOptions& options) {
    const auto text = value.text();
    if (!text) return;
    if (const auto address = parse_stream_address(*text); !address) {
        value.fail(address.error().text);
        return;
    }
    options.address = *text;
}

constexpr BoundOption<RedisOptions> kOptions[] = {
    {{.key = "address",
      .syntax = "host:port or unix:/path",
      .help = "Where the server listens.",
      .required = true},
     read_address},
    {{.key = "user",
      .syntax = "name",
      .fallback = "the default user",
      .help = "User of the server's access control list to log in as."},
     into<&RedisOptions::user>},
    {{.key = "password_file", .syntax = "file", .help = "File that holds the password."},
     secret<&RedisOptions::password, Kind::file>},
    {{.key = "password_env",
      .syntax = "variable",
      .help = "Environment variable that holds the password."},
     secret<&RedisOptions::password, Kind::environment>},
    {{.key = "password_credential",
      .syntax = "name",
      .help = "Credential of the systemd service that holds the password."},
     secret<&RedisOptions::password, Kind::credential>},
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

RedisOptions read_redis_options(ConfigMap& entry) {
    RedisOptions options;
    read_options(kOptions, entry, options);
    return options;
}

}  // namespace erp::redis
