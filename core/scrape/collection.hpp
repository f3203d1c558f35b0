#pragma once

#include "core/base/deadline.hpp"
#include "core/base/result.hpp"
#include "core/metrics/samples.hpp"
#include "core/scrape/collector.hpp"
#include "core/scrape/folding.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace erp {

/// Why (a part of) a collector's metrics is absent without anything having failed; the label
/// `reason` of erp_exporter_collector_unavailable.
enum class Unavailable { no, unsupported, privilege, disabled };
[[nodiscard]] std::string_view to_string(Unavailable reason);

/// What became of one collector in one collection.
struct CollectorResult {
    enum class State { pending, succeeded, failed };
    State state = State::pending;
    Unavailable unavailable = Unavailable::no;
    std::shared_ptr<const Samples> samples;  ///< set when succeeded; all or nothing
    std::optional<Error> error;              ///< set when failed
    Duration work =
        Duration::zero();       ///< from the previous reply's arrival to the end of its own parsing
    Clock::time_point at{};     ///< when it was reported
    Clock::time_point as_of{};  ///< what the samples say was so then; a watcher's last look
};

/// By collector; null, or beyond the end: its label values have no cap.
using Foldings = std::vector<std::shared_ptr<Folding>>;

/// One run over a target, from the request to the last reply. The frame makes it, the target fills
/// it, from any thread, in any order; whoever waits takes what is there. Every member function is
/// safe from any thread. Reports after finish(), or for a collector that was not wanted or was
/// reported already, are ignored: a job that comes too late harms nobody.
class Collection {
  public:
    /// `changed` runs on the reporting thread when the collection ends or what somebody expects is
    /// complete: to wake the loop for each report costs more than the report. It must only post.
    Collection(CollectorSet wanted,
               std::size_t collectors,
               Deadline deadline,
               std::function<void()> changed,
               Foldings foldings = {});

    [[nodiscard]] const CollectorSet& wanted() const { return wanted_; }
    [[nodiscard]] bool wants(std::size_t collector) const { return wanted_.test(collector); }
    /// The target's own limit: all I/O for this collection ends by then.
    [[nodiscard]] Deadline deadline() const { return deadline_; }
    [[nodiscard]] Clock::time_point started() const { return started_; }

    /// Somebody waits for these of the wanted collectors: `changed` is called when is_complete().
    void expect(const CollectorSet& needed);
    /// The collection has ended, or the target is up and all of these have been reported.
    [[nodiscard]] bool is_complete(const CollectorSet& needed) const;

    /// The target answered something that proves it alive; `<system>_up` is 1.
    void answered();
    /// What the target's log readers say of themselves (core/tail/reader_metrics.hpp), taken before
    /// the counts are: a page accounts for each line that it says was read. Always shown.
    void about_readers(Samples samples);
    /// `as_of` is when a watcher looked; none: now.
    void succeed(std::size_t collector,
                 Samples samples,
                 Duration work,
                 Unavailable missing = Unavailable::no,
                 std::optional<Clock::time_point> as_of = std::nullopt);
    void fail(std::size_t collector, Error error, Duration work = Duration::zero());
    /// Not an error: this server lacks it, or our role may not see it. Counts as success without
    /// samples.
    void absent(std::size_t collector, Unavailable reason, Duration work = Duration::zero());
    /// The conversation as a whole failed (connect, auth, timeout): ends the collection; everything
    /// not reported yet failed for this reason.
    void fail_all(Error error);
    /// Nothing follows. What was wanted and not reported has failed by timeout.
    void finish();

    struct State {
        std::vector<CollectorResult> results;  ///< by collector; only wanted ones leave `pending`
        bool up = false;
        bool finished = false;
        std::optional<Error> target_error;
        std::shared_ptr<const Samples> readers;  ///< null: no log is read
    };
    /// A consistent copy; cheap, since samples are shared.
    [[nodiscard]] State state() const;
    [[nodiscard]] bool finished() const;
    /// True once: the first page made from this collection counts its duplicates and drops.
    [[nodiscard]] bool count_once() { return !counted_.exchange(true); }

  private:
    [[nodiscard]] bool awaits(std::size_t collector) const;
    [[nodiscard]] bool awaits_locked(std::size_t collector) const;
    [[nodiscard]] bool is_complete_locked(const CollectorSet& needed) const;
    void report(std::size_t collector, CollectorResult result);
    void end_locked(const Error& reason);

    const CollectorSet wanted_;
    const Deadline deadline_;
    const Clock::time_point started_ = Clock::now();
    const std::function<void()> changed_;
    const Foldings foldings_;
    std::atomic<bool> counted_ = false;
    mutable std::mutex mutex_;
    State state_;
    CollectorSet pending_;
    std::vector<CollectorSet> expected_;
};

}  // namespace erp
