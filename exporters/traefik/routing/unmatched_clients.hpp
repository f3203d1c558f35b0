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
/// which one client has all of. `client` is ClientHost: behind proxies that Traefik trusts a list,
/// of which the last is what the nearest of them saw; those before it anybody can write. No value:
/// not an address.
[[nodiscard]] std::optional<std::uint64_t> client_network(std::string_view client);

/// From how many networks requests without a router came of late, by entrypoint. Estimates
/// (counting::Distinct): no address is kept.
class UnmatchedClients {
  public:
    /// This minute and those before it.
    static constexpr std::int64_t kMinutes = 5;
    /// Of more, all further ones are `_other`. 5 KiB each.
    static constexpr std::size_t kMostEntrypoints = 16;

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
    /// Of each entrypoint that had one since the reader's beginning, in the minutes up to `now_ns`.
    [[nodiscard]] std::vector<Estimate> estimates(std::int64_t now_ns) const;

    void save(std::string& out) const;
    /// False: not what save() wrote; nothing is counted then.
    [[nodiscard]] bool restore(tail::ByteReader& in);

  private:
    struct Minute {
        std::int64_t number = 0;  ///< since 1970
        counting::Distinct networks;
    };
    struct Entrypoint {
        std::string name;
        std::array<Minute, kMinutes> minutes;  ///< by number, modulo
    };
    [[nodiscard]] Entrypoint& named(std::string_view name);

    std::vector<Entrypoint> entrypoints_;
};

}  // namespace erp::traefik
