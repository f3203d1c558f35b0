#pragma once

#include "core/net/worker.hpp"
#include "core/scrape/target.hpp"
#include "exporters/postgres/main_connection.hpp"
#include "exporters/postgres/options.hpp"

#include <atomic>
#include <memory>
#include <span>

namespace erp::postgres {

/// A PostgreSQL cluster: one worker thread with one connection, and timers that ask it to sample
/// between scrapes. What the worker runs shares ownership of the connection, so the target may go
/// at any time.
class PostgresTarget : public Target {
  public:
    PostgresTarget(std::shared_ptr<const TargetConfig> config,
                   Services services,
                   TargetOptions options);

    void start() override;
    void stop() override;
    void collect(std::shared_ptr<Collection> collection) override;
    void describe(const Outcome& outcome, Samples& samples) const override;
    [[nodiscard]] std::vector<std::pair<std::string_view, std::size_t>> connections()
        const override;
    [[nodiscard]] std::optional<std::string> report(std::size_t report,
                                                    ReportFormat format) const override;

  private:
    /// Set while a job runs or waits, so that timers and collections do not pile up behind a slow
    /// one.
    struct Busy {
        std::atomic<bool> collecting = false;
        std::atomic<bool> watching = false;
    };

    void watch_again();

    std::shared_ptr<const TargetConfig> config_;
    std::shared_ptr<MainConnection> main_;
    std::shared_ptr<Busy> busy_ = std::make_shared<Busy>();
    Worker worker_;
    asio::steady_timer timer_;
    bool stopped_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>();  ///< a handler may run after we are gone
    double scrapes_ = 0;
};

}  // namespace erp::postgres
