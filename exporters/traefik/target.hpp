#pragma once

#include "core/scrape/target.hpp"
#include "core/tail/log_reader.hpp"
#include "exporters/traefik/collector.hpp"
#include "exporters/traefik/options.hpp"
#include "exporters/traefik/traffic/access_log.hpp"

#include <memory>
#include <string>

namespace erp::traefik {

/// Whether the configuration has this collector on.
[[nodiscard]] bool is_enabled(const Collector& collector, const TargetConfig& config);

/// A proxy by its access log: a reader on a thread of its own, from whose durable state collections
/// are answered on a worker.
class TraefikTarget : public Target {
  public:
    TraefikTarget(std::shared_ptr<const TargetConfig> config,
                  Services services,
                  TraefikOptions options);

    void start() override;
    void stop() override;
    void collect(std::shared_ptr<Collection> collection) override;
    void describe(const erp::Outcome& outcome, Samples& samples) const override;
    [[nodiscard]] std::vector<std::string> advice() const override;
    [[nodiscard]] std::vector<std::pair<std::string_view, std::size_t>> connections()
        const override {
        return {};
    }

  private:
    std::shared_ptr<const TargetConfig> config_;
    Services services_;
    TraefikOptions options_;
    std::shared_ptr<AccessLog> log_;
    std::shared_ptr<tail::LogReader> reader_;  ///< null before start()
};

}  // namespace erp::traefik
