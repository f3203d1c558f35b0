#pragma once

#include "core/base/recent_cache.hpp"
#include "exporters/traefik/routing/attribution.hpp"
#include "exporters/traefik/traffic/ledger.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace erp::traefik {

/// What requests have in common that went the same way: by entrypoint, router, service, server,
/// version of HTTP and TLS, and, where rules look at them, with the same host and tenant header.
struct Way {
    std::string_view tenant;  ///< valid as long as the tenancy
    bool attributed = false;  ///< by a rule; else the tenant is the target's own, or `_unknown`
    const std::optional<std::int64_t>* promised = nullptr;  ///< ns, by class; null: no objectives
    Ledger::Way counted = {};
};

/// The ways of late: a proxy has some thousand, and to find one takes ten lookups. Bounded whatever
/// clients send (RecentCache), since hosts and headers are theirs. One thread.
class Ways {
  public:
    /// What is kept, else what `find()` returns.
    template <class Find>
    [[nodiscard]] Way of(const Entry& entry, const Attribution& attribution, Find find) {
        const auto key = key_of(entry, attribution);
        return key ? recent_.get(*key, find) : find();
    }
    /// When the tenancy or the ledger is another one.
    void clear() { recent_.clear(); }
    /// Bytes held.
    [[nodiscard]] std::size_t memory() const { return recent_.memory(); }

  private:
    static constexpr CacheBounds kBounds{.entries = 4096, .key_bytes = 768U << 10U};

    /// The texts one after the other, each with its length before it: no two ways are alike. No
    /// value: longer than what is kept. Valid until the next one.
    [[nodiscard]] std::optional<std::string_view> key_of(const Entry& entry,
                                                         const Attribution& attribution);

    std::array<char, kBounds.longest_key> key_{};
    RecentCache<Way> recent_{kBounds};
};

}  // namespace erp::traefik
