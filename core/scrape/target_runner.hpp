#pragma once

#include "core/metrics/snapshot.hpp"
#include "core/net/presence.hpp"
#include "core/net/signal.hpp"
#include "core/scrape/exporter.hpp"
#include "core/scrape/live_tenancy.hpp"
#include "core/scrape/state_log.hpp"
#include "core/scrape/target.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

namespace erp {

/// Counts of a target that pages add to when they are merged, on a worker.
struct SeriesCounts {
    std::atomic<std::uint64_t> duplicates = 0;
    std::atomic<std::uint64_t> over_budget = 0;
    std::atomic<std::uint64_t> collisions = 0;
    std::atomic<std::uint64_t> refused = 0;
    std::atomic<std::uint64_t> page_budget = 0;
    std::atomic<std::uint64_t> last_lines = 0;        ///< of the newest page that showed all
    std::atomic<std::uint64_t> last_over_budget = 0;  ///< left out of that page
};

/// What a request takes from a target when it stops waiting. Immutable; goes to a worker.
struct TargetView {
    std::shared_ptr<const TargetConfig> config;  ///< null: there is nothing to show
    std::vector<Source::Part> parts;             ///< metrics of the system
    std::shared_ptr<const Samples> self;         ///< erp_exporter_* rows of this target
    std::shared_ptr<const Samples> readers;      ///< those of its log readers; null: it has none
    std::shared_ptr<SeriesCounts> counts;
    std::shared_ptr<Collection> collection;  ///< null when everything came from memory
    bool whole = true;                       ///< all that the target shows was asked for
};

/// State of a target for the status page.
struct TargetStatus {
    std::shared_ptr<const TargetConfig> config;
    const Exporter* exporter = nullptr;
    bool up = false;
    bool asked = false;  ///< false until the first collection ended
    std::optional<Phase> last_error;
    std::optional<Duration> age;  ///< since the last collection ended
    Duration took = Duration::zero();
    std::size_t lines = 0;
    std::vector<CollectorResult> results;  ///< latest of each collector
    std::vector<std::string> advice;       ///< see Target
};

/// Stands between requests and one Target: one collection at a time, shared by all requests that it
/// covers; minimum ages; who waits how long; what is remembered; self metrics. I/O thread only.
class TargetRunner : public std::enable_shared_from_this<TargetRunner> {
  public:
    TargetRunner(std::shared_ptr<const TargetConfig> config,
                 const Exporter& exporter,
                 const TargetFactory& make,
                 Services services);

    void start() { target_->start(); }
    /// Before the start: this target takes the place of another of its name and exporter, and what
    /// was folded there goes on.
    void take_foldings(const TargetRunner& other) { foldings_ = other.foldings_; }
    enum class Stop { reload, daemon };
    /// Ends the target, and the wait of requests: at a reload without a view, since who replaces it
    /// knows more; at the daemon's end with what is there.
    void stop(Stop why);
    /// A reload that kept this target: new labels, tenant, switches and ages; same identity.
    void configure(std::shared_ptr<const TargetConfig> config);

    /// The enabled ones of `asked`, waiting until `deadline`, or 1 s if the target did not end its
    /// last collection in time, or until the client goes (null: it stays). A view without `config`:
    /// a reload ended the wait.
    Awaitable<TargetView> scrape(CollectorSet asked,
                                 Deadline deadline,
                                 std::shared_ptr<const Presence> client = {});
    /// Waiting requests look again whether their client is there.
    void wake() { changed_.notify(); }

    /// See Target::report().
    [[nodiscard]] std::optional<std::string> report(std::size_t report, ReportFormat format) const {
        return target_->report(report, format);
    }

    [[nodiscard]] const TargetConfig& config() const { return *config_; }
    [[nodiscard]] const std::shared_ptr<const TargetConfig>& shared_config() const {
        return config_;
    }
    [[nodiscard]] const Exporter& exporter() const { return exporter_; }
    [[nodiscard]] TargetStatus status() const;
    /// Databases that exist there, as a collector last named them; null: none did. Another object
    /// when they have changed; kept while the target is down.
    [[nodiscard]] const DatabaseList& databases() const { return databases_; }

  private:
    /// The latest complete result of a collector.
    struct Kept {
        std::shared_ptr<const Samples> samples;
        Unavailable unavailable = Unavailable::no;
        Duration work = Duration::zero();
        Clock::time_point at{};
        Clock::time_point as_of{};
    };

    [[nodiscard]] CollectorSet enabled() const;
    /// The ones of `asked` whose kept result is older than their minimum age.
    [[nodiscard]] CollectorSet due(CollectorSet asked) const;
    void begin(CollectorSet wanted);
    void progress();
    void end(const Collection::State& state);
    void give_up(const Collection& collection, bool full_wait);
    void learn_databases(const std::vector<CollectorResult>& results);
    void count_failure(Phase phase) { ++failures_[static_cast<std::size_t>(phase)]; }
    [[nodiscard]] TargetView view(CollectorSet asked,
                                  CollectorSet needed,
                                  std::shared_ptr<Collection> collection);
    void add_part(TargetView& view,
                  std::size_t collector,
                  const CollectorResult& result,
                  bool up) const;
    void add_self_rows(Samples& samples, const Outcome& outcome) const;

    std::shared_ptr<const TargetConfig> config_;
    const Exporter& exporter_;
    Services services_;
    std::unique_ptr<Target> target_;
    StateLog state_log_;
    std::shared_ptr<SeriesCounts> counts_ = std::make_shared<SeriesCounts>();

    std::shared_ptr<Collection> running_;
    CollectorSet queued_;  ///< what requests wait for that the running collection does not cover
    Signal changed_;
    std::optional<Stop> stopped_;      ///< no value: it runs
    std::shared_ptr<Collection> cut_;  ///< that stop() ended in the middle
    bool in_time_ = true;  ///< nobody who waited to his deadline had to give up on the last one
    bool timeout_counted_ = false;  ///< of the running collection
    asio::steady_timer guard_;      ///< ends a collection whose target forgets to

    Foldings foldings_;
    std::vector<Kept> kept_;
    DatabaseList databases_;
    std::size_t databases_from_ = 0;  ///< the collector that named them
    Collection::State last_;          ///< of the last collection that ended
    Duration last_took_ = Duration::zero();
    std::optional<Clock::time_point> last_end_;
    std::array<std::uint64_t, std::size(kPhases)> failures_{};
};

}  // namespace erp
