#pragma once

#include "core/base/log.hpp"
#include "core/net/asio.hpp"
#include "core/scrape/collection.hpp"
#include "core/scrape/live_tenancy.hpp"
#include "core/scrape/report.hpp"

#include <boost/asio/thread_pool.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace erp {

/// The only way anything is handed to a target.
struct Services {
    asio::io_context& io;        ///< the one I/O thread: HTTP and every asynchronous client
    asio::thread_pool& workers;  ///< short blocking work: name resolution, page making
    Log& log;
    /// Whom things belong to at this moment, for what is attributed when it is read.
    std::shared_ptr<CurrentTenancy> tenancy = std::make_shared<CurrentTenancy>();
    std::string state_directory = {};  ///< for what must survive a restart; empty: nothing does
};

/// One entry of `targets:`. Immutable. A reload makes a new one; see identity.
struct TargetConfig {
    std::string name;
    std::string exporter;
    /// Configured labels of every series of this target, in the order of the file.
    std::vector<std::pair<std::string, std::string>> labels;
    /// Labels that the exporter adds to what its collectors give, on /probe too; a family that has
    /// one of them keeps its own.
    std::vector<std::pair<std::string, std::string>> data_labels;
    /// Tenant of the series that no rule attributes; empty: none.
    std::string tenant;
    std::optional<std::int64_t> expected_replicas;  ///< standbys or replicas that it should have
    std::string role;                               ///< what it is for, a word; empty: not said
    bool native_histograms = false;                 ///< see Source
    Duration limit = std::chrono::seconds(10);      ///< `timeout`: the longest a collection may run
    std::optional<Duration> scrape_interval;        ///< what /sd asks scrapers for
    std::vector<CollectorSetting> collectors;       ///< by position in the exporter's table
    /// What it has open at once at most, as its exporter says: clients of the page leave it so many
    /// file descriptors.
    std::size_t descriptors = 2;
    /// Text of all that makes a running target another one (exporter, name, connection settings,
    /// watcher intervals): when a reload leaves it unchanged, connections, counters and watchers go
    /// on.
    std::string identity;
};

/// How a collection ended, for Target::describe().
struct Outcome {
    bool up = false;
    Duration took = Duration::zero();
    std::optional<Error> target_error;
    const std::vector<CollectorResult>& results;  ///< by collector; `pending` if not asked for
    CollectorSet wanted;
    CollectorSet complete = {};  ///< of the wanted: succeeded, and the server is up
};

/// One configured instance of a system. The one virtual class of the frame. The frame calls every
/// member function on the I/O thread and asks for one collection at a time; a target that needs to
/// block owns a worker (core/net/worker.hpp).
class Target {
  public:
    Target() = default;
    virtual ~Target() = default;
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;
    Target(Target&&) = delete;
    Target& operator=(Target&&) = delete;

    /// Starts watchers. They must not delay a collection and publish immutable snapshots.
    virtual void start() = 0;
    /// Ends watchers and closes connections, without waiting for anything: work that is still
    /// running is abandoned and must touch only what it shares ownership of.
    virtual void stop() = 0;
    /// Sends the requests of all wanted collectors together, reports each as its reply arrives, and
    /// calls finish() or fail_all() by the collection's deadline. Returns at once.
    virtual void collect(std::shared_ptr<Collection> collection) = 0;
    /// Adds what is shown even when the target is down: `<system>_up` and the peers' self metrics
    /// (rows with Shown::always).
    virtual void describe(const Outcome& outcome, Samples& samples) const = 0;
    /// For the status page: what is not shown because of how the system is set up, and how to
    /// change that, a sentence each.
    [[nodiscard]] virtual std::vector<std::string> advice() const { return {}; }
    /// Open connections by role, for erp_exporter_connections{role}.
    [[nodiscard]] virtual std::vector<std::pair<std::string_view, std::size_t>> connections()
        const = 0;
    /// The report at this position of Exporter::reports, from what is known; nothing: nothing is.
    [[nodiscard]] virtual std::optional<std::string> report(std::size_t /*report*/,
                                                            ReportFormat /*format*/) const {
        return std::nullopt;
    }
};

using TargetFactory =
    std::function<std::unique_ptr<Target>(std::shared_ptr<const TargetConfig>, Services)>;

}  // namespace erp
