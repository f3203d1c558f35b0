#pragma once

#include "core/scrape/target.hpp"
#include "core/tail/log_reader.hpp"
#include "exporters/odoo/collector.hpp"
#include "exporters/odoo/counts/server_log.hpp"
#include "exporters/odoo/options.hpp"
#include "exporters/odoo/sockets/socket_sampler.hpp"
#include "exporters/odoo/view.hpp"

#include <memory>
#include <string>
#include <vector>

namespace erp::odoo {

/// A deployment by all that its host tells. Each source works on a thread of its own and publishes
/// what it sees; collections are answered from that on a worker.
class OdooTarget : public Target {
  public:
    OdooTarget(std::shared_ptr<const TargetConfig> config, Services services, OdooOptions options);

    void start() override;
    void stop() override;
    void collect(std::shared_ptr<Collection> collection) override;
    void describe(const Outcome& outcome, Samples& samples) const override;
    void describe_readers(Samples& samples) const override;
    [[nodiscard]] std::vector<std::string> advice() const override;
    [[nodiscard]] std::vector<std::pair<std::string_view, std::size_t>> connections()
        const override {
        return {};
    }

  private:
    [[nodiscard]] View view() const;
    void start_log();

    std::shared_ptr<const TargetConfig> config_;
    Services services_;
    OdooOptions options_;
    std::shared_ptr<ServerLog> log_;           ///< null: not configured
    std::shared_ptr<tail::LogReader> reader_;  ///< null: not configured, or before start()
    std::unique_ptr<SocketSampler> sockets_;   ///< the same
};

}  // namespace erp::odoo
