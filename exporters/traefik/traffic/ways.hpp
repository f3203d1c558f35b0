#pragma once

#include "core/base/joined_texts.hpp"
#include "core/base/recent_cache.hpp"
#include "exporters/traefik/routing/attribution.hpp"
#include "exporters/traefik/traffic/ledger.hpp"

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
    Ledger::Places places = {};
};

/// The ways of late: a proxy has some hundreds to thousands, and to find one takes ten lookups.
/// Bounded whatever clients send (RecentCache), since hosts and headers are theirs. One thread.
class Ways {
  public:
    /// What is kept, else what `find()` returns. `attribution` is the one that find() asks.
    template <class Find>
    [[nodiscard]] Way of(const Entry& entry, const Attribution& attribution, Find find) {
        JoinedTexts<kBounds.longest_key> key;
        for (const std::string_view text :
             {entry.router, entry.service, entry.server, entry.entrypoint,
              protocol_of(entry.protocol), entry.tls_version, entry.tls_cipher})
            key.add(text);
        attribution.add_clients_texts(entry, key);
        const auto text = key.view();
        return text ? recent_.get(*text, find) : find();
    }
    /// When the tenancy or the ledger is another one.
    void clear() { recent_.clear(); }
    /// Bytes held.
    [[nodiscard]] std::size_t memory() const { return recent_.memory(); }

  private:
    static constexpr CacheBounds kBounds{
        .entries = 4096, .key_bytes = 1U << 20U, .longest_key = 1024};

    RecentCache<Way> recent_{kBounds};
};

}  // namespace erp::traefik
