#pragma once

#include "core/yaml/options.hpp"

#include <span>
#include <string>

namespace erp::redis {

/// How to reach one server and as whom.
struct RedisOptions {
    std::string address;
    std::string user;
    SecretSource password;
};

[[nodiscard]] std::span<const Option* const> option_rows();
/// Reads a target's entry; problems go to the reader, which then refuses the configuration.
[[nodiscard]] RedisOptions read_redis_options(ConfigMap& entry);

}  // namespace erp::redis
