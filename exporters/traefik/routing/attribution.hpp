#pragma once

#include "core/tenancy/tenancy.hpp"
#include "exporters/traefik/log/entry.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace erp::traefik {

/// The tenant of requests that no rule attributes.
inline constexpr std::string_view kUnknownTenant = "_unknown";

/// Tells whose request a log entry is. Rules look at the entry's router, service, host and the
/// header that the configuration names; what they see is
///   host:    in lower case, without port and trailing dot (normalised_host());
///   router:  each of these spellings, in this order: the name as it is, the name without the
///            `<entrypoint>-` that Traefik puts before a router's copy for an entrypoint with its
///            own TLS settings; of layered routers ("a@file -> b@file") then each layer, the
///            last (most specific) first, each as it is and without that prefix. At most
///            kMostLayers layers.
/// Where no router matched (router and service are empty), nobody vouches for what the client sent:
/// then only the host counts.
class Attribution {
  public:
    explicit Attribution(std::shared_ptr<const Tenancy> tenancy);

    /// After a change of the configuration or of the databases that exist.
    void use(std::shared_ptr<const Tenancy> tenancy);

    /// A tenant's name, or kUnknownTenant; valid until use(). About 1 us, and 0.3 us a pattern.
    [[nodiscard]] std::string_view tenant_of(const Entry& entry) const;
    /// Whether some rule looks at what clients write.
    [[nodiscard]] bool looks_at_host() const { return by_host_; }
    [[nodiscard]] bool looks_at_header() const { return by_header_; }

    static constexpr std::size_t kMostLayers = 6;

  private:
    std::shared_ptr<const Tenancy> tenancy_;
    bool by_router_ = false;
    bool by_host_ = false;
    bool by_header_ = false;
};

}  // namespace erp::traefik
