#pragma once

#include "core/scrape/target.hpp"
#include "exporters/odoo/options.hpp"
#include "exporters/odoo/sources.hpp"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace erp::odoo {

/// A deployment by all that its host tells. Collections are answered on a worker, from what the
/// sources have published.
class OdooTarget : public Target {
  public:
    OdooTarget(std::shared_ptr<const TargetConfig> config, Services services, OdooOptions options);

    void start() override { sources_.start(); }
    void stop() override { sources_.stop(); }
    void collect(std::shared_ptr<Collection> collection) override;
    void describe(const Outcome& outcome, Samples& samples) const override;
    [[nodiscard]] std::vector<std::string> advice() const override;
    [[nodiscard]] std::vector<std::pair<std::string_view, std::size_t>> connections()
        const override {
        return {};
    }

  private:
    Services services_;
    Sources sources_;
    /// As they were when the last collection began: a page shows no other moment than its rows do.
    std::array<SourceState, kSources> asked_;
};

}  // namespace erp::odoo
