#include "exporters/traefik/routing/attribution.hpp"

#include "exporters/traefik/routing/host.hpp"

#include <array>
#include <optional>
#include <utility>

namespace erp::traefik {
namespace {

constexpr std::string_view kLayer = " -> ";

/// The layers of a router's name, the last first: at most kMostLayers. Ends when `take` is content.
template <class Take>
void each_layer(std::string_view name, Take take) {
    for (std::size_t layer = 0; layer < Attribution::kMostLayers; ++layer) {
        const std::size_t arrow = name.rfind(kLayer);
        const bool first = arrow == std::string_view::npos;
        if (take(first ? name : name.substr(arrow + kLayer.size())) || first) return;
        name = name.substr(0, arrow);
    }
}

/// What is known of a request, for the rules.
class Attributes {
  public:
    void add(Dimension from, std::string_view value) {
        if (!value.empty() && used_ < all_.size()) all_[used_++] = {from, value};
    }

    void add_router(std::string_view name, std::string_view entrypoint) {
        add_spellings(name, entrypoint);
        if (name.find(kLayer) == std::string_view::npos) return;
        each_layer(name, [&](std::string_view layer) {
            add_spellings(layer, entrypoint);
            return false;
        });
    }

    [[nodiscard]] std::span<const Attribute> all() const { return {all_.data(), used_}; }

  private:
    void add_spellings(std::string_view name, std::string_view entrypoint) {
        add(Dimension::router, name);
        if (entrypoint.empty() || name.size() <= entrypoint.size() + 1) return;
        if (name.starts_with(entrypoint) && name[entrypoint.size()] == '-') {
            add(Dimension::router, name.substr(entrypoint.size() + 1));
        }
    }

    // Two spellings of the whole and of each layer; host, service, header.
    std::array<Attribute, 2 * (Attribution::kMostLayers + 1) + 3> all_;
    std::size_t used_ = 0;
};

}  // namespace

Attribution::Attribution(std::shared_ptr<const Tenancy> tenancy) {
    use(std::move(tenancy));
}

void Attribution::use(std::shared_ptr<const Tenancy> tenancy) {
    recent_.clear();
    tenancy_ = std::move(tenancy);
    by_router_ = tenancy_->looks_at(Dimension::router);
    by_service_ = tenancy_->looks_at(Dimension::service);
    by_host_ = tenancy_->looks_at(Dimension::host);
    by_header_ = tenancy_->looks_at(Dimension::header);
}

std::string_view Attribution::tenant_of(const Entry& entry) {
    JoinedTexts<kBounds.longest_key> key;
    key.add(matched(entry) ? "routed" : "");
    if (by_router_) {
        key.add(entry.router);
        key.add(entry.entrypoint);
    }
    if (by_service_) key.add(entry.service);
    add_clients_texts(entry, key);
    const auto text = key.view();
    if (!text) return attributed(entry);
    return recent_.get(*text, [&] { return attributed(entry); });
}

std::string_view Attribution::attributed(const Entry& entry) const {
    Attributes attributes;
    const std::string host = by_host_ ? normalised_host(entry.host) : std::string();
    attributes.add(Dimension::host, host);
    if (matched(entry)) {
        if (by_router_) attributes.add_router(entry.router, entry.entrypoint);
        attributes.add(Dimension::service, entry.service);
        attributes.add(Dimension::header, entry.tenant_header);
    }
    if (const auto tenant = tenancy_->tenant_of(attributes.all())) return *tenant;
    if (by_router_ && entry.entrypoint.empty()) return attributed_by_rest(entry.router);
    return kUnknownTenant;
}

std::string_view Attribution::attributed_by_rest(std::string_view router) const {
    std::optional<std::string_view> tenant;
    each_layer(router, [&](std::string_view rest) {
        for (std::size_t tried = 0; tried < kMostRests && !tenant; ++tried) {
            const std::size_t dash = rest.substr(0, rest.rfind('@')).find('-');
            if (dash == std::string_view::npos) break;
            rest.remove_prefix(dash + 1);
            tenant = tenancy_->tenant_of(Dimension::router, rest);
        }
        return tenant.has_value();
    });
    return tenant.value_or(kUnknownTenant);
}

}  // namespace erp::traefik
