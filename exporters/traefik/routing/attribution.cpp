#include "exporters/traefik/routing/attribution.hpp"

#include "exporters/traefik/routing/host.hpp"

#include <array>
#include <span>
#include <utility>

namespace erp::traefik {
namespace {

constexpr std::string_view kLayer = " -> ";

/// The layers of a router's name, the last first: at most kMostLayers.
template <class Take>
void each_layer(std::string_view name, Take take) {
    for (std::size_t layer = 0; layer < Attribution::kMostLayers; ++layer) {
        const std::size_t arrow = name.rfind(kLayer);
        const bool first = arrow == std::string_view::npos;
        take(first ? name : name.substr(arrow + kLayer.size()));
        if (first) return;
        name = name.substr(0, arrow);
    }
}

/// The router of which Traefik made a copy for the entrypoint; empty: `name` is not one.
std::string_view original(std::string_view name, std::string_view entrypoint) {
    if (entrypoint.empty() || !name.starts_with(entrypoint)) return {};
    name.remove_prefix(entrypoint.size());
    return name.starts_with('-') ? name.substr(1) : std::string_view();
}

/// What is known of a request, for the rules.
class Attributes {
  public:
    /// `others` stand in for an entrypoint that is not known.
    Attributes(std::string_view entrypoint, std::span<const std::string> others)
        : entrypoint_(entrypoint), others_(others) {}

    void add(Dimension from, std::string_view value) {
        if (!value.empty() && used_ < all_.size()) all_[used_++] = {from, value};
    }

    void add_router(std::string_view name) {
        add_spellings(name);
        if (name.find(kLayer) == std::string_view::npos) return;
        each_layer(name, [&](std::string_view layer) { add_spellings(layer); });
    }

    [[nodiscard]] std::span<const Attribute> all() const { return {all_.data(), used_}; }

  private:
    void add_spellings(std::string_view name) {
        add(Dimension::router, name);
        std::string_view shortest = original(name, entrypoint_);
        if (entrypoint_.empty()) {
            for (const std::string& other : others_) {
                const std::string_view rest = original(name, other);
                if (!rest.empty() && (shortest.empty() || rest.size() < shortest.size()))
                    shortest = rest;
            }
        }
        add(Dimension::router, shortest);
    }

    std::string_view entrypoint_;
    std::span<const std::string> others_;
    // Two spellings of the whole and of each layer; host, service, header.
    std::array<Attribute, 2 * (Attribution::kMostLayers + 1) + 3> all_;
    std::size_t used_ = 0;
};

}  // namespace

Attribution::Attribution(std::shared_ptr<const Tenancy> tenancy,
                         std::vector<std::string> entrypoints)
    : entrypoints_(std::move(entrypoints)) {
    use(std::move(tenancy));
}

void Attribution::use(std::shared_ptr<const Tenancy> tenancy) {
    recent_.clear();
    likely_copy_ = {};
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

std::string_view Attribution::attributed(const Entry& entry) {
    Attributes attributes(entry.entrypoint, entrypoints_);
    const std::string host = by_host_ ? normalised_host(entry.host) : std::string();
    attributes.add(Dimension::host, host);
    if (matched(entry)) {
        if (by_router_) attributes.add_router(entry.router);
        attributes.add(Dimension::service, entry.service);
        attributes.add(Dimension::header, entry.tenant_header);
    }
    if (const auto tenant = tenancy_->tenant_of(attributes.all())) return *tenant;
    if (by_router_ && entry.entrypoint.empty() && likely_copy_.router.empty())
        likely_copy_ = likely_copy_of(entry.router);
    return kUnknownTenant;
}

/// Looks behind the first `-` of each layer's name.
LikelyCopy Attribution::likely_copy_of(std::string_view router) const {
    LikelyCopy copy;
    if (router.size() > kLongestRouter) return copy;
    each_layer(router, [&](std::string_view name) {
        std::size_t dash = name.find('-');
        for (std::size_t tried = 0; tried < kMostPieces && dash < name.rfind('@'); ++tried) {
            const auto tenant = tenancy_->tenant_of(Dimension::router, name.substr(dash + 1));
            if (tenant && copy.router.empty())
                copy = {std::string(name), std::string(name.substr(0, dash)), std::string(*tenant)};
            dash = name.find('-', dash + 1);
        }
    });
    return copy;
}

}  // namespace erp::traefik
