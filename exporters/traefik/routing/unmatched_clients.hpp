#pragma once

#include "core/counting/distinct.hpp"
#include "core/tail/byte_codec.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp::traefik {

/// The network of a client, for counting: an IPv4 address, or the first 64 bits of an IPv6 one,
/// which one client has all of. `client` is ClientHost, which Traefik takes from the first
/// X-Forwarded-For header if it trusts who sent it: a list, of which the last is what the nearest
/// proxy added; those before it anybody can write, and all of it where a proxy passes on what it
/// got. A port behind the address is left out. No value: not an address.
[[nodiscard]] std::optional<std::uint64_t> client_network(std::string_view client);

/// From how many networks requests without a router came of late, by entrypoint. Estimates
/// (counting::Distinct): no address is kept.
class UnmatchedClients {
  public:
    /// This minute and those before it.
    static constexpr std::int64_t kMinutes = 5;
    /// Of more, all further ones are `_other`, until one had none for those minutes. 5 KiB each.
    static constexpr std::size_t kMostEntrypoints = 64;

    /// `at_ns`: the request's end, Unix time in ns as `now_ns`. What ended before those minutes
    /// does not count, what is ahead of this clock counts as now.
    void add(std::string_view entrypoint,
             std::uint64_t network,
             std::int64_t at_ns,
             std::int64_t now_ns);

    struct Estimate {
        std::string_view entrypoint;
        double networks = 0;
    };
    /// Of each entrypoint that has a place, in the minutes up to `now_ns`; 0 if it had none. Never
    /// more than there were requests, so that texts made to deceive the estimate get no further.
    [[nodiscard]] std::vector<Estimate> estimates(std::int64_t now_ns) const;

    void save(std::string& out) const;
    /// False: not what save() wrote; nothing is counted then.
    [[nodiscard]] bool restore(tail::ByteReader& in);

  private:
    struct Minute {
        std::int64_t number = 0;  ///< since 1970; 0: none
        std::uint64_t requests = 0;
        counting::Distinct networks;
    };
    struct Entrypoint {
        std::string name;
        std::array<Minute, kMinutes> minutes;  ///< by number, modulo
    };
    [[nodiscard]] Entrypoint& named(std::string_view name, std::int64_t now);

    std::vector<Entrypoint> entrypoints_;
};

}  // namespace erp::traefik
