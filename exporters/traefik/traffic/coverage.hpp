#pragma once

#include "exporters/traefik/log/entry.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp::traefik {

/// What entries of a log tell, which Traefik's configuration decides: label `field`.
enum class Field {
    start,
    duration,
    upstream_time,
    status,
    bytes,
    number,
    entrypoint,
    router,
    service,
    host,
    client,
    path,
    trace,
};
inline constexpr std::size_t kFields = 13;
[[nodiscard]] std::string_view to_string(Field field);

/// Looks at the latest entries of one log entry of the configuration. Not kept by restarts. One
/// thread.
class Coverage {
  public:
    /// Entries that are judged together. A field that none of them has is not in the log: each has
    /// its moments (a request without router, a host that is empty), and not a thousand of them.
    static constexpr std::uint64_t kWindow = 1'000;

    void see(const Entry& entry);

    /// By Field: whether it is there; nothing before so many entries were seen that one can tell.
    using Seen = std::array<bool, kFields>;
    [[nodiscard]] std::optional<Seen> seen() const;

  private:
    static constexpr std::uint64_t kFewest = 20;

    std::uint64_t entries_ = 0;            ///< of this window
    std::uint32_t fields_ = 0;             ///< seen in it, by bit
    std::optional<std::uint32_t> before_;  ///< seen in the last whole one
};

/// Sentences for the operator: what is not shown because of these absent fields, and how to change
/// that.
[[nodiscard]] std::vector<std::string> advice(const Coverage::Seen& seen);

}  // namespace erp::traefik
