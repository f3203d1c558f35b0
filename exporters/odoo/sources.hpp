#pragma once

#include "core/scrape/target.hpp"
#include "core/tail/log_reader.hpp"
#include "exporters/odoo/counts/server_log.hpp"
#include "exporters/odoo/directories/watcher.hpp"
#include "exporters/odoo/options.hpp"
#include "exporters/odoo/probes/prober.hpp"
#include "exporters/odoo/processes/watcher.hpp"
#include "exporters/odoo/sockets/socket_sampler.hpp"
#include "exporters/odoo/view.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace erp::odoo {

/// How the last look at its processes makes that source; null: there was none. Where only a port is
/// told, its processes may be out of sight, as in a container beside it: then it is off until a
/// master was seen, which is missed when it has gone.
[[nodiscard]] SourceState state_of(const ProcessPicture* picture, bool named_by_more_than_port);

/// What looks at one Odoo: each works on a thread of its own and publishes what it sees. The I/O
/// thread calls.
class Sources {
  public:
    Sources(std::shared_ptr<const TargetConfig> config, Services services, OdooOptions options);

    void start();
    /// Waits for nothing.
    void stop();
    /// As of now.
    [[nodiscard]] View view() const;

  private:
    [[nodiscard]] NamespaceFinder namespace_finder() const;
    /// Of the last boot in the log, for any thread; gives an empty text where that is not known.
    [[nodiscard]] std::function<std::string()> logged_version() const;
    void start_log();
    void start_sockets();
    void start_processes();
    void start_probes();
    void start_directories();
    void add_log(View& view) const;
    void add_sockets(View& view) const;
    void add_processes(View& view) const;
    void add_probes(View& view) const;
    void add_directories(View& view) const;
    [[nodiscard]] Duration process_interval() const;

    std::shared_ptr<const TargetConfig> config_;
    Services services_;
    OdooOptions options_;
    std::shared_ptr<ServerLog> log_;           ///< null: not configured
    std::shared_ptr<tail::LogReader> reader_;  ///< the same, or before start(), as those below
    std::optional<SocketSampler> sockets_;
    std::optional<ProcessWatcher> processes_;
    std::optional<Prober> prober_;
    std::optional<DirectoryWatcher> directories_;
};

}  // namespace erp::odoo
