#pragma once

#include "core/scrape/live_tenancy.hpp"
#include "core/scrape/published.hpp"
#include "core/tail/line_consumer.hpp"
#include "exporters/traefik/log/line_parser.hpp"
#include "exporters/traefik/options.hpp"
#include "exporters/traefik/routing/attribution.hpp"
#include "exporters/traefik/routing/path_template.hpp"
#include "exporters/traefik/routing/top_paths.hpp"
#include "exporters/traefik/routing/unmatched_clients.hpp"
#include "exporters/traefik/routing/workload.hpp"
#include "exporters/traefik/traffic/ledger.hpp"
#include "exporters/traefik/traffic/numbering.hpp"
#include "exporters/traefik/traffic/ways.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace erp::traefik {

/// Of one of the paths that are asked for most.
struct PathCounts {
    std::string tenant;
    std::string path;  ///< see PathTemplates
    TopPaths::Counters counters;
};

/// What a page shows: published when it is on disk.
struct Counted {
    std::shared_ptr<const Traffic> traffic;
    std::vector<FileCounts> files;
    std::vector<PathCounts> paths;
    UnmatchedClients clients;
    bool full_histograms = false;             ///< with all bounds that are kept
    LikelyCopy likely_copy = {};              ///< none where requests have the target's own tenant
    std::vector<WorkloadClass> classes = {};  ///< see Workloads::classes()
};

/// Counts the lines of access logs. The reader's thread, counted() apart.
class AccessLog : public tail::LineConsumer {
  public:
    struct Settings {
        std::string own_tenant = {};  ///< of what no rule attributes; empty: `_unknown`
        bool native = false;          ///< also counts what Traefik's own metrics count
        bool top_paths = false;       ///< also counts paths
        bool native_histograms = false;
    };

    AccessLog(const TraefikOptions& options,
              Settings settings,
              std::shared_ptr<const CurrentTenancy> tenancy);

    tail::LineResult take(const tail::LogLine& line) override;
    Prepared prepare() override;
    std::optional<Error> restore(std::string_view bytes) override;

    /// Any thread; null before the first snapshot.
    [[nodiscard]] std::shared_ptr<const Counted> counted() const { return shown_->latest().value; }

  private:
    void follow_tenancy();
    void find_objectives();
    [[nodiscard]] bool is_of_the_future();
    void count_client();
    void count_path(std::string_view tenant, const Outcome& outcome);
    void forget();
    [[nodiscard]] Way find_way();

    Settings settings_;
    std::shared_ptr<const CurrentTenancy> current_;
    std::shared_ptr<const Tenancy> tenancy_;
    /// Objectives for latency in ns, by tenant and class. A tenant is known by the address of its
    /// name in tenancy_, which is what Attribution gives.
    std::unordered_map<const char*, std::vector<std::optional<std::int64_t>>> promises_;
    unsigned lines_ = 0;       ///< since the tenancy was last looked at, modulo
    std::int64_t latest_ = 0;  ///< what ends up to it, Unix time in ns, is not of the future
    LineParser parser_;
    Entry entry_;
    Attribution attribution_;
    Workloads workloads_;
    PathTemplates templates_;
    TopPaths top_paths_;
    UnmatchedClients clients_;
    Ledger ledger_;
    Ways ways_;
    bool full_histograms_;
    FileList files_;
    std::shared_ptr<Published<Counted>> shown_ = std::make_shared<Published<Counted>>();
};

}  // namespace erp::traefik
