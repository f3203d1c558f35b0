#include "exporters/redis/options.hpp"

#include "core/net/stream.hpp"

namespace erp::redis {
namespace {

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
    kPasswordFile<&RedisOptions::password>,
    kPasswordEnv<&RedisOptions::password>,
    kPasswordCredential<&RedisOptions::password>,
};

}  // namespace

std::span<const Option* const> option_rows() {
    static const auto rows = options_of(kOptions);
    return rows;
}

RedisOptions read_redis_options(ConfigMap& entry) {
    RedisOptions options;
    read_options(kOptions, entry, options);
    return options;
}

}  // namespace erp::redis
