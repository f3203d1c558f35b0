#pragma once

#include "core/scrape/estate.hpp"
#include "core/scrape/page.hpp"
#include "core/scrape/target_runner.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace erp {

/// What a client asks for.
struct PageRequest {
    enum class Scope { everything, target, daemon };
    Scope scope = Scope::everything;
    std::string target;                ///< for Scope::target: a name of the configuration
    std::vector<std::string> collect;  ///< see Selection
    std::vector<std::string> exclude;
    std::vector<std::string> names;  ///< families to show; empty: all
    Format format = Format::text;
    Compression compression = Compression::none;
    Deadline deadline = Deadline::after(std::chrono::seconds(10));
    std::shared_ptr<Presence> client = {};  ///< null: it does not go away
    /// Ends somebody who does not take his page, when Limits::response_bytes are held; empty: none.
    std::function<void()> make_room = {};
};

/// The running targets of one configuration, and pages made from them. I/O thread only; merging,
/// writing and compressing happen on Services::workers.
class Scraper {
  public:
    Scraper(Services services,
            std::span<const Exporter* const> exporters,
            std::shared_ptr<self::Counters> counters);

    /// Atomic: targets with an unchanged identity go on, others start or stop. A page that is being
    /// made keeps what it has, and asks the successor of a target that was stopped in the middle.
    void apply(const Estate& estate);
    void stop();

    /// The body, or why the request makes no sense (the text goes to the client), or phase limit:
    /// clients have not taken Limits::response_bytes of other pages. When the client goes, this
    /// wait ends and the collections that others share go on.
    Awaitable<Result<std::shared_ptr<const std::string>>> page(PageRequest request);

    /// Any other text for a client, within the same Limits::response_bytes: `make` runs once, on a
    /// worker, or not at all, which is phase limit. For `make_room` see PageRequest.
    Awaitable<Result<std::shared_ptr<const std::string>>> body(std::function<std::string()> make,
                                                               std::function<void()> make_room);

    /// The report `path` of a target; an error's phase is unsupported if there is no such target
    /// or it has no such report, starting if it has seen nothing yet.
    [[nodiscard]] Result<std::string> report(std::string_view path,
                                             std::string_view target,
                                             ReportFormat format) const;

    [[nodiscard]] std::vector<TargetStatus> status() const;
    [[nodiscard]] std::vector<std::shared_ptr<const TargetConfig>> targets() const;
    [[nodiscard]] std::shared_ptr<const Tenancy> tenancy() const { return tenancy_.now(); }
    [[nodiscard]] std::span<const Exporter* const> exporters() const { return exporters_; }
    [[nodiscard]] const Limits& limits() const { return limits_; }

  private:
    using Runners = std::vector<std::shared_ptr<TargetRunner>>;

    /// Null: there is none of this name.
    [[nodiscard]] std::shared_ptr<TargetRunner> runner_of(std::string_view name) const;
    [[nodiscard]] Result<Runners> wanted(const PageRequest& request) const;
    void see_databases();

    Services services_;
    std::span<const Exporter* const> exporters_;
    std::shared_ptr<self::Counters> counters_;
    Runners runners_;
    LiveTenancy tenancy_;
    Limits limits_;
    std::shared_ptr<std::atomic<std::size_t>> held_ = std::make_shared<std::atomic<std::size_t>>(0);
    bool native_histograms_ = false;
};

}  // namespace erp
