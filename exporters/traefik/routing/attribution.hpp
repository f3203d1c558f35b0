#pragma once

#include "core/base/joined_texts.hpp"
#include "core/base/recent_cache.hpp"
#include "core/tenancy/tenancy.hpp"
#include "exporters/traefik/log/entry.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace erp::traefik {

/// The tenant of requests that no rule attributes.
inline constexpr std::string_view kUnknownTenant = "_unknown";

/// A router of no tenant that may be a copy for an entrypoint which is not configured.
struct LikelyCopy {
    std::string router;      ///< empty: there is none
    std::string entrypoint;  ///< what stands before `router`'s last piece that has a tenant
    std::string tenant;      ///< of that piece
};

/// Tells whose request a log entry is. Rules look at the entry's router, service, host and the
/// header that the configuration names; what they see is
///   host:    in lower case, without port and trailing dot (normalised_host());
///   router:  each of these spellings, in this order: the name as it is, the name without the
///            `<entrypoint>-` that Traefik puts before a router's copy for an entrypoint with its
///            own TLS settings or middlewares, when the router has several entrypoints; of layered
///            routers ("a@file -> b@file") then each layer, the last (most specific) first, each as
///            it is and without that prefix. At most kMostLayers layers.
/// Where the log has no entrypoint (CLF, or it is dropped) the configured ones stand in for it: of
/// those with which a name begins the longest. What else stands before a name is a part of it:
/// "old-acme@file" is another router than "acme@file".
/// Where no router matched (router and service are empty), nobody vouches for what the client sent:
/// then only the host counts. Recent answers are kept, by what the rules look at and no more. Not
/// safe from several threads.
class Attribution {
  public:
    /// `entrypoints`: that this Traefik may have, for logs without them.
    explicit Attribution(std::shared_ptr<const Tenancy> tenancy,
                         std::vector<std::string> entrypoints = {});

    /// After a change of the configuration or of the databases that exist; forgets what it keeps.
    void use(std::shared_ptr<const Tenancy> tenancy);

    /// A tenant's name, or kUnknownTenant; valid until use(). About 40 ns for what was seen
    /// recently, else about 1 us and 0.3 us a pattern.
    [[nodiscard]] std::string_view tenant_of(const Entry& entry);

    /// What of an entry the rules look at beside its router, service and entrypoint: entries in
    /// which those and this are the same have the same tenant.
    template <class Key>
    void add_clients_texts(const Entry& entry, Key& key) const {
        if (by_host_) key.add(entry.host);
        if (by_header_ && matched(entry)) key.add(entry.tenant_header);
    }

    /// Where the log has no entrypoint: the first such router since use().
    [[nodiscard]] const LikelyCopy& likely_copy() const { return likely_copy_; }

    static constexpr std::size_t kMostLayers = 6;

    /// Bytes held for recent answers; bounded whatever clients send.
    [[nodiscard]] std::size_t memory() const { return recent_.memory(); }

  private:
    static constexpr CacheBounds kBounds{};

    [[nodiscard]] static bool matched(const Entry& entry) {
        return !entry.router.empty() || !entry.service.empty();
    }
    static constexpr std::size_t kMostPieces = 4;
    static constexpr std::size_t kLongestRouter = 256;

    [[nodiscard]] std::string_view attributed(const Entry& entry);
    [[nodiscard]] LikelyCopy likely_copy_of(std::string_view router) const;

    std::vector<std::string> entrypoints_;
    std::shared_ptr<const Tenancy> tenancy_;
    RecentCache<std::string_view> recent_{kBounds};
    LikelyCopy likely_copy_;
    bool by_router_ = false;
    bool by_service_ = false;
    bool by_host_ = false;
    bool by_header_ = false;
};

}  // namespace erp::traefik
